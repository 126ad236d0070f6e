"""Writes test/fixtures/models/adaptive_instance_norm.json: AdaIN, its blend, the mirrored border and gradients by PyTorch in double precision.

Run: python test/ops/adaptiveInstanceNorm.py (from the root of the repository)."""

import json

import torch

ALPHA = 0.7


def statistics(x):
    """Mean and root of (unbiased variance + 1e-5) of each map."""
    n, c = x.shape[:2]
    flat = x.reshape(n, c, -1)
    mean = flat.mean(2).reshape(n, c, 1, 1)
    deviation = (flat.var(2, unbiased=True) + 1e-5).sqrt().reshape(n, c, 1, 1)
    return mean, deviation


def shown(x):
    return {"shape": list(x.shape), "data": [float(f"{v:.10g}") for v in x.detach().reshape(-1).tolist()]}


generator = torch.Generator().manual_seed(0)
content = (2 * torch.randn(2, 3, 4, 3, dtype=torch.float64, generator=generator) + 1).requires_grad_()
style = (3 * torch.randn(2, 3, 2, 5, dtype=torch.float64, generator=generator) - 1).requires_grad_()
upstream = torch.randn(2, 3, 4, 3, dtype=torch.float64, generator=generator)

mean_c, deviation_c = statistics(content)
mean_s, deviation_s = statistics(style)
styled = (content - mean_c) / deviation_c * deviation_s + mean_s
blended = ALPHA * styled + (1 - ALPHA) * content
(blended * upstream).sum().backward()

found = {
    "_note": f"AdaIN in double precision by PyTorch {torch.__version__}, NCHW; made by test/ops/adaptiveInstanceNorm.py",
    "alpha": ALPHA,
    "content": shown(content),
    "style": shown(style),
    "mean": shown(mean_s),
    "deviation": shown(deviation_s),
    "blended": shown(blended),
    "upstream": shown(upstream),
    "content_gradient": shown(content.grad),
    "style_gradient": shown(style.grad),
    "padded": shown(torch.nn.functional.pad(content, (1, 1, 1, 1), mode="reflect")),
}
with open("test/fixtures/models/adaptive_instance_norm.json", "w", encoding="utf8") as file:
    json.dump(found, file)
    file.write("\n")
