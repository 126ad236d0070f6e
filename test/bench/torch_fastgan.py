# The PyTorch side of the FastGAN bench: one iteration (discriminator, then generator) for each line on standard input, its milliseconds as answer; the
# line "parameters" is answered with how many numbers both networks learn. Written from the description of the networks alone.
# Arguments: threads, width, decoders' width, batch, side of the images (64, 128 or 256), latent numbers, per cent of the generator's 32 x 32 map that
# pass (0: all), width of the VGG that compares images, device.
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import spectral_norm

threads, width, decoder_width, batch, SIDE, LATENT, passing, vgg_width = (int(value) for value in sys.argv[1:9])
torch.set_num_threads(threads)
torch.set_default_device(sys.argv[9])
SMALL = min(128, SIDE // 2)
SIDES = [side for side in [8, 16, 32, 64, 128, 256] if side <= SIDE]
# Channels by the side of the map, in units of a width.
GENERATOR = {4: 16, 8: 8, 16: 4, 32: 2, 64: 2, 128: 1, 256: 1 / 2}
DISCRIMINATOR = {8: 8, 16: 4, 32: 2, 64: 1, 128: 1 / 2, 256: 1 / 4}
DECODER = {16: 4, 32: 2, 64: 2, 128: 1}


def conv(inputs, outputs, kernel, stride=1, padding=0):
    return spectral_norm(nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False))


class GLU(nn.Module):
    def forward(self, x):
        a, b = x.chunk(2, 1)
        return a * torch.sigmoid(b)


def gated(inputs, outputs):
    return [conv(inputs, 2 * outputs, 3, 1, 1), nn.BatchNorm2d(2 * outputs), GLU()]


def up(inputs, outputs, twice=False):
    again = gated(outputs, outputs) if twice else []
    return nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"), *gated(inputs, outputs), *again)


