"""Perceptual distances by PyTorch, in double precision: test/fixtures/synthesis/lpips.json.

A VGG-16 of width 2 with numbers in place of trained weights, which the test makes again. From the published formula alone
(Zhang et al. 2018, LPIPS 0.1): features behind the last rectifier before each pooling, vectors of length 1 at each place, squared
differences weighed by channel, mean over places, sum over layers.

python test/synthesis/lpipsByTorch.py > test/fixtures/synthesis/lpips.json
"""

import json
import math

import torch
import torch.nn.functional as F

WIDTHS = [1, 2, 4, 8, 8]
CONVOLUTIONS = [2, 2, 3, 3, 3]
WIDTH, SIDE = 2, 32


def lcg(shape, seed, scale):
    """Numbers in [-scale, scale) that the test makes again."""
    state, values = seed, []
    for _ in range(math.prod(shape)):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(scale * (2 * state / 2**32 - 1))
    # The test keeps weights in single precision.
    return torch.tensor(values, dtype=torch.float32).double().reshape(shape)


def features(x, weights):
    maps, place = [], 0
    x = (x - torch.tensor([-0.030, -0.088, -0.188]).double().view(1, 3, 1, 1)) / torch.tensor(
        [0.458, 0.448, 0.450]
    ).double().view(1, 3, 1, 1)
    for group in CONVOLUTIONS:
        for _ in range(group):
            kernel, bias = weights[place]
            x = F.relu(F.conv2d(x, kernel, bias, padding=1))
            place += 1
        maps.append(x)
        x = F.max_pool2d(x, 2)
    return maps


def unit(x):
    return x / (torch.sqrt((x**2).sum(1, keepdim=True) + 1e-10) + 1e-10)


weights, channels, seed = [], 3, 1
for width, count in zip(WIDTHS, CONVOLUTIONS):
    for _ in range(count):
        out = width * WIDTH
        scale = 2 * math.sqrt(3 / (9 * channels))
        weights.append((lcg((out, channels, 3, 3), seed, scale), lcg((out,), seed + 1, 0.1)))
        channels, seed = out, seed + 2
heads = [lcg((1, width * WIDTH, 1, 1), 101 + layer, 1).abs() for layer, width in enumerate(WIDTHS)]
a = lcg((2, 3, SIDE, SIDE), 201, 1).requires_grad_()
b = lcg((2, 3, SIDE, SIDE), 202, 1)
first, second = features(a, weights), features(b, weights)
layers = [(unit(x) - unit(y)) ** 2 for x, y in zip(first, second)]
distances = sum((layer * head).sum(1).mean((1, 2)) for layer, head in zip(layers, heads))
plain = sum(layer.sum(1).mean((1, 2)) for layer in layers) / len(layers)
(gradient,) = torch.autograd.grad(distances.sum(), a)
print(
    json.dumps(
        {
            "torch": torch.__version__,
            "rule": "kernels and biases of the convolutions in order: lcg(seed 1, 2, ...), heads |lcg(101 + layer)|, images lcg(201), lcg(202), NCHW",
            "distances": distances.tolist(),
            "without_heads": plain.tolist(),
            "gradient_start": gradient[0, :, 5, 5:8].flatten().tolist(),
            "gradient_length": gradient.norm().item(),
        },
        indent=1,
    )
)
