// Features of images: one row an image.

/** Row-major, `count x size`. */
export interface FeatureMatrix {
  readonly values: Float64Array;
  /** Images. */
  readonly count: number;
  /** Features an image. */
  readonly size: number;
}

/** Throws unless both are whole matrices of finite numbers with as many features, and of two images or more. */
export function requireFeatures(x: FeatureMatrix, y: FeatureMatrix): void {
  for (const { values, count, size } of [x, y]) {
    if (values.length !== count * size) {
      throw new Error(
        `${count} images with ${size} features each are ${count * size} numbers, not ${values.length}.`,
      );
    }
    if (count < 2) {
      throw new Error(`A distance between sets of images needs two images or more in each, got ${count}.`);
    }
    const place = values.findIndex((value) => !Number.isFinite(value));
    if (place >= 0) {
      throw new Error(
        `Feature ${place % size} of image ${Math.floor(place / size)} is ${values[place]}; features must be finite.`,
      );
    }
  }
  if (x.size !== y.size) {
    throw new Error(
      `One set has ${x.size} features an image, the other ${y.size}: they are not of one network.`,
    );
  }
}

/** Mean of each feature. */
export function featureMeans({ values, count, size }: FeatureMatrix): Float64Array {
  const means = new Float64Array(size);
  for (let i = 0; i < values.length; i++) means[i % size] += values[i] / count;
  return means;
}

/** Each feature minus its mean, over the root of `count - 1`: with these rows A the covariance is `A^T A`. */
export function scatterRows(x: FeatureMatrix): Float64Array {
  const { values, count, size } = x;
  const means = featureMeans(x);
  const scale = 1 / Math.sqrt(count - 1);
  return values.map((value, i) => (value - means[i % size]) * scale);
}

/** The images whose places `keeps` keeps. */
export function selectImages(
  { values, count, size }: FeatureMatrix,
  keeps: (image: number) => boolean,
): FeatureMatrix {
  const places = Array.from({ length: count }, (_, image) => image).filter(keeps);
  const selected = new Float64Array(places.length * size);
  for (const [row, image] of places.entries()) {
    selected.set(values.subarray(image * size, (image + 1) * size), row * size);
  }
  return { values: selected, count: places.length, size };
}

/** Of `parts` consecutive parts of `count` images, as equal as can be: the one that an image is in. */
export function partOfImage(image: number, count: number, parts: number): number {
  return Math.floor((image * parts) / count);
}
