# The PyTorch side of the LocNet bench: one training step for each line on standard input, its milliseconds as answer.
# Arguments: threads, width, side of the images, batch, device.
import sys
import time

import torch
from torch import nn

threads, width, size, batch = (int(value) for value in sys.argv[1:5])
device = sys.argv[5]
torch.set_num_threads(threads)


class Bottleneck(nn.Module):
    def __init__(self, inputs, filters, stride):
        super().__init__()
        outputs = 4 * filters
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, filters, 1, bias=False),
            nn.BatchNorm2d(filters),
            nn.ReLU(),
            nn.Conv2d(filters, filters, 3, stride, 1, bias=False),
            nn.BatchNorm2d(filters),
            nn.ReLU(),
            nn.Conv2d(filters, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        return torch.relu(self.layers(x) + self.shortcut(x))


def conv_block(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, 1, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.01))


class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        encoder = [nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
        channels = width
        for stage, blocks in enumerate([3, 4, 6, 3]):
            for block in range(blocks):
                stride = 2 if stage > 0 and block == 0 else 1
                encoder.append(Bottleneck(channels, width << stage, stride))
                channels = 4 * width << stage
        self.encoder = nn.Sequential(*encoder)
        self.classifier = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(channels, 16)
        )
        decoder = [conv_block(channels, channels), conv_block(channels, channels)]
        for _ in range(5):
            outputs = channels // 2
            decoder += [
                nn.ConvTranspose2d(channels, outputs, 2, 2),
                conv_block(outputs, outputs),
                conv_block(outputs, outputs),
            ]
            channels = outputs
        self.decoder = nn.Sequential(*decoder, nn.Conv2d(channels, 1, 1))

    def forward(self, x):
        deepest = self.encoder(x)
        return self.classifier(deepest), self.decoder(deepest)


network = AutoEncoder().to(device)
decayed = [weight for weight in network.parameters() if weight.ndim > 1]
others = [weight for weight in network.parameters() if weight.ndim <= 1]
groups = [{"params": decayed, "weight_decay": 3.05e-5}, {"params": others, "weight_decay": 0.0}]
optimizer = torch.optim.SGD(groups, 0.001, momentum=0.875, nesterov=True)
images, depth = torch.randn(batch, 3, size, size), torch.rand(batch, 1, size, size)
labels = torch.arange(batch) % 16

print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    optimizer.zero_grad()
    logits, painted = network(images.to(device))
    loss = nn.functional.cross_entropy(logits, labels.to(device), label_smoothing=0.1)
    loss = loss + nn.functional.mse_loss(painted, depth.to(device))
    loss.backward()
    optimizer.step()
    loss.item()
    print((time.perf_counter() - start) * 1000, flush=True)
