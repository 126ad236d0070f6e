# The suppressions of Burgert et al. 2025 with OpenCV and numpy: what ours are compared with, in numbers and in time. As a program without
# arguments it writes test/fixtures/distortions/suppressions.json from pictures that it makes, with opencv-python-headless 5.0.0.93 and numpy 2.4.6:
#   OPENCV_IPP=disabled python test/distortions/suppressionRecipe.py
# With `width height picture folder` it reads a picture of 8-bit RGB and writes one file a filter and level.
# Without OPENCV_IPP=disabled OpenCV hands grey pictures with a bilateral window of up to 5 pixels to Intel's IPP, which rounds half of the
# values down by one.
import base64
import json
import sys
from pathlib import Path

import cv2
import numpy as np


def patch_shuffle(image, grid, random=None, order=None):
    """Cells between the whole parts of evenly spaced edges; those of one size change places (Albumentations)."""
    rows, columns = (np.linspace(0, side, grid + 1, dtype=int) for side in image.shape[:2])
    tiles = [(slice(*rows[i : i + 2]), slice(*columns[j : j + 2])) for i in range(grid) for j in range(grid)]
    if order is None:
        order = shuffled_within_sizes(image, tiles, random)
    result = np.empty_like(image)
    for tile, source in zip(tiles, order):
        result[tile] = image[tiles[source]]
    return result


def shuffled_within_sizes(image, tiles, random):
    groups = {}
    for index, (rows, columns) in enumerate(tiles):
        groups.setdefault((rows.stop - rows.start, columns.stop - columns.start), []).append(index)
    order = np.empty(len(tiles), int)
    for group in groups.values():
        order[group] = random.permutation(group)
    return order


def patch_rotation(image, grid, random=None, turns=None):
    """Quarter turns of the cells of a square that the grid divides."""
    height, width = image.shape[:2]
    side = -(-max(height, width) // grid) * grid
    fits = height == width == side
    square = image if fits else resized(image, side, side)
    cell = side // grid
    if turns is None:
        turns = random.integers(0, 4, grid * grid)
    rows = [
        np.concatenate(
            [
                np.rot90(square[i * cell : (i + 1) * cell, j * cell : (j + 1) * cell], turns[i * grid + j])
                for j in range(grid)
            ],
            axis=1,
        )
        for i in range(grid)
    ]
    turned = np.concatenate(rows, axis=0)
    return turned if fits else resized(turned, width, height)


def resized(image, width, height):
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)


def grey_share(image, share):
    grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB).astype(np.float32) / 255.0
    blended = (1 - share) * (image.astype(np.float32) / 255.0) + share * grey
    return np.clip(blended * 255, 0, 255).astype(np.uint8)


SUPPRESSIONS = {
    "patch-shuffle": lambda image, grid, random: patch_shuffle(image, grid, random),
    "patch-rotation": lambda image, grid, random: patch_rotation(image, grid, random),
    "bilateral": lambda image, diameter, sigma, _: cv2.bilateralFilter(image, diameter, sigma, 75),
    "gaussian-blur": lambda image, size, sigma, _: cv2.GaussianBlur(image, (size, size), sigmaX=sigma),
    "non-local-means": lambda image, strength, _: cv2.fastNlMeansDenoising(
        image, h=strength, templateWindowSize=14, searchWindowSize=21
    ),
    "grey": lambda image, share, _: grey_share(image, share),
    "channel-shuffle": lambda image, _, random: image[:, :, random.permutation(3)],
}

SWEEPS = {
    "bilateral": {f"d{d}-s{s}": (d, s) for d, s in [(4, 50), (6, 80), (8, 110), (10, 140), (12, 170), (14, 200)]},
    "gaussian-blur": {
        f"k{k}-s{s}": (k, s) for k, s in [(3, 0.33), (5, 0.66), (7, 1), (9, 1.33), (11, 1.66), (13, 2), (15, 2.33)]
    },
    "non-local-means": {str(strength): (strength,) for strength in (5, 10, 15, 20, 25)},
    "grey": {str(share): (share,) for share in (0.2, 0.4, 0.6, 0.8, 1.0)},
}


def filtered(image):
    """All that is not random, by name and level."""
    return {
        f"{name} {level}": SUPPRESSIONS[name](image, *parameters, None)
        for name, sweep in SWEEPS.items()
        for level, parameters in sweep.items()
        if image.shape[2] == 3 or name != "grey"
    }


def picture(height, width, channels, random):
    """Soft blots, with noise."""
    blots = cv2.GaussianBlur(random.integers(0, 256, (height, width, channels), dtype=np.uint8), (9, 9), 3)
    contrast = (blots.reshape(height, width, channels).astype(float) - 128) * 4 + 128
    return np.clip(contrast + random.normal(0, 6, contrast.shape), 0, 255).astype(np.uint8)


def packed(image):
    return base64.b64encode(np.ascontiguousarray(image)).decode()


def write_fixture():
    random = np.random.default_rng(5)
    pictures = []
    for height, width, channels in [(37, 53, 3), (16, 16, 3), (9, 1, 3), (1, 1, 3), (13, 18, 1)]:
        image = picture(height, width, channels, random)
        shuffles, rotations = [], []
        for grid in (2, 6, 16):
            tiles = [(slice(*rows), slice(*columns)) for rows in edges(height, grid) for columns in edges(width, grid)]
            order = shuffled_within_sizes(image, tiles, random)
            turns = random.integers(0, 4, grid * grid)
            shuffled = patch_shuffle(image, grid, order=order)
            turned = patch_rotation(image, grid, turns=turns)
            shuffles.append({"grid": grid, "order": order.tolist(), "output": packed(shuffled)})
            rotations.append({"grid": grid, "turns": turns.tolist(), "output": packed(turned)})
        pictures.append(
            {
                "width": width,
                "height": height,
                "channels": channels,
                "data": packed(image),
                "filters": {name: packed(result) for name, result in filtered(image).items()},
                "shuffles": shuffles,
                "rotations": rotations,
            }
        )
    note = f"8-bit pictures, row by row, as base64. Made by test/distortions/suppressionRecipe.py with OpenCV {cv2.__version__} and numpy {np.__version__}."
    path = Path(__file__).parents[1] / "fixtures" / "distortions" / "suppressions.json"
    path.write_text(json.dumps({"note": note, "pictures": pictures}, separators=(",", ":")) + "\n")


def edges(side, grid):
    places = np.linspace(0, side, grid + 1, dtype=int)
    return list(zip(places, places[1:]))


def write_results(width, height, picture, folder):
    image = np.fromfile(picture, np.uint8).reshape(int(height), int(width), 3)
    for name, result in filtered(image).items():
        result.tofile(Path(folder, name))


if __name__ == "__main__":
    write_results(*sys.argv[1:]) if len(sys.argv) > 1 else write_fixture()
