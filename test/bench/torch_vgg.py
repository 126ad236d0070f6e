# The PyTorch side of the VGG bench: one forward pass for each line on standard input, its milliseconds as answer.
# Arguments: threads, side of the images, batch, and how it runs: "plain", as PyTorch comes; or "tuned": convolutions over channels last, and
# memory is kept, where glibc gives every large map back to the system and takes it page by page again.
import ctypes
import sys
import time

import torch
from torch import nn

threads, size, batch = (int(value) for value in sys.argv[1:4])
tuned = sys.argv[4] == "tuned"
torch.set_num_threads(threads)
if tuned and sys.platform == "linux":
    # M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_MAX of glibc's malloc.h.
    for option, value in [(-1, 2**31 - 1), (-2, 2**30), (-4, 0)]:
        ctypes.CDLL(None).mallopt(option, value)

layers, channels = [], 3
for convolutions, outputs in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
    for _ in range(convolutions):
        layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU(inplace=True)]
        channels = outputs
    layers.append(nn.MaxPool2d(2))
network = nn.Sequential(
    *layers,
    nn.AdaptiveAvgPool2d(7),
    nn.Flatten(),
    nn.Linear(512 * 49, 4096),
    nn.ReLU(inplace=True),
    nn.Dropout(),
    nn.Linear(4096, 4096),
    nn.ReLU(inplace=True),
    nn.Dropout(),
    nn.Linear(4096, 1000),
).eval()
images = torch.randn(batch, 3, size, size)
if tuned:
    network, images = network.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)

print("ready", flush=True)
with torch.inference_mode():
    for line in sys.stdin:
        start = time.perf_counter()
        network(images).sum().item()
        print((time.perf_counter() - start) * 1000, flush=True)
