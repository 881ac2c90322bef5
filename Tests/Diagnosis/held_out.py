#!/usr/bin/env python3
"""What the diagnosis says of runs that its thresholds were not set on: a table of alarms and of faults found.

The thresholds were chosen with the runs of `DiagnosisTests`. Here are others: the bundled models with other seeds,
networks and optimizers, and data sets made here. Sound runs are such as a user would make, and should hear nothing; faulty
ones were made to have one fault each, which should be named (others that come of it may be named too).

    python3 Tests/Diagnosis/held_out.py [--descent PATH] [--seeds 31,32,33]
"""

import argparse
import csv
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUNDLED = ["digits", "digit-labels", "breast-cancer", "wine", "diabetes"]


def dense(units, activation="relu", **options):
    """Returns a dense layer."""
    return {"dense": {"units": units, "activation": activation, **options}}


def optimizer(kind, rate):
    """Returns a setting."""
    return {"optimizer": {kind: {"learning_rate": rate}}}


SOFTMAX, SIGMOID, LINEAR = {"dense": {"activation": "softmax"}}, dense(1, "sigmoid"), dense(1, "linear")
DEEP = [dense(64, kernel_initializer="he_normal"), dense(64, kernel_initializer="he_normal"), SOFTMAX]
NORMALIZED = [dense(48), "batch_normalization", dense(24), SOFTMAX]
RESIDUAL = [dense(32), {"residual": {"layers": [dense(32), dense(32, "linear")]}}, SOFTMAX]
HELD = {"scale": "standard", "validation": 0.2}
RINGS = {"data": {"train": "rings.csv", "target": "ring", **HELD}}
PLANE = {"data": {"train": "plane.csv", "target": "height", **HELD}}
WAVES = {"data": {"train": "waves.csv", "target": "wave", "scale_target": "standard", **HELD}}

# Name, the bundled model or None, settings.
SOUND = [
    *[(f"{name}, as it is", name, {}) for name in BUNDLED],
    ("digits, two hidden layers", "digits", {"model": DEEP}),
    ("digits, batch normalisation, sgd", "digits", {"model": NORMALIZED, **optimizer("momentum", 0.02)}),
    ("digits, residual, adamw, cosine", "digits", {"model": RESIDUAL, "schedule": "cosine", **optimizer("adamw", 0.002)}),
    ("digits, elu, rmsprop", "digits", {"model": [dense(40, "elu"), SOFTMAX], **optimizer("rmsprop", 0.001)}),
    ("digits, nadam, 64 rows", "digits", {"batch_size": 64, **optimizer("nadam", 0.002)}),
    ("wine, tanh, momentum", "wine", {"model": [dense(16, "tanh"), SOFTMAX], **optimizer("momentum", 0.05)}),
    ("wine, dropout, rmsprop", "wine", {"model": [dense(32), {"dropout": 0.3}, SOFTMAX], **optimizer("rmsprop", 0.005)}),
    ("breast-cancer, momentum", "breast-cancer", optimizer("momentum", 0.05)),
    ("breast-cancer, logistic regression", "breast-cancer", {"model": [SIGMOID], **optimizer("adam", 0.02)}),
    ("diabetes, linear regression", "diabetes", {"model": [LINEAR], **optimizer("adam", 0.03)}),
    ("diabetes, 16 units", "diabetes", {"model": [dense(16), LINEAR], **optimizer("adam", 0.01)}),
    ("rings, adam", None, {**RINGS, "model": [dense(32), dense(32), SOFTMAX], "epochs": 40, **optimizer("adam", 0.01)}),
    ("rings, momentum", None, {**RINGS, "model": [dense(32, "tanh"), SOFTMAX], "epochs": 60, **optimizer("momentum", 0.1)}),
    ("plane, linear regression", None, {**PLANE, "model": [LINEAR], "epochs": 30, **optimizer("momentum", 0.01)}),
    ("waves, adam", None, {**WAVES, "model": [dense(64, "tanh"), dense(64, "tanh"), LINEAR], "epochs": 80, **optimizer("adam", 0.003)}),
]  # fmt: skip

