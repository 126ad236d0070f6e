"""Reference numbers of histogram matching, by numpy and scipy: python test/synthesis/histogramMatch.py

Writes test/fixtures/synthesis/histogram_match.json: images of pixels x 3, row by row.
"""
import json
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

rng = np.random.default_rng(14)


def match(image, target, bins):
    columns = []
    for channel in range(3):
        counts, edges = np.histogram(target[:, channel], bins=bins)
        below = np.concatenate([[0], np.cumsum(counts) / len(target)])
        shares = rankdata(image[:, channel]) / len(image)
        # An empty bin holds no share: of two edges with the same share np.interp would have to choose.
        keep = np.concatenate([[True], np.diff(below) > 0])
        lower, upper = below[:-1][keep[1:]], below[1:][keep[1:]]
        left, right = edges[:-1][keep[1:]], edges[1:][keep[1:]]
        bin_of = np.searchsorted(upper, shares - 1e-12)
        columns.append(left[bin_of] + (shares - lower[bin_of]) / (upper[bin_of] - lower[bin_of]) * (right[bin_of] - left[bin_of]))
    return np.stack(columns, 1)


cases = []
for pixels, target_pixels, bins, levels in [(40, 60, 100, None), (50, 50, 7, None), (60, 30, 100, 5)]:
    image = rng.normal(size=(pixels, 3))
    target = rng.gamma(2, size=(target_pixels, 3))
    if levels is not None:
        image = np.round(image * levels / 4) / levels
    image, target = image.astype(np.float32), target.astype(np.float32)
    matched = match(image.astype(np.float64), target.astype(np.float64), bins)
    rounded = lambda a: [float(f"{v:.9g}") for v in a.reshape(-1)]
    cases.append({"bins": bins, "image": rounded(image), "target": rounded(target), "matched": rounded(matched)})

path = Path(__file__).parent.parent / "fixtures" / "synthesis" / "histogram_match.json"
path.write_text(json.dumps({"numpy": np.__version__, "cases": cases}, separators=(",", ":")) + "\n")
