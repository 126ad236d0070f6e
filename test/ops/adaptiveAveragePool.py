"""Reference numbers of adaptive average pooling, by PyTorch in double precision: python test/ops/adaptiveAveragePool.py

Writes test/fixtures/models/adaptive_average_pool.json; images are NCHW.
"""
import json
from pathlib import Path

import torch
from torch.nn.functional import adaptive_avg_pool2d

torch.manual_seed(13)


def array(tensor):
    return {"shape": list(tensor.shape), "data": [float(f"{v:.10g}") for v in tensor.detach().reshape(-1).tolist()]}


cases = []
for height, width, size in [(6, 6, 3), (7, 5, 3), (2, 3, 7), (1, 1, 4), (5, 5, 1), (4, 4, 4)]:
    x = torch.randn(2, 3, height, width).double().requires_grad_(True)
    y = adaptive_avg_pool2d(x, size)
    upstream = torch.randn_like(y)
    y.backward(upstream)
    cases.append({"size": size, "x": array(x), "y": array(y), "upstream": array(upstream), "dx": array(x.grad)})

path = Path(__file__).parent.parent / "fixtures" / "models" / "adaptive_average_pool.json"
path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":")) + "\n")