FAULTY = [
    ("rate_too_high", "wine, momentum 5", "wine", optimizer("momentum", 5)),
    ("rate_too_high", "breast-cancer, adam 2", "breast-cancer", optimizer("adam", 2)),
    ("rate_too_high", "digit-labels, adam 1", "digit-labels", optimizer("adam", 1)),
    ("rate_too_high", "plane, descent 3", None, {**PLANE, "model": [LINEAR], **optimizer("gradient_descent", 3)}),
    ("rate_too_low", "digit-labels, adam 1e-4", "digit-labels", optimizer("adam", 1e-4)),
    ("rate_too_low", "wine, momentum 1e-4", "wine", optimizer("momentum", 1e-4)),
    ("rate_too_low", "rings, adam 1e-4", None, {**RINGS, "model": [dense(32), SOFTMAX], "epochs": 20, **optimizer("adam", 1e-4)}),
    ("over_fitting", "diabetes, 256 units, 200 epochs", "diabetes", {"model": [dense(256), LINEAR], "epochs": 200, **optimizer("adam", 0.005)}),
    ("over_fitting", "noisy rings, 256 units", None, {"data": {"train": "noisy.csv", "target": "ring", **HELD}, "model": [dense(256), dense(256), SOFTMAX], "epochs": 150, **optimizer("adam", 0.005)}),
    ("under_fitting", "targets of chance", None, {"data": {"train": "chance.csv", "target": "ring", **HELD}, "model": [SOFTMAX], "epochs": 10}),
    ("under_fitting", "digits through one unit, dropout", "digits", {"model": [{"dropout": 0.95}, dense(1, "tanh"), SOFTMAX]}),
    ("unscaled_inputs", "breast-cancer, not scaled", "breast-cancer", {"data.scale": "none"}),
    ("unscaled_inputs", "plane in millimetres", None, {"data": {"train": "millimetres.csv", "target": "height", "validation": 0.2}, "model": [dense(16), LINEAR], **optimizer("adam", 0.001)}),
    ("dead_units", "wine, biases of -20", "wine", {"model": [dense(32, bias_initializer={"constant": -20}), SOFTMAX]}),
    ("dead_units", "digits, biases of -12", "digits", {"model": [dense(64, bias_initializer={"constant": -12}), SOFTMAX]}),
    ("vanishing_gradients", "digits, twelve sigmoid layers", "digits", {"model": [*[dense(24, "sigmoid") for _ in range(12)], SOFTMAX], "epochs": 5}),
    ("vanishing_gradients", "rings, ten sigmoid layers", None, {**RINGS, "model": [*[dense(16, "sigmoid") for _ in range(10)], SOFTMAX], "epochs": 5, **optimizer("momentum", 0.01)}),
    ("exploding_gradients", "digits, eight layers of large weights", "digits", {"model": [*[dense(32, kernel_initializer={"random_normal": {"stddev": 1.0}}) for _ in range(8)], SOFTMAX], "epochs": 3, **optimizer("gradient_descent", 1e-6)}),
    ("class_never_predicted", "rare class of chance", None, {"data": {"train": "rare.csv", "target": "ring", **HELD}, "model": [dense(8), SOFTMAX], "epochs": 15, **optimizer("adam", 0.005)}),
    ("leakage_suspected", "validation rows far from the border", None, {"data": {"train": "rings.csv", "target": "ring", "validation": "easy.csv", "scale": "standard"}, "model": [dense(32), SOFTMAX], "epochs": 60, **optimizer("adam", 0.01)}),
]  # fmt: skip


