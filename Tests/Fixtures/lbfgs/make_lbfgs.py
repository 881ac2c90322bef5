"""Writes lbfgs.json: what PyTorch's LBFGS makes of small networks, one iteration a step.

    python make_lbfgs.py

Every case is trained in float64, and in float32 for `float32_difference`: the largest difference of that run's costs
and weights from the first, which is how far rounding alone moves this very trajectory. A logistic regression's least
cost is found by SciPy as well, by another implementation of another line search.
"""

import json
from pathlib import Path

import numpy as np
import scipy.optimize
import torch

ROWS, INPUTS, STEPS = 40, 5, 20


def cases():
    """Layers as (units, activation), cost, penalty λ of λ·Σw² on the kernels, and L-BFGS' own options."""
    return {
        "logistic regression": ([(1, "sigmoid")], "binary_crossentropy", 0.01, {}),
        "least squares": ([(2, "linear")], "mean_squared_error", 0.0, {}),
        "tanh network": ([(6, "tanh"), (3, "softmax")], "categorical_crossentropy", 0.02, {}),
        "short memory": (
            [(6, "tanh"), (3, "softmax")], "categorical_crossentropy", 0.02,
            {"history_size": 2, "lr": 0.5},
        ),
        "regression network": ([(7, "sigmoid"), (2, "linear")], "mean_squared_error", 0.001, {}),
    }


def data(random, cost, width):
    """Rows and targets, as float32 has them."""
    inputs = random.normal(size=(ROWS, INPUTS)).astype(np.float32)
    scores = inputs @ random.normal(size=(INPUTS, width)) + random.normal(size=(ROWS, width))
    if cost == "mean_squared_error":
        return inputs, np.tanh(scores).astype(np.float32)
    if cost == "binary_crossentropy":
        return inputs, (scores > 0).astype(np.float32)
    return inputs, scores.argmax(1)[:, None].astype(np.float32)


def objective(layers, cost, penalty, weights, inputs, targets):
    """Cost and penalty, apart."""
    values = inputs
    for (kernel, bias), (_, activation) in zip(weights[:-1], layers[:-1], strict=True):
        values = {"tanh": torch.tanh, "sigmoid": torch.sigmoid}[activation](values @ kernel + bias)
    # PyTorch's entropies take the last activation over.
    values = values @ weights[-1][0] + weights[-1][1]
    if cost == "mean_squared_error":
        main = torch.nn.functional.mse_loss(values, targets)
    elif cost == "binary_crossentropy":
        main = torch.nn.functional.binary_cross_entropy_with_logits(values, targets)
    else:
        main = torch.nn.functional.cross_entropy(values, targets[:, 0].long())
    return main, penalty * sum((kernel**2).sum() for kernel, _ in weights)


def train(layers, cost, penalty, options, start, inputs, targets, kind):
    """The cost and the penalty before each step, and the weights after the last."""
    weights = [
        tuple(torch.tensor(part, dtype=kind, requires_grad=True) for part in pair) for pair in start
    ]
    inputs, targets = torch.tensor(inputs, dtype=kind), torch.tensor(targets, dtype=kind)
    optimizer = torch.optim.LBFGS(
        [part for pair in weights for part in pair], max_iter=1, max_eval=26, tolerance_grad=0,
        tolerance_change=1e-13, line_search_fn="strong_wolfe",
        **{"lr": 1, "history_size": 10, **options},
    )
    costs, penalties = [], []

    def closure():
        optimizer.zero_grad()
        main, extra = objective(layers, cost, penalty, weights, inputs, targets)
        (main + extra).backward()
        return main + extra

    for _ in range(STEPS):
        with torch.no_grad():
            main, extra = objective(layers, cost, penalty, weights, inputs, targets)
        costs.append(main.item())
        penalties.append(float(extra.detach()))
        optimizer.step(closure)
    return costs, penalties, [part.detach().double().numpy() for pair in weights for part in pair]


def least_cost(penalty, inputs, targets):
    """The least cost and penalty of a logistic regression, by SciPy in double precision."""
    x = np.column_stack([inputs.astype(float), np.ones(ROWS)])
    sign = 2 * targets[:, 0].astype(float) - 1

    def value(w):
        margin = sign * (x @ w)
        slope = -(sign / (1 + np.exp(margin))) @ x / ROWS
        shrink = np.append(w[:-1], 0)
        return np.logaddexp(0, -margin).mean() + penalty * (shrink**2).sum(), slope + 2 * penalty * shrink

    found = scipy.optimize.minimize(
        value, np.zeros(INPUTS + 1), jac=True, method="BFGS", options={"gtol": 1e-12})
    return float(found.fun)


def main():
    """Writes the file."""
    content = {}
    for name, (layers, cost, penalty, options) in cases().items():
        random = np.random.default_rng([3, *name.encode()])
        inputs, targets = data(random, cost, layers[-1][0])
        start, width = [], INPUTS
        for units, _ in layers:
            kernel = 0.5 * random.normal(size=(width, units)).astype(np.float32)
            start.append((kernel, 0.1 * random.normal(size=units).astype(np.float32)))
            width = units
        exact = train(layers, cost, penalty, options, start, inputs, targets, torch.float64)
        single = train(layers, cost, penalty, options, start, inputs, targets, torch.float32)
        content[name] = {
            "layers": [{"units": units, "activation": kind} for units, kind in layers],
            "cost": cost,
            "l2": penalty,
            "history_size": options.get("history_size", 10),
            "learning_rate": options.get("lr", 1),
            "inputs": inputs.tolist(),
            "targets": targets.tolist(),
            "initial_weights": [part.ravel().tolist() for pair in start for part in pair],
            "costs": exact[0],
            "penalties": exact[1],
            "final_weights": [part.ravel().tolist() for part in exact[2]],
            "float32_difference": {
                "costs": [abs(a - b) for a, b in zip(exact[0], single[0])],
                "weights": max(np.abs(a - b).max() for a, b in zip(exact[2], single[2])),
            },
        }
        if cost == "binary_crossentropy":
            content[name]["least"] = least_cost(penalty, inputs, targets)
        gaps = content[name]["float32_difference"]
        print(name, exact[0][0], "->", exact[0][-1], "float32:", max(gaps["costs"]), gaps["weights"])
    text = json.dumps(content, separators=(",", ":"), default=float)
    (Path(__file__).parent / "lbfgs.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