class Excitation(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.main = nn.Sequential(nn.AdaptiveAvgPool2d(4), conv(inputs, outputs, 4), nn.SiLU(), conv(outputs, outputs, 1))

    def forward(self, small, large):
        return large * self.main(small)


class TopK(nn.Module):
    """Of every channel the largest magnitudes pass."""

    def forward(self, x):
        flat = x.abs().flatten(2)
        count = max(1, int(passing / 100 * flat.shape[2]))
        return x * torch.zeros_like(flat).scatter_(2, flat.topk(count, 2).indices, 1).view_as(x)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        channels = {side: int(share * width) for side, share in GENERATOR.items()}
        self.init = nn.Sequential(
            spectral_norm(nn.ConvTranspose2d(LATENT, 2 * channels[4], 4, bias=False)), nn.BatchNorm2d(2 * channels[4]), GLU()
        )
        self.ups, self.gates = nn.ModuleDict(), nn.ModuleDict()
        for side in SIDES:
            self.ups[str(side)] = up(channels[side // 2], channels[side], twice=side in (8, 32, 128))
            if side >= 64:
                self.gates[str(side)] = Excitation(channels[side // 16], channels[side])
        self.sparse = TopK() if passing else nn.Identity()
        self.small, self.big = conv(channels[SMALL], 3, 1), conv(channels[SIDE], 3, 3, 1, 1)

    def forward(self, latents):
        maps = {4: self.init(latents.view(-1, LATENT, 1, 1))}
        for side in SIDES:
            x = self.ups[str(side)](maps[side // 2])
            if side >= 64:
                x = self.gates[str(side)](maps[side // 16], x)
            maps[side] = self.sparse(x) if side == 32 else x
        return self.big(maps[SIDE]), self.small(maps[SMALL])


def down(inputs, outputs):
    return nn.Sequential(conv(inputs, outputs, 4, 2, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2))


class ResidualDown(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.main = nn.Sequential(
            down(inputs, outputs), conv(outputs, outputs, 3, 1, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)
        )
        self.direct = nn.Sequential(
            nn.AvgPool2d(2), conv(inputs, outputs, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)
        )

    def forward(self, x):
        return (self.main(x) + self.direct(x)) / 2


def decoder(inputs):
    channels = {8: inputs, **{side: share * decoder_width for side, share in DECODER.items()}}
    ups = [up(channels[side // 2], channels[side]) for side in DECODER if side <= SMALL]
    return nn.Sequential(nn.AdaptiveAvgPool2d(8), *ups, conv(channels[SMALL], 3, 3, 1, 1), nn.Tanh())


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        channels = {side: int(share * width) for side, share in DISCRIMINATOR.items()}
        self.sides = [side for side in reversed(SIDES) if side < SIDE]
        self.stem = nn.Sequential(conv(3, channels[SIDE], 3, 1, 1), nn.LeakyReLU(0.2))
        self.downs = nn.ModuleDict({str(side): ResidualDown(channels[2 * side], channels[side]) for side in self.sides})
        excited = [side for side in self.sides if 8 * side <= SIDE]
        self.gates = nn.ModuleDict({str(side): Excitation(channels[8 * side], channels[side]) for side in excited})
        self.head = nn.Sequential(
            conv(channels[8], 16 * width, 1), nn.BatchNorm2d(16 * width), nn.LeakyReLU(0.2), conv(16 * width, 1, 4)
        )
        # Half as many channels as the large image's map of this side.
        halves = [side for side in self.sides if 2 * side <= SMALL]
        self.small = nn.Sequential(
            conv(3, channels[2 * halves[0]], 4, 2, 1),
            nn.LeakyReLU(0.2),
            *(down(channels[4 * side], channels[2 * side]) for side in halves[1:]),
        )
        self.small_head = conv(channels[16], 1, 4)
        self.decoders = nn.ModuleList([decoder(channels[8]), decoder(channels[16]), decoder(channels[16])])

    def forward(self, big, small, paint=False):
        maps = {SIDE: self.stem(big)}
        for side in self.sides:
            x = self.downs[str(side)](maps[2 * side])
            maps[side] = self.gates[str(side)](maps[8 * side], x) if str(side) in self.gates else x
        small8 = self.small(small)
        logits = torch.cat([self.head(maps[8]), self.small_head(small8)])
        if not paint:
            return logits
        painted = zip(self.decoders, [maps[8], maps[16][:, :, :8, :8], small8])
        return logits, *(network(x) for network, x in painted)


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        self.groups, inputs = nn.ModuleList(), 3
        for channels, count in zip([vgg_width * times for times in [1, 2, 4, 8, 8]], [2, 2, 3, 3, 3]):
            layers = []
            for _ in range(count):
                layers += [nn.Conv2d(inputs, channels, 3, 1, 1), nn.ReLU()]
                inputs = channels
            self.groups.append(nn.Sequential(*layers))

    def forward(self, x):
        maps = []
        for group in self.groups:
            x = group(x)
            maps.append(x / (x.square().sum(1, keepdim=True).add(1e-10).sqrt() + 1e-10))
            x = F.max_pool2d(x, 2)
        return maps


def augment(x):
    x = x + torch.rand(x.shape[0], 1, 1, 1) - 0.5
    x = (x - x.mean(1, keepdim=True)) * 2 * torch.rand(x.shape[0], 1, 1, 1) + x.mean(1, keepdim=True)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = (x - mean) * (torch.rand(x.shape[0], 1, 1, 1) + 0.5) + mean
    reach = int(0.125 * x.shape[2] + 0.5)
    padded = F.pad(x, [reach] * 4)
    places = torch.randint(0, 2 * reach + 1, (x.shape[0], 2)).tolist()
    return torch.stack([image[:, r : r + x.shape[2], c : c + x.shape[2]] for image, (r, c) in zip(padded, places)])


def distance(painted, target):
    return sum(((a - b) ** 2).sum(1).mean((1, 2)) for a, b in zip(vgg(painted), vgg(target))).sum() / 5


generator, discriminator, vgg = Generator(), Discriminator(), Vgg().requires_grad_(False)
for_generator = torch.optim.Adam(generator.parameters(), 1e-3, (0.5, 0.999))
for_discriminator = torch.optim.Adam(discriminator.parameters(), 1e-3, (0.5, 0.999))
average = [weight.detach().clone() for weight in generator.parameters()]
images = torch.rand(batch, 3, SIDE, SIDE) * 2 - 1


def step():
    fakes = [augment(image) for image in generator(torch.randn(batch, LATENT))]
    real = augment(images)
    small = F.interpolate(real, SMALL)
    logits, big, part, little = discriminator(real, small, paint=True)
    judged = discriminator(*(fake.detach() for fake in fakes))
    loss = F.relu(0.8 + 0.2 * torch.rand_like(logits) - logits).mean()
    loss = loss + F.relu(0.8 + 0.2 * torch.rand_like(judged) + judged).mean()
    quarter = F.interpolate(real[:, :, : SIDE // 2, : SIDE // 2], SMALL)
    loss = loss + distance(big, small) + distance(little, small) + distance(part, quarter)
    for_discriminator.zero_grad()
    loss.backward()
    for_discriminator.step()
    for_generator.zero_grad()
    loss = -discriminator(*fakes).mean()
    loss.backward()
    for_generator.step()
    with torch.no_grad():
        for mean, weight in zip(average, generator.parameters()):
            mean.mul_(0.999).add_(weight, alpha=0.001)
    return loss.item()


print("ready", flush=True)
for line in sys.stdin:
    if line.strip() == "parameters":
        print(sum(weight.numel() for part in (generator, discriminator) for weight in part.parameters()), flush=True)
        continue
    start = time.perf_counter()
    step()
    print((time.perf_counter() - start) * 1000, flush=True)
