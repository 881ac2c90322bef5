#!/usr/bin/env python3
"""How good are the rates that `descent find-rate` suggests? A table of them beside the best of ten.

For every model and optimizer (`own` is the config's): the rate that find-rate suggests for the config as it is, and
ten rates from 1e-5 to 1, equal factors apart (for diabetes with momentum or gradient descent, whose cost is in squares
of its unit, from 1e-8 to 1e-3). Each trains the model's config for the config's epochs, with several seeds, none of
which find-rate has seen. They decide first weights, shuffles and which rows validate; what counts is the lowest
validation cost (the lowest cost where no rows validate), as best.h5 has it, averaged over the seeds. Regret is how far
the suggestion's cost lies above that of the best of the ten: as a share of that cost, with the standard error of the
difference over the seeds, and as a share of what the best of the ten gained over the untrained network. The best of the
ten is picked by the same seeds that it is measured with, which flatters it. A run that diverges counts as infinite.

    python3 Tests/LearningRates/rate_table.py [--descent PATH] [--models A,B] [--optimizers own,momentum] [--seeds 1-8]
"""

import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = ["digits", "digit-labels", "breast-cancer", "wine", "diabetes", "line", "logistic", "fashion-mnist"]
SCALES = {("diabetes", "momentum"): -8, ("diabetes", "gradient_descent"): -8}


def grid(model, optimizer):
    """Ten rates, five decades, equal factors apart."""
    first = SCALES.get((model, optimizer), -5)
    return [10 ** (first + 5 * i / 9) for i in range(10)]


def descent(binary, *arguments, accepted=(0,)):
    result = subprocess.run([binary, *arguments], capture_output=True, text=True, cwd=ROOT)
    if result.returncode not in accepted:
        sys.exit(f"descent {' '.join(arguments)} ended with {result.returncode}:\n{result.stderr}")
    return result


def epoch_costs(binary, model, settings, optimizer, rate, seed):
    """The validation cost of every epoch, or its cost where nothing validates; infinite where the run diverged."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        result = descent(
            binary, "train", f"models/{model}.yaml", "--output", f"{folder}/run", "--json", "--quiet",
            "--seed", str(seed), *settings, "--set", f"optimizer.{optimizer}.learning_rate={rate!r}",
            accepted=(0, 75))
    if result.returncode:
        return [float("inf")]
    epochs = [json.loads(line) for line in result.stdout.splitlines()]
    return [epoch.get("validation_cost", epoch.get("cost")) for epoch in epochs if "epoch" in epoch]


def percent(part, whole, sign=""):
    return f"{100 * part / whole:{sign}.1f} %" if whole else "–"


def seed_list(text):
    """1,2,3 or 1-3."""
    first, dash, last = text.partition("-")
    return list(range(int(first), int(last) + 1)) if dash else [int(seed) for seed in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--descent", default=str(ROOT / ".build/release/descent"))
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--optimizers", default="own")
    parser.add_argument("--seeds", type=seed_list, default="5001-5024")
    arguments = parser.parse_args()
    print("| model | optimizer | suggested | its cost | best of ten | its cost | regret | ± | of the gain |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for model in arguments.models.split(","):
        shown = set()
        for optimizer in arguments.optimizers.split(","):
            settings = [] if optimizer == "own" else ["--set", f"optimizer={optimizer}"]
            found = descent(
                arguments.descent, "find-rate", f"models/{model}.yaml", "--json", *settings, accepted=(0, 65))
            if found.returncode:
                print(f"| {model} | {optimizer} | none: {found.stderr.strip()} |", flush=True)
                continue
            found = json.loads(found.stdout)
            kind, suggested = found["optimizer"], found["learning_rate"]
            if kind in shown:
                continue
            shown.add(kind)
            rates = grid(model, kind)
            runs = {
                rate: [
                    epoch_costs(arguments.descent, model, settings, kind, rate, seed) for seed in arguments.seeds
                ]
                for rate in [suggested, *rates]
            }
            lowest = {rate: statistics.fmean(min(costs) for costs in seeded) for rate, seeded in runs.items()}
            best = min(rates, key=lambda rate: lowest[rate])
            # After one epoch with the smallest rate a network is hardly trained.
            start = statistics.fmean(costs[0] for costs in runs[rates[0]])
            excess = lowest[suggested] - lowest[best]
            differences = [min(one) - min(other) for one, other in zip(runs[suggested], runs[best])]
            is_known = len(differences) > 1 and all(map(math.isfinite, differences))
            error = statistics.stdev(differences) / len(differences) ** 0.5 if is_known else float("nan")
            name = f"{kind} (its own)" if optimizer == "own" else kind
            print(
                f"| {model} | {name} | {suggested:.2g} | {lowest[suggested]:.4g} | {best:.2g} "
                f"| {lowest[best]:.4g} | {percent(excess, lowest[best], '+')} | {percent(error, lowest[best])} "
                f"| {percent(excess, start - lowest[best], '+')} |", flush=True)


if __name__ == "__main__":
    main()
