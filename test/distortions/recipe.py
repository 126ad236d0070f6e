# The papers' recipe of some distortions with numpy, scipy and scikit-image: what ours are compared with, in numbers and in time.
# As a program: reads a picture of `width height` 8-bit RGB and an amplitude spectrum, writes one float32 file a distortion.
import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.color import rgb2gray

BACKGROUND = 0.4423


def low_pass(grey, deviation):
    return np.clip(gaussian_filter(grey, deviation, mode="constant", cval=BACKGROUND), 0, 1)


def high_pass(grey, deviation):
    detail = grey - low_pass(grey, deviation)
    return np.clip(detail + BACKGROUND - detail.mean(), 0, 1)


def with_amplitudes(grey, amplitudes):
    """Phases of an image with other amplitudes; the zero frequency is in the middle."""
    phases = np.angle(np.fft.fftshift(np.fft.fft2(grey)))
    return np.clip(np.real(np.fft.ifft2(np.fft.ifftshift(amplitudes * np.exp(1j * phases)))), 0, 1)


def main(width, height, picture, spectrum, folder):
    shape = (int(height), int(width))
    grey = rgb2gray(np.fromfile(picture, np.uint8).reshape(*shape, 3) / 255)
    results = {"colour bw": grey, "power-equalisation pow": with_amplitudes(grey, np.fromfile(spectrum).reshape(shape))}
    for deviation in ["1", "3", "7", "10", "40"]:
        results[f"low-pass {deviation}"] = low_pass(grey, float(deviation))
    for deviation in ["3.0", "1.5", "1.0", "0.7", "0.55", "0.45", "0.4"]:
        results[f"high-pass {deviation}"] = high_pass(grey, float(deviation))
    for name, values in results.items():
        values.astype(np.float32).tofile(Path(folder, name))


if __name__ == "__main__":
    main(*sys.argv[1:])
