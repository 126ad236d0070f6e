declare module 'fft.js' {
  /** Radix-4 transform of complex numbers in double precision, interleaved as real, imaginary; size a power of two above 1. */
  export default class FFT {
    constructor(size: number);
    createComplexArray(): number[];
    transform(out: ArrayLike<number>, data: ArrayLike<number>): void;
    inverseTransform(out: ArrayLike<number>, data: ArrayLike<number>): void;
  }
}
