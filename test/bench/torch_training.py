# PyTorch's side of the training parity bench: ResNet-18 of profile tiny, Paper-Spec, plain or with Top-K 20 % after its second stage.
#   gradients FOLDER ACTIVATION: gradients of one batch from given weights, and which activations passed; masks.safetensors, if there, are imposed
#   train FOLDER ACTIVATION SEED: a whole training on the exported images, all by PyTorch
#   follow FOLDER ACTIVATION: a whole training from given weights on the batches that come on standard input, and beside it one from
#     the same weights rounded otherwise, which shows how fast rounding grows
import json
import math
import sys

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.functional import cross_entropy, interpolate

torch.set_num_threads(1)
mode, folder, activation = sys.argv[1:4]
meta = json.load(open(f"{folder}/meta.json"))
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


class Gate(nn.Module):
    """ReLU or Top-K as a mask: which activations pass is remembered, or imposed."""

    def __init__(self, fraction=None):
        super().__init__()
        self.fraction, self.imposed, self.passed = fraction, None, None

    def forward(self, x):
        y = x * (self.imposed if self.imposed is not None else self.passing(x))
        self.passed = y != 0
        return y

    def passing(self, x):
        if self.fraction is None:
            return (x > 0).to(x.dtype)
        flat = x.abs().flatten(2)
        count = int(max(1, self.fraction * flat.shape[2]))
        return torch.zeros_like(flat).scatter_(2, flat.topk(count, 2).indices, 1).view_as(x)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu1 = Gate()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu2 = Gate()
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        return self.relu2(y + (x if self.downsample is None else self.downsample(x)))


class ResNet18(nn.Module):
    def __init__(self, width, classes, sparse):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = Gate()
        inputs = width
        for stage in range(4):
            outputs = width << stage
            blocks = [Block(inputs, outputs, 1 if stage == 0 else 2), Block(outputs, outputs, 1)]
            self.add_module(f"layer{stage + 1}", nn.Sequential(*blocks))
            inputs = outputs
        self.activation = Gate(0.2) if sparse else nn.Identity()
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.layer1(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.activation(self.layer2(x))))
        return self.fc(x.mean((2, 3)))

    def gates(self):
        return {name: part for name, part in self.named_modules() if isinstance(part, Gate)}


def network():
    return ResNet18(meta["width"], len(meta["classes"]), activation == "topk")


def given_network():
    net = network()
    lacking, surplus = net.load_state_dict(load_file(f"{folder}/init.safetensors"), strict=False)
    assert not surplus and all(name.endswith("num_batches_tracked") for name in lacking), (lacking, surplus)
    return net


def read_set(name):
    size = meta["size"]
    pixels = torch.frombuffer(bytearray(open(f"{folder}/{name}.u8", "rb").read()), dtype=torch.uint8)
    labels = {key: torch.tensor(values) for key, values in meta["sets"][name].items() if values is not None}
    return pixels.view(-1, size, size, 3).permute(0, 3, 1, 2).contiguous(), labels


def normalised(images):
    return (images / 255 - MEAN) / STD


def random_crop(image, smallest):
    """torchvision's RandomResizedCrop and flip."""
    _, height, width = image.shape
    for _ in range(10):
        area = height * width * torch.empty(1).uniform_(smallest, 1).item()
        ratio = math.exp(torch.empty(1).uniform_(math.log(3 / 4), math.log(4 / 3)).item())
        w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < w <= width and 0 < h <= height:
            break
    else:
        w, h = width, height
    top = torch.randint(0, height - h + 1, (1,)).item()
    left = torch.randint(0, width - w + 1, (1,)).item()
    crop = image[None, :, top : top + h, left : left + w].float()
    crop = interpolate(crop, (height, width), mode="bilinear", antialias=True, align_corners=False)
    return crop.flip(3) if torch.rand(1).item() < 0.5 else crop


def rate(epoch):
    return 0.5 * meta["learningRate"] * (1 + math.cos(math.pi * epoch / meta["epochs"]))


def step(net, images, labels, learning_rate):
    loss = cross_entropy(net(images), labels)
    for parameter in net.parameters():
        parameter.grad = None
    loss.backward()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter -= learning_rate * parameter.grad
    return loss.item()


def decide(net, name):
    net.eval()
    images, labels = read_set(name)
    with torch.no_grad():
        answers = torch.cat([net(normalised(part)).argmax(1) for part in images.split(100)])
    net.train()
    return answers, labels


def measure(net):
    metrics = {}
    for name in ["original", "stylised"]:
        answers, labels = decide(net, name)
        metrics[name] = (answers == labels["labels"]).float().mean().item()
    answers, labels = decide(net, "conflict")
    conflict = labels["labels"] != labels["textures"]
    shape = ((answers == labels["labels"]) & conflict).sum().item()
    texture = ((answers == labels["textures"]) & conflict).sum().item()
    return {**metrics, "shapeBias": shape / (shape + texture)}


def gradients():
    net = given_network()
    batch = load_file(f"{folder}/batch.safetensors")
    images = batch["images"].permute(0, 3, 1, 2).contiguous()
    labels = batch["labels"].long()
    if len(sys.argv) > 4:
        masks = load_file(sys.argv[4])
        for name, gate in net.gates().items():
            gate.imposed = masks[name].permute(0, 3, 1, 2).contiguous()
    cross_entropy(net(images), labels).backward()
    save_file({name: weight.grad.contiguous() for name, weight in net.named_parameters()}, f"{folder}/gradients.safetensors")
    passed = {name: gate.passed.permute(0, 2, 3, 1).to(torch.uint8).contiguous() for name, gate in net.gates().items()}
    save_file(passed, f"{folder}/passed.safetensors")


def train(seed):
    torch.manual_seed(seed)
    net = network()
    images, labels = read_set("train")
    for epoch in range(meta["epochs"]):
        for part in torch.randperm(len(images)).split(meta["batchSize"]):
            crops = torch.cat([random_crop(images[i], meta["smallestCrop"]) for i in part])
            step(net, normalised(crops), labels["labels"][part], rate(epoch))
    print(json.dumps(measure(net)))


def follow():
    net, rounded = given_network(), given_network()
    with torch.no_grad():
        for weight in rounded.parameters():
            weight *= 1 + 1e-7 * torch.randn_like(weight)
    size, count = meta["size"], meta["batchSize"]
    losses, others = [], []
    stream = sys.stdin.buffer
    while header := stream.read(4 * count):
        labels = torch.frombuffer(bytearray(header), dtype=torch.int32).long()
        pixels = torch.frombuffer(bytearray(stream.read(4 * count * size * size * 3)), dtype=torch.float32)
        images = pixels.view(count, size, size, 3).permute(0, 3, 1, 2).contiguous()
        learning_rate = rate(len(losses) // meta["stepsPerEpoch"])
        losses.append(step(net, images, labels, learning_rate))
        others.append(step(rounded, images, labels, learning_rate))
    print(json.dumps({**measure(net), "losses": losses, "roundedOtherwise": others}))


if mode == "gradients":
    gradients()
elif mode == "train":
    train(int(sys.argv[4]))
else:
    follow()
