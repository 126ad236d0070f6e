# The other side of the bench of suppressions: the recipe with OpenCV, on one thread, and numpy, or what scipy and scikit-image have in its
# place. For each line on standard input it does one piece of work a number of times and answers with the milliseconds of its processor.
import re
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.restoration import denoise_bilateral, denoise_nl_means

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).parents[1] / "distortions"))
from suppressionRecipe import SUPPRESSIONS

cv2.setNumThreads(1)
suppression, level, library, times, picture = sys.argv[1:]
image = np.fromfile(picture, np.uint8).reshape(224, 224, 3)
random = np.random.default_rng(1)


def by_scipy(name, parameters):
    if name == "gaussian-blur":
        size, sigma = parameters
        return lambda: gaussian_filter(image, (sigma, sigma, 0), radius=(size // 2, size // 2, 0), mode="mirror")
    if name == "bilateral":
        size, sigma = parameters
        # Its window is a square, its distance in colour Euclidean.
        return lambda: denoise_bilateral(image, size // 2 * 2 + 1, sigma / 255, 75, mode="reflect", channel_axis=-1)
    (strength,) = parameters
    return lambda: denoise_nl_means(image, 15, 10, strength / 255, channel_axis=-1)


numbers = [float(part) if "." in part else int(part) for part in re.findall(r"[\d.]+", level)]
work = (
    by_scipy(suppression, numbers)
    if library == "scipy"
    else lambda: SUPPRESSIONS[suppression](image, *numbers, random)
)

print("ready", flush=True)
for _ in sys.stdin:
    start = time.process_time()
    for _ in range(int(times)):
        work()
    print((time.process_time() - start) * 1000, flush=True)
