"""Features of a narrow Inception-v3 as FIDs use it, by PyTorch: test/fixtures/fid/inception.json.

The network is written from its published description (Szegedy et al. 2016) with the two departures that the weights of 2015 need: average
poolings count what is inside only, and the last block pools by the maximum. A sixteenth of the width, with numbers in place of trained
weights, which the test makes again in the order of `names`.

python test/fid/inceptionByTorch.py > test/fixtures/fid/inception.json
"""

import json
import math

import torch
import torch.nn.functional as F

DIVISOR = 16
SIDES = (61, 47)


def lcg(count, seed):
    state, values = seed, []
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(2 * state / 2**32 - 1)
    return torch.tensor(values, dtype=torch.float32).double()


names = []


def conv(x, name, out, kernel, stride=1, padding=0):
    out //= DIVISOR
    height, width = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    seed = len(names) + 1
    names.append([name, out, x.shape[1], height, width])
    fan_in = x.shape[1] * height * width
    weight = lcg(out * fan_in, seed).reshape(out, x.shape[1], height, width) * math.sqrt(6 / fan_in)
    weight = weight.float().double()
    gain, offset, mean, variance = (lcg(out, 1000 * part + seed) for part in range(1, 5))
    x = F.conv2d(x, weight, None, stride, padding)
    x = F.batch_norm(x, 0.1 * mean, (1 + 0.5 * variance), (1 + 0.2 * gain), 0.1 * offset, False, 0, 1e-3)
    return F.relu(x)


def average(x):
    return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


def halve(x):
    return F.max_pool2d(x, 3, 2)


def block_a(x, n, pool):
    return torch.cat(
        [
            conv(x, f"{n}.branch1x1", 64, 1),
            conv(conv(x, f"{n}.branch5x5_1", 48, 1), f"{n}.branch5x5_2", 64, 5, padding=2),
            conv(
                conv(conv(x, f"{n}.branch3x3dbl_1", 64, 1), f"{n}.branch3x3dbl_2", 96, 3, padding=1),
                f"{n}.branch3x3dbl_3",
                96,
                3,
                padding=1,
            ),
            conv(average(x), f"{n}.branch_pool", pool, 1),
        ],
        1,
    )


def block_b(x, n):
    double = conv(conv(x, f"{n}.branch3x3dbl_1", 64, 1), f"{n}.branch3x3dbl_2", 96, 3, padding=1)
    return torch.cat(
        [conv(x, f"{n}.branch3x3", 384, 3, 2), conv(double, f"{n}.branch3x3dbl_3", 96, 3, 2), halve(x)], 1
    )


ROW, COLUMN = {"kernel": (1, 7), "padding": (0, 3)}, {"kernel": (7, 1), "padding": (3, 0)}


def block_c(x, n, c7):
    seven = conv(conv(x, f"{n}.branch7x7_1", c7, 1), f"{n}.branch7x7_2", c7, **ROW)
    seven = conv(seven, f"{n}.branch7x7_3", 192, **COLUMN)
    double = conv(conv(x, f"{n}.branch7x7dbl_1", c7, 1), f"{n}.branch7x7dbl_2", c7, **COLUMN)
    double = conv(conv(double, f"{n}.branch7x7dbl_3", c7, **ROW), f"{n}.branch7x7dbl_4", c7, **COLUMN)
    double = conv(double, f"{n}.branch7x7dbl_5", 192, **ROW)
    return torch.cat(
        [conv(x, f"{n}.branch1x1", 192, 1), seven, double, conv(average(x), f"{n}.branch_pool", 192, 1)], 1
    )


def block_d(x, n):
    three = conv(conv(x, f"{n}.branch3x3_1", 192, 1), f"{n}.branch3x3_2", 320, 3, 2)
    seven = conv(conv(x, f"{n}.branch7x7x3_1", 192, 1), f"{n}.branch7x7x3_2", 192, **ROW)
    seven = conv(conv(seven, f"{n}.branch7x7x3_3", 192, **COLUMN), f"{n}.branch7x7x3_4", 192, 3, 2)
    return torch.cat([three, seven, halve(x)], 1)


def block_e(x, n, pool):
    row, column = {"kernel": (1, 3), "padding": (0, 1)}, {"kernel": (3, 1), "padding": (1, 0)}
    three = conv(x, f"{n}.branch3x3_1", 384, 1)
    double = conv(conv(x, f"{n}.branch3x3dbl_1", 448, 1), f"{n}.branch3x3dbl_2", 384, 3, padding=1)
    return torch.cat(
        [
            conv(x, f"{n}.branch1x1", 320, 1),
            conv(three, f"{n}.branch3x3_2a", 384, **row),
            conv(three, f"{n}.branch3x3_2b", 384, **column),
            conv(double, f"{n}.branch3x3dbl_3a", 384, **row),
            conv(double, f"{n}.branch3x3dbl_3b", 384, **column),
            conv(pool(x), f"{n}.branch_pool", 192, 1),
        ],
        1,
    )


def resize(image):
    """As TensorFlow 1: corners unaligned, pixel centres ignored."""
    _, _, height, width = image.shape
    rows, columns = torch.arange(299) * height / 299, torch.arange(299) * width / 299
    low, left = rows.floor().long(), columns.floor().long()
    high, right = (low + 1).clamp(max=height - 1), (left + 1).clamp(max=width - 1)
    y, x = (rows - low).view(1, 1, -1, 1), (columns - left).view(1, 1, 1, -1)
    top = image[:, :, low][:, :, :, left] * (1 - x) + image[:, :, low][:, :, :, right] * x
    bottom = image[:, :, high][:, :, :, left] * (1 - x) + image[:, :, high][:, :, :, right] * x
    return top * (1 - y) + bottom * y


with torch.no_grad():
    width, height = SIDES
    pixels = ((lcg(width * height * 3, 7) + 1) * 128).floor().clamp(max=255).reshape(1, height, width, 3)
    x = (resize(pixels.permute(0, 3, 1, 2).double()) - 128) / 128
    prepared = x[0, :, 150, 200].tolist()
    x = conv(x, "Conv2d_1a_3x3", 32, 3, 2)
    x = conv(conv(x, "Conv2d_2a_3x3", 32, 3), "Conv2d_2b_3x3", 64, 3, padding=1)
    x = halve(conv(conv(halve(x), "Conv2d_3b_1x1", 80, 1), "Conv2d_4a_3x3", 192, 3))
    for name, pool in [("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)]:
        x = block_a(x, name, pool)
    x = block_b(x, "Mixed_6a")
    for name, c7 in [("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)]:
        x = block_c(x, name, c7)
    x = block_d(x, "Mixed_7a")
    x = block_e(x, "Mixed_7b", average)
    x = block_e(x, "Mixed_7c", lambda m: F.max_pool2d(m, 3, 1, 1))
    features = x.mean((2, 3))[0]
print(
    json.dumps(
        {
            "torch": torch.__version__,
            "rule": "kernel of the i-th of names: lcg(i) sqrt(6 / fan in); its batch norm: gain 1 + 0.2 lcg(1000 + i), offset 0.1 lcg(2000 + i), mean 0.1 lcg(3000 + i), variance 1 + 0.5 lcg(4000 + i); one image of 61 x 47, floor(128 (lcg(7) + 1)), NHWC",
            "names": names,
            "prepared": prepared,
            "features": features.tolist(),
        }
    )
)
