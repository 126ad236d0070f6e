"""Fréchet distances of random features by scipy, in double precision: test/fixtures/fid/scipy.json.

python test/fid/frechetByScipy.py > test/fixtures/fid/scipy.json
"""

import json

import numpy as np
import scipy
from scipy.linalg import sqrtm


def distance(x, y):
    difference = x.mean(0) - y.mean(0)
    first, second = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = sqrtm(first @ second)
    return float(difference @ difference + np.trace(first + second - 2 * root.real))


def lcg(count, seed):
    """Numbers in [-1, 1) that the test makes again."""
    state, values = seed, np.empty(count)
    for i in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        values[i] = 2 * state / 2**32 - 1
    return values


cases = []
for images, references, size, seed in [(90, 70, 12, 1), (60, 25, 40, 2), (25, 80, 40, 3), (300, 120, 64, 4)]:
    x = lcg(images * size, seed).reshape(images, size)
    y = 0.7 * lcg(references * size, seed + 100).reshape(references, size) + 0.2
    cases.append({"images": images, "references": references, "size": size, "seed": seed, "value": distance(x, y)})
print(json.dumps({"scipy": scipy.__version__, "rule": "x = lcg(seed), y = 0.7 lcg(seed + 100) + 0.2", "cases": cases}, indent=1))
