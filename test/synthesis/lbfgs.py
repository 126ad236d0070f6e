"""Reference steps of L-BFGS, by PyTorch in double precision: python test/synthesis/lbfgs.py

Writes test/fixtures/synthesis/lbfgs.json: for each function and setting, x and the value after each outer step, and the evaluations so far.
"""
import json
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def quadratic(x):
    scales = 10 ** torch.linspace(0, 4, len(x))
    return (scales * (x - 1) ** 2).sum() / 2


def beale(x):
    a, b = x
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2


def himmelblau(x):
    a, b = x
    return (a**2 + b - 11) ** 2 + (a + b**2 - 7) ** 2


def kinked(x):
    """Flat and steep in turns: the line search has to look on both sides."""
    return (torch.sin(3 * x) + 0.1 * x**2).sum()


CASES = [
    ("rosenbrock", rosenbrock, [-1.2, 1.0], {}, 8),
    ("rosenbrock of ten", rosenbrock, [-1.2, 1.0] * 5, {"history_size": 5}, 6),
    ("quadratic", quadratic, [0.0] * 20, {}, 3),
    ("quadratic, large steps", quadratic, [3.0] * 6, {"lr": 10, "max_iter": 7}, 4),
    ("beale", beale, [1.0, 1.0], {}, 4),
    ("himmelblau", himmelblau, [0.0, 0.0], {"max_iter": 4}, 4),
    ("kinked", kinked, [2.0, -1.3, 0.4, 3.1], {"lr": 10, "max_iter": 5}, 2),  # then what is left is rounding
    ("with tolerances", rosenbrock, [-1.2, 1.0], {"tolerance_grad": 1e-3, "tolerance_change": 1e-6}, 8),
]

cases = []
for name, function, start, settings, steps in CASES:
    x = torch.tensor(start, requires_grad=True)
    options = {"max_iter": 20, "max_eval": 25, "history_size": 100, "tolerance_grad": 0, "tolerance_change": 0, **settings}
    optimizer = torch.optim.LBFGS([x], line_search_fn="strong_wolfe", **options)
    evaluations = 0

    def closure():
        global evaluations
        evaluations += 1
        optimizer.zero_grad()
        value = function(x)
        value.backward()
        return value

    rows = []
    for _ in range(steps):
        optimizer.step(closure)
        rows.append({"x": x.tolist(), "value": function(x).item(), "evaluations": evaluations})
    cases.append({"name": name, "start": start, "settings": settings, "steps": rows})
    print(name, rows[-1])

path = Path(__file__).parent.parent / "fixtures" / "synthesis" / "lbfgs.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":")) + "\n")
