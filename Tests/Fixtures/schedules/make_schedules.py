"""Writes the rates of Keras' schedules and of PyTorch's one-cycle policy to schedules.json, beside this script.

Every schedule is evaluated in float64 for 60 steps, 4 steps an epoch, with the base rate 0.1. The file maps a
name to the schedule as a Descent config has it and its rates.
"""

import json
import math
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras.src.backend.common import dtypes  # noqa: E402

keras.config.set_floatx("float64")
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

STEPS, PER_EPOCH, BASE = 60, 4, 0.1
S = keras.optimizers.schedules


def one_cycle(step, share=0.3, div=25.0, final=1e4, total=STEPS):
    """PyTorch's OneCycleLR with cosine annealing, from its definition."""
    first, last = BASE / div, BASE / div / final
    top, end = share * total - 1, total - 1
    if step <= top:
        start, stop, part = first, BASE, step / top
    else:
        start, stop, part = BASE, last, (step - top) / (end - top)
    return stop + (start - stop) / 2 * (1 + math.cos(math.pi * part))


CASES = {
    "exponential": (
        {"exponential": {"decay_epochs": 2.5, "decay_rate": 0.7}},
        S.ExponentialDecay(BASE, 10, 0.7),
    ),
    "exponential-staircase": (
        {"exponential": {"decay_epochs": 2, "decay_rate": 0.5, "staircase": True}},
        S.ExponentialDecay(BASE, 8, 0.5, True),
    ),
    "inverse-time": (
        {"inverse_time": {"decay_epochs": 2, "decay_rate": 0.5}},
        S.InverseTimeDecay(BASE, 8, 0.5),
    ),
    "inverse-time-staircase": (
        {"inverse_time": {"decay_epochs": 2, "decay_rate": 0.5, "staircase": True}},
        S.InverseTimeDecay(BASE, 8, 0.5, True),
    ),
    "polynomial": (
        {"polynomial": {"decay_epochs": 10, "end_learning_rate": 0.01, "power": 2}},
        S.PolynomialDecay(BASE, 40, 0.01, 2.0),
    ),
    "polynomial-cycle": (
        {"polynomial": {"decay_epochs": 5, "end_learning_rate": 0.01, "cycle": True}},
        S.PolynomialDecay(BASE, 20, 0.01, 1.0, True),
    ),
    "piecewise": (
        {"piecewise": {"boundaries": [3, 7.5], "rates": [0.1, 0.03, 0.001], "inclusive": True}},
        S.PiecewiseConstantDecay([12, 30], [0.1, 0.03, 0.001]),
    ),
    "cosine-restarts": (
        {"cosine_restarts": {"first_decay_epochs": 2.5, "t_mul": 1.5, "m_mul": 0.8, "alpha": 0.1}},
        S.CosineDecayRestarts(BASE, 10, 1.5, 0.8, 0.1),
    ),
    "cosine-restarts-equal": (
        {"cosine_restarts": {"first_decay_epochs": 3.25, "t_mul": 1}},
        S.CosineDecayRestarts(BASE, 13, 1.0),
    ),
    "one-cycle": ({"one_cycle": {}}, one_cycle),
    "step": (
        {"step": {"every_epochs": 3, "factor": 0.5}},
        S.ExponentialDecay(BASE, 12, 0.5, True),
    ),
}

if __name__ == "__main__":
    content = {}
    for name, (config, schedule) in CASES.items():
        rates = [float(np.asarray(schedule(step))) for step in range(STEPS)]
        content[name] = {"schedule": config, "rates": rates}
        print(name, rates[0], rates[-1])
    (Path(__file__).parent / "schedules.json").write_text(json.dumps(content) + "\n")
