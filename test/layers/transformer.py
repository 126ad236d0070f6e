"""Reference numbers of the transformer's parts, by PyTorch in double precision: python test/layers/transformer.py

Writes test/fixtures/locnet/transformer.json; images are NCHW, tokens [N, T, D].
"""
import json
from pathlib import Path

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(12)
torch.backends.mha.set_fastpath_enabled(False)

WIDTH, HEADS, HIDDEN, PATCH, BLOCKS = 8, 2, 12, 4, 2


def rounded(*shape):
    """Numbers that single precision holds exactly."""
    return torch.randn(*shape).float().double()


def array(tensor):
    return {"shape": list(tensor.shape), "data": [float(f"{v:.10g}") for v in tensor.detach().reshape(-1).tolist()]}


def arrays(named):
    return {name: array(tensor) for name, tensor in named}


def scatter(module):
    """Initial values of ones and zeros hide mistakes: every parameter is moved."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_((parameter + 0.1 * torch.randn_like(parameter)).float().double())


def passed(module, x, call):
    scatter(module)
    x.requires_grad_(True)
    y = call(x)
    upstream = rounded(*y.shape)
    (y * upstream).sum().backward()
    return {
        "state": arrays(module.state_dict().items()),
        "x": array(x),
        "y": array(y),
        "upstream": array(upstream),
        "dx": array(x.grad),
        "gradients": arrays((name, p.grad) for name, p in module.named_parameters()),
    }


class Position(nn.Module):
    def __init__(self, tokens):
        super().__init__()
        self.embedding = nn.Parameter(torch.zeros(1, tokens, WIDTH))


class Encoder(nn.Module):
    """A vision transformer's encoder without class token."""

    def __init__(self, height, width):
        super().__init__()
        self.rows, self.columns = height // PATCH, width // PATCH
        self.patch_embed = nn.Conv2d(3, WIDTH, PATCH, PATCH)
        self.position = Position(self.rows * self.columns)
        self.encoder = nn.TransformerEncoder(block(), BLOCKS, norm=nn.LayerNorm(WIDTH), enable_nested_tensor=False)

    def forward(self, images):
        tokens = self.patch_embed(images).flatten(2).transpose(1, 2) + self.position.embedding
        y = self.encoder(tokens)
        return y.transpose(1, 2).reshape(-1, WIDTH, self.rows, self.columns)


def block():
    return nn.TransformerEncoderLayer(
        WIDTH, HEADS, HIDDEN, dropout=0, activation="gelu", batch_first=True, norm_first=True
    )


def gelu():
    x = torch.tensor([-12.0, -5, -3, -1, -0.5, -0.01, 0, 0.01, 0.5, 1, 3, 5, 12], requires_grad=True)
    y = nn.functional.gelu(x)
    y.sum().backward()
    return {"x": array(x), "y": array(y), "dx": array(x.grad)}


attention = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
norm = nn.LayerNorm(WIDTH)
encoder = Encoder(8, 12)
layer = block()
fixture = {
    "provenance": f"test/layers/transformer.py, PyTorch {torch.__version__}, double precision, 10 digits",
    "gelu": gelu(),
    "layer_norm": passed(norm, rounded(2, 6, WIDTH), norm),
    "attention": passed(attention, rounded(2, 6, WIDTH), lambda x: attention(x, x, x, need_weights=False)[0]),
    "block": passed(layer, rounded(2, 6, WIDTH), layer),
    "encoder": passed(encoder, rounded(2, 3, 8, 12), encoder),
}
target = Path(__file__).parent.parent / "fixtures" / "locnet" / "transformer.json"
target.write_text(json.dumps(fixture) + "\n")
