"""Logits of torchvision's networks with the weights of an integer hash, by PyTorch: python test/models/torchvision.py

Reads names and shapes from test/fixtures/models/<network>.json, writes test/fixtures/models/logits.json. The networks are written here from
torch.nn, so that the script does not need torchvision. Images are 224 px, NCHW.
"""
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

FOLDER = Path(__file__).parent.parent / "fixtures" / "models"


def hashed(count, seed):
    """Uniform in [0, 1), as test/models/hashWeights.ts."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B1 % 2**32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 4294967296


def values(name, shape, seed):
    count = int(np.prod(shape))
    r = 2 * hashed(count, seed) - 1
    if len(shape) >= 2:
        r *= np.sqrt(6 * shape[0] / count)
    elif name.endswith("running_var"):
        r = 1 + 0.25 * (r + 1)
    elif name.endswith(".weight"):
        r = 0.8 + 0.1 * r
    else:
        r = 0.1 * r
    return torch.from_numpy(r.astype(np.float32)).reshape(shape)


class Plain(nn.Module):
    def __init__(self, features, pooled, classifier):
        super().__init__()
        self.features = nn.Sequential(*features)
        self.avgpool = nn.AdaptiveAvgPool2d(pooled)
        self.classifier = nn.Sequential(*classifier)

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def alexnet():
    c = lambda *a, **k: [nn.Conv2d(*a, **k), nn.ReLU()]
    pool = nn.MaxPool2d(3, 2)
    return Plain(
        [*c(3, 64, 11, stride=4, padding=2), pool, *c(64, 192, 5, padding=2), pool, *c(192, 384, 3, padding=1),
         *c(384, 256, 3, padding=1), *c(256, 256, 3, padding=1), pool],
        6,
        [nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)],
    )


def vgg16():
    layers, channels = [], 3
    for filters, count in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        for _ in range(count):
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
        layers.append(nn.MaxPool2d(2))
    return Plain(
        layers,
        7,
        [nn.Linear(25088, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 1000)],
    )


class Block(nn.Module):
    def __init__(self, channels, filters, stride, wide):
        super().__init__()
        out = 4 * filters if wide else filters
        kernels = [(1, filters, 1), (3, filters, stride), (1, out, 1)] if wide else [(3, filters, stride), (3, out, 1)]
        inside = channels
        for i, (kernel, count, step) in enumerate(kernels, 1):
            setattr(self, f"conv{i}", nn.Conv2d(inside, count, kernel, step, kernel // 2, bias=False))
            setattr(self, f"bn{i}", nn.BatchNorm2d(count))
            inside = count
        self.count = len(kernels)
        self.downsample = None
        if stride != 1 or channels != out:
            self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            if i < self.count:
                y = torch.relu(y)
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, counts, wide):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        channels = 64
        for stage, count in enumerate(counts):
            blocks = []
            for block in range(count):
                blocks.append(Block(channels, 64 * 2**stage, 2 if stage > 0 and block == 0 else 1, wide))
                channels = 64 * 2**stage * (4 if wide else 1)
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, 1000)

    def forward(self, x):
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        for stage in range(1, 5):
            x = getattr(self, f"layer{stage}")(x)
        return self.fc(x.mean((2, 3)))


NETWORKS = {
    "alexnet": alexnet,
    "vgg16": vgg16,
    "resnet18": lambda: ResNet([2, 2, 2, 2], False),
    "resnet50": lambda: ResNet([3, 4, 6, 3], True),
}


@torch.no_grad()
def main():
    image = torch.from_numpy((2 * (2 * hashed(3 * 224 * 224, 999) - 1)).astype(np.float32)).reshape(1, 3, 224, 224)
    logits = {}
    for name, build in NETWORKS.items():
        entries = json.loads((FOLDER / f"{name}.json").read_text())["state_dict"]
        state = {
            key: values(key, shape, 1 + place) if shape else torch.tensor(0)
            for place, (key, shape) in enumerate(entries)
        }
        network = build().eval()
        network.load_state_dict(state)
        y = network.double()(image.double())[0]
        logits[name] = [float(f"{v:.8g}") for v in y.tolist()]
        print(name, y.abs().max().item(), y.std().item())
    text = {"generator": "test/models/torchvision.py", "torch": torch.__version__, "logits": logits}
    (FOLDER / "logits.json").write_text(json.dumps(text, separators=(",", ":")) + "\n")


main()
