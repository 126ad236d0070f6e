# The PyTorch side of the ResNet-18 bench: one training step for each line on standard input, its milliseconds as answer.
import sys
import time

import torch
from torch import nn

width, size, batch, threads = (int(value) for value in sys.argv[1:5])
device, stem_stride = sys.argv[5], int(sys.argv[6])
torch.set_num_threads(threads)


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


layers = [nn.Conv2d(3, width, 3, stem_stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
inputs = width
for stage in range(4):
    for block in range(2):
        outputs = width << stage
        layers.append(BasicBlock(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
        inputs = outputs
network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 10)).to(device)
optimizer = torch.optim.SGD(network.parameters(), 0.02, momentum=0.9, weight_decay=5e-4)
images = torch.randn(batch, 3, size, size)
labels = torch.arange(batch) % 10

print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(network(images.to(device)), labels.to(device))
    loss.backward()
    optimizer.step()
    loss.item()
    print((time.perf_counter() - start) * 1000, flush=True)
