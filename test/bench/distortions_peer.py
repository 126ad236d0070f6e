# The Python side of the distortion bench: the recipe of the papers' code with numpy, scipy, scikit-image and Pillow. For each line on
# standard input it does one piece of work a number of times and answers with its milliseconds.
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.color import rgb2gray

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).parents[1] / "distortions"))
from recipe import high_pass, low_pass, with_amplitudes

what, argument, times = sys.argv[1:4]
random = np.random.RandomState(1)
image = random.randint(0, 256, (224, 224, 3)) / 255


def stacked(grey):
    return np.stack([grey, grey, grey], axis=2)


def uniform_noise(picture, width):
    grey = 0.35 + 0.3 * rgb2gray(picture)
    return np.clip(grey + random.uniform(-width, width, grey.shape), 0, 1)


def phase_scrambling(picture, degrees):
    spectrum = np.fft.fftshift(np.fft.fft2(rgb2gray(picture)))
    amplitude, phase = np.abs(spectrum), np.angle(spectrum)
    block = phase[1:, 1:].flatten()
    half = len(block) // 2
    shift = (random.uniform(size=half) - 0.5) * 2 * degrees * np.pi / 180
    block[:half] += shift
    block[half + 1 :] -= shift
    phase[1:, 1:] = block.reshape(phase.shape[0] - 1, -1)
    changed = np.real(np.fft.ifft2(np.fft.ifftshift(amplitude * np.exp(1j * phase))))
    return stacked(np.clip(changed, 0, 1))


def power_equalisation(picture):
    grey = rgb2gray(picture)
    return stacked(with_amplitudes(grey, np.abs(np.fft.fftshift(np.fft.fft2(grey)))))


def stimuli(folder, _):
    batch = []
    files = [file for name in ("edge", "silhouette") for file in sorted(Path(folder, name).glob("*/*.png"))]
    for file in files:
        picture = np.asarray(Image.open(file).convert("RGB")) / 255
        batch.append(stacked(uniform_noise(picture, 0.1)).astype(np.float32))
        if len(batch) == 32:
            np.stack(batch)
            batch = []


WORK = {
    "greyscale": lambda: stacked(rgb2gray(image)),
    "uniform-noise": lambda: uniform_noise(image, float(argument)),
    "low-pass": lambda: stacked(low_pass(rgb2gray(image), float(argument))),
    "high-pass": lambda: stacked(high_pass(rgb2gray(image), float(argument))),
    "phase-scrambling": lambda: phase_scrambling(image, float(argument)),
    "power-equalisation": lambda: power_equalisation(image),
    "stimuli": lambda: stimuli(argument, 0),
}

print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(times)):
        WORK[what]()
    print((time.perf_counter() - start) * 1000, flush=True)
