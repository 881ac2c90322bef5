"""Checks the golden trajectories against PyTorch, so that they do not rest on Keras alone.

Every case whose definitions PyTorch shares is trained again from the file's own rows and initial
weights, in float64, with PyTorch's own layers, losses and optimizers, and must come out within the
file's `float64_difference`, which is how far Keras' float32 run is from exact arithmetic. Left out,
with the reason, are the cases where PyTorch means something else.

    python check_torch.py
"""

import argparse
import json
import math
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

# What 20 steps in float64 may differ by when their sums run in another order.
FLOAT64_ROUNDING = 1e-12

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softmax": lambda x: torch.softmax(x, 1),
    "elu": functional.elu,
    "gelu": functional.gelu,
    "leaky_relu": lambda x: functional.leaky_relu(x, 0.2),
    "selu": functional.selu,
    "silu": functional.silu,
    "softplus": functional.softplus,
}

# Layers that are no dense ones, and the option that each has.
OTHERS = {
    "reshape": "target_shape", "prelu": "shared_axes", "gate": "layers", "global_average_pooling2d": None, "flatten": None,
}  # fmt: skip

COSTS = {
    "mean_squared_error", "mean_absolute_error", "huber", "binary_crossentropy", "categorical_crossentropy",
}  # fmt: skip


def left_out(case):
    """Returns why a case cannot be repeated with PyTorch's own parts, or None if it can."""
    kind = case["optimizer"]["kind"]
    layers = case["layers"]
    if any(layer["kind"] not in ("dense", "batch_normalization", *OTHERS) for layer in layers):
        return "its layers are not repeated here"
    if any(layer.get("activation", "linear") not in ACTIVATIONS for layer in layers):
        return "its activation is not repeated here"
    shared = {"kind", "units", "activation", "momentum", "epsilon", "use_bias", *OTHERS.values()}
    if any(set(layer) - shared for layer in layers):
        return "its penalties, constraints or frozen layers are not repeated here"
    if case["cost"]["kind"] not in COSTS or set(case["cost"]) - {"kind", "from_logits", "delta"}:
        return "its cost is not repeated here"
    if case["target_kind"] == "distribution" or "sample_weights" in case:
        return "its targets or weights are not repeated here"
    if kind not in ("sgd", "adam", "adamw", "adagrad", "rmsprop"):
        return "its optimizer is not repeated here"
    known = {"kind", "learning_rate", "momentum", "nesterov"}
    if kind == "sgd" and set(case["optimizer"]) - known - {"clip_norm", "global_clip_norm"}:
        return "what is done around its optimizer is not repeated here"
    if kind in ("adam", "adamw"):
        return "PyTorch adds epsilon after correcting the second moment, Keras before"
    if any(layer["kind"] == "batch_normalization" for layer in case["layers"]):
        return "PyTorch's moving variance is the unbiased one"
    if kind in ("adagrad", "rmsprop"):
        return "PyTorch adds epsilon after the root, Keras before"
    if "schedule" in case and case["optimizer"]["momentum"]:
        return "PyTorch applies the rate to the momentum, Keras to the gradients that enter it"
    if "clip_norm" in case["optimizer"] or "global_clip_norm" in case["optimizer"]:
        return "PyTorch adds 1e-6 to the norm it clips by"
    return None


def predict(case, parameters, inputs):
    """Returns the network's output for some rows."""
    return chain(case["layers"], iter(parameters), inputs)


def chain(layers, parameters, values):
    """Returns what layers make of values, one after the other, each taking its parameters."""
    for layer in layers:
        kind = layer["kind"]
        if kind == "dense":
            kernel, bias = next(parameters)
            values = ACTIVATIONS[layer["activation"]](values.flatten(1) @ kernel + bias)
        elif kind == "reshape":
            values = values.reshape(len(values), *layer["target_shape"])
        elif kind == "prelu":
            (slope,) = next(parameters)
            values = torch.where(values > 0, values, values * slope)
        elif kind == "global_average_pooling2d":
            values = values.mean((1, 2))
        elif kind == "flatten":
            values = values.flatten(1)
        else:
            factors = chain(layer["layers"], parameters, values)
            values = values * factors.reshape(len(values), *[1] * (values.ndim - factors.ndim), *factors.shape[1:])
    return values


