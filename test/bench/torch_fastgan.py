# The PyTorch side of the FastGAN bench: one iteration (discriminator, then generator) for each line on standard input, its milliseconds as answer.
# Written from the description of the networks alone. Arguments: threads, width, decoders' width, batch; images have 64 pixels.
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import spectral_norm

threads, width, decoder_width, batch = (int(value) for value in sys.argv[1:5])
torch.set_num_threads(threads)
LATENT, SIDE, SMALL = 64, 64, 32


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


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        w = width
        self.init = nn.Sequential(
            spectral_norm(nn.ConvTranspose2d(LATENT, 32 * w, 4, bias=False)), nn.BatchNorm2d(32 * w), GLU()
        )
        self.feat8, self.feat16 = up(16 * w, 8 * w, True), up(8 * w, 4 * w)
        self.feat32, self.feat64 = up(4 * w, 2 * w, True), up(2 * w, 2 * w)
        self.se64 = Excitation(16 * w, 2 * w)
        self.small, self.big = conv(2 * w, 3, 1), conv(2 * w, 3, 3, 1, 1)

    def forward(self, latents):
        f4 = self.init(latents.view(-1, LATENT, 1, 1))
        f32 = self.feat32(self.feat16(self.feat8(f4)))
        return self.big(self.se64(f4, self.feat64(f32))), self.small(f32)


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
    d = decoder_width
    return nn.Sequential(
        nn.AdaptiveAvgPool2d(8), up(inputs, 4 * d), up(4 * d, 2 * d), conv(2 * d, 3, 3, 1, 1), nn.Tanh()
    )


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        w = width
        self.stem = nn.Sequential(conv(3, w, 3, 1, 1), nn.LeakyReLU(0.2))
        self.d32, self.d16, self.d8 = ResidualDown(w, 2 * w), ResidualDown(2 * w, 4 * w), ResidualDown(4 * w, 8 * w)
        self.se = Excitation(w, 8 * w)
        self.head = nn.Sequential(
            conv(8 * w, 16 * w, 1), nn.BatchNorm2d(16 * w), nn.LeakyReLU(0.2), conv(16 * w, 1, 4)
        )
        self.small = nn.Sequential(conv(3, 4 * w, 4, 2, 1), nn.LeakyReLU(0.2), down(4 * w, 8 * w))
        self.small_head = conv(8 * w, 1, 4)
        self.decoders = nn.ModuleList([decoder(8 * w), decoder(4 * w), decoder(8 * w)])

    def forward(self, big, small, paint=False):
        f64 = self.stem(big)
        f16 = self.d16(self.d32(f64))
        f8 = self.se(f64, self.d8(f16))
        small8 = self.small(small)
        logits = torch.cat([self.head(f8), self.small_head(small8)])
        if not paint:
            return logits
        return logits, self.decoders[0](f8), self.decoders[1](f16[:, :, :8, :8]), self.decoders[2](small8)


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        self.groups, inputs = nn.ModuleList(), 3
        for channels, count in zip([8, 16, 32, 64, 64], [2, 2, 3, 3, 3]):
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
for _ in sys.stdin:
    start = time.perf_counter()
    step()
    print((time.perf_counter() - start) * 1000, flush=True)
