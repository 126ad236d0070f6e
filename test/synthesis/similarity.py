"""Similarities of two images by numpy and scikit-image's Sobel operator, from JSON on standard input to JSON on standard output."""
import json
import sys

import numpy as np
from skimage.filters import sobel

given = json.load(sys.stdin)
size = given["size"]
images = [np.array(given[name]).reshape(size, size, 3) @ [0.299, 0.587, 0.114] for name in ("a", "b")]
maps = [sobel(image)[1:-1, 1:-1] for image in images]
flat = [m.reshape(-1) for m in maps]
x, y = [np.sort(m) for m in flat]
grams = [[np.array(map).reshape(-1, map_channels) for map, map_channels in given[name]] for name in ("mapsA", "mapsB")]
parts = []
for f, g in zip(*grams):
    a, b = f.T @ f / f.size, g.T @ g / g.size
    parts.append(1 - np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))
print(
    json.dumps(
        {
            "map": flat[0].tolist(),
            "edges": np.corrcoef(*flat)[0, 1],
            "strength": 1 - np.abs(x - y).mean() / (x.mean() + y.mean()),
            "gram": float(np.mean(parts)),
        }
    )
)