def batch_cost(case, outputs, targets):
    """Returns the cost of a batch, without a penalty."""
    kind, logits = case["cost"]["kind"], case["cost"].get("from_logits")
    if kind == "mean_squared_error":
        return functional.mse_loss(outputs, targets)
    if kind == "mean_absolute_error":
        return functional.l1_loss(outputs, targets)
    if kind == "huber":
        return functional.huber_loss(outputs, targets, delta=case["cost"]["delta"])
    if kind == "binary_crossentropy":
        if logits:
            return functional.binary_cross_entropy_with_logits(outputs, targets)
        return functional.binary_cross_entropy(outputs, targets)
    scores = torch.log_softmax(outputs, 1) if logits else torch.log(outputs)
    if case["target_kind"] == "one_hot":
        return -(targets * scores).sum(1).mean()
    classes = targets[:, 0].long()
    costs = functional.nll_loss(scores, classes, reduction="none")
    if "class_weights" in case:
        costs = costs * torch.tensor(case["class_weights"], dtype=torch.float64)[classes]
    return costs.mean()


def build_optimizer(case, parameters):
    """Returns PyTorch's optimizer of the same name."""
    options = {key: case["optimizer"][key] for key in ("momentum", "nesterov")}
    return torch.optim.SGD(parameters, case["optimizer"]["learning_rate"], **options)


def learning_rate(case, step):
    """Returns a step's rate in float64, by the definition of a cosine where there is a schedule."""
    if "schedule" not in case:
        return case["optimizer"]["learning_rate"]
    schedule = case["schedule"]
    progress = min(step / schedule["decay_steps"], 1)
    fraction = (1 - schedule["alpha"]) * 0.5 * (1 + math.cos(math.pi * progress))
    return schedule["initial_learning_rate"] * (fraction + schedule["alpha"])


def repeat(case):
    """Trains a case; returns the largest difference of costs, weights and predictions."""
    inputs, targets = exactly(case["inputs"]), exactly(case["targets"])
    parameters = [
        [nn.Parameter(as_tensor(tensor)) for tensor in layer]
        for layer in case["initial_weights"]
        if layer
    ]
    optimizer = build_optimizer(case, [value for pair in parameters for value in pair])
    starts = range(0, len(inputs), case["batch_size"])
    costs = []
    for step in range(case["steps"]):
        first = starts[step % len(starts)]
        rows = slice(first, first + case["batch_size"])
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(case, step)
        cost = batch_cost(case, predict(case, parameters, inputs[rows]), targets[rows])
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        costs.append(cost.item())
    gap = {"costs": largest(torch.tensor(costs, dtype=torch.float64), exactly(case["costs"]))}
    gap["weights"] = max(
        largest(found, as_tensor(expected))
        for pair, tensors in zip(parameters, filter(None, case["final_weights"]), strict=True)
        for found, expected in zip(pair, tensors, strict=True)
    )
    gap["predictions"] = largest(predict(case, parameters, inputs), exactly(case["predictions"]))
    return gap


def exactly(decimals):
    """Returns the float32 numbers that the decimals stand for, in float64."""
    return torch.tensor(decimals, dtype=torch.float32).double()


def as_tensor(described):
    """Returns a tensor of the file in float64."""
    return exactly(described["values"]).reshape(described["shape"])


def largest(found, expected):
    """Returns the largest absolute difference."""
    return (found - expected).abs().max().item()


def main():
    """Repeats every case beside this script; leaves with 1 if one does not come out."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    failures, repeated = 0, 0
    for path in sorted(Path(__file__).parent.glob("*.json")):
        case = json.loads(path.read_text())
        reason = left_out(case)
        if reason:
            print(f"{case['name']}: left out: {reason}")
            continue
        repeated += 1
        for key, gap in repeat(case).items():
            allowed = case["float64_difference"][key] + FLOAT64_ROUNDING
            if not gap <= allowed:
                failures += 1
                print(f"{case['name']}: {key} differ by {gap:.3g}, more than {allowed:.3g}")
    if repeated == 0 or failures:
        sys.exit(f"{failures} differences in {repeated} cases")
    print(f"{repeated} cases agree with PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