def write(folder, name, header, rows):
    """Writes a table."""
    with open(folder / name, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def make_data(folder):
    """Makes the data sets that are not bundled."""
    draw = random.Random(5)

    def ring(noise, spread=0.35):
        label = draw.randrange(3)
        radius, angle = label + 1 + draw.gauss(0, spread / 2), draw.uniform(0, 2 * math.pi)
        if draw.random() < noise:
            label = draw.randrange(3)
        return [round(radius * math.cos(angle), 4), round(radius * math.sin(angle), 4), f"r{label}"]

    header = ["x", "y", "ring"]
    write(folder, "rings.csv", header, [ring(0) for _ in range(900)])
    write(folder, "easy.csv", header, [ring(0, 0.02) for _ in range(300)])
    write(folder, "noisy.csv", header, [ring(0.35) for _ in range(200)])
    chance = [[round(draw.gauss(0, 1), 4), round(draw.gauss(0, 1), 4), f"r{draw.randrange(3)}"] for _ in range(1500)]
    write(folder, "chance.csv", header, chance)
    rare = [ring(0)[:2] + [f"r{0 if draw.random() < 0.06 else draw.randrange(1, 3)}"] for _ in range(900)]
    rare = [[x, y, label if label == "r0" else ("r1" if float(x) > 0 else "r2")] for x, y, label in rare]
    write(folder, "rare.csv", header, rare)
    plane = []
    for _ in range(400):
        x, y = draw.uniform(-3, 3), draw.uniform(0, 5)
        plane.append([round(x, 4), round(y, 4), round(2 * x - y + draw.gauss(0, 0.3) + 1.05, 4)])
    write(folder, "plane.csv", ["x", "y", "height"], plane)
    write(folder, "millimetres.csv", ["x", "y", "height"], [[1000 * x, 1000 * y, h] for x, y, h in plane])
    waves = []
    for _ in range(800):
        x, y = draw.uniform(-2, 2), draw.uniform(-2, 2)
        waves.append([round(x, 4), round(y, 4), round(10 * math.sin(2 * x) * math.cos(y) + draw.gauss(0, 0.5), 4)])
    write(folder, "waves.csv", ["x", "y", "wave"], waves)


def findings(descent, folder, model, settings, seed):
    """Trains; returns the kinds of what was found."""
    if model:
        config = ROOT / f"models/{model}.yaml"
    else:
        config = folder / "made.yaml"
        config.write_text(json.dumps({"name": "made", **settings}))
        settings = {}
    command = [descent, "train", config, "--output", folder / "run", "--force", "--json", "--seed", seed, "--threads", 1]
    for key, value in settings.items():
        command += ["--set", f"{key}={json.dumps(value)}"]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 75):
        sys.exit(f"{command}\n{done.stderr}")
    if done.returncode == 75:
        return {"rate_too_high"} if "training diverged" in done.stderr else set()
    return {finding["kind"] for finding in json.loads(done.stdout.splitlines()[-1])["findings"]}


def main():
    """Trains all and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--descent", default=str(ROOT / ".build/release/descent"))
    parser.add_argument("--seeds", default="31,32,33,34,35")
    arguments = parser.parse_args()
    seeds = arguments.seeds.split(",")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_data(folder)
        print("| sound runs | silent | said |\n| --- | ---: | --- |", flush=True)
        silent = 0
        for title, model, settings in SOUND:
            found = [findings(arguments.descent, folder, model, settings, seed) for seed in seeds]
            silent += sum(not kinds for kinds in found)
            said = sorted({kind for kinds in found for kind in kinds})
            print(f"| {title} | {sum(not k for k in found)} of {len(seeds)} | {', '.join(said)} |", flush=True)
        print(f"\n{silent} of {len(SOUND) * len(seeds)} sound runs hear nothing.\n")
        print("| fault | made by | named | also said |\n| --- | --- | ---: | --- |", flush=True)
        named = 0
        for fault, title, model, settings in FAULTY:
            found = [findings(arguments.descent, folder, model, settings, seed) for seed in seeds]
            count = sum(fault in kinds for kinds in found)
            named += count
            others = sorted({kind for kinds in found for kind in kinds} - {fault})
            print(f"| `{fault}` | {title} | {count} of {len(seeds)} | {', '.join(others)} |", flush=True)
        print(f"\n{named} of {len(FAULTY) * len(seeds)} faults are named.")


if __name__ == "__main__":
    main()
