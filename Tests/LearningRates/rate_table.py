#!/usr/bin/env python3
"""How good are the rates that `descent find-rate` suggests? A table of them beside the best of ten.

For every model and optimizer: the rate that find-rate suggests for the config as it is, and ten rates from 1e-5
to 1, equal factors apart. Each trains the model's config for the config's epochs, with several seeds, which
decide first weights, shuffles and which rows validate; what counts is the lowest validation cost (the lowest cost
where no rows validate), as best.h5 has it, averaged over the seeds. Regret is how far the suggestion's cost lies above that of the best of the ten: as a
share of that cost, and of what the best of the ten gained over the untrained network. A run that diverges before
its first epoch is complete counts as infinite.

    python3 Tests/LearningRates/rate_table.py [--descent PATH] [--models A,B] [--optimizers adam,momentum]
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = ["digits", "digit-labels", "breast-cancer", "wine", "diabetes", "line", "logistic", "fashion-mnist"]
GRID = [10 ** (-5 + 5 * i / 9) for i in range(10)]


def descent(binary, *arguments, accepted=(0,)):
    result = subprocess.run([binary, *arguments], capture_output=True, text=True, cwd=ROOT)
    if result.returncode not in accepted:
        sys.exit(f"descent {' '.join(arguments)} ended with {result.returncode}:\n{result.stderr}")
    return result


def epoch_costs(binary, model, optimizer, rate, seed):
    """The validation cost of every epoch, or its cost where nothing validates, without those that are no numbers."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        result = descent(
            binary, "train", f"models/{model}.yaml", "--output", f"{folder}/run", "--json", "--quiet",
            "--seed", str(seed),
            "--set", f"optimizer={{ {optimizer}: {{ learning_rate: {rate!r} }} }}", accepted=(0, 75))
    epochs = [json.loads(line) for line in result.stdout.splitlines()]
    costs = [epoch.get("validation_cost", epoch.get("cost")) for epoch in epochs if "epoch" in epoch]
    return [cost for cost in costs if cost is not None and cost == cost]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--descent", default=str(ROOT / ".build/release/descent"))
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--optimizers", default="adam")
    parser.add_argument("--seeds", default="7,8,9")
    arguments = parser.parse_args()
    seeds = arguments.seeds.split(",")
    print("| model | optimizer | suggested | its cost | best of ten | its cost | regret | of the gain |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for model in arguments.models.split(","):
        for optimizer in arguments.optimizers.split(","):
            found = descent(
                arguments.descent, "find-rate", f"models/{model}.yaml", "--json", "--set",
                f"optimizer={optimizer}", accepted=(0, 65))
            if found.returncode:
                print(f"| {model} | {optimizer} | none: {found.stderr.strip()} |", flush=True)
                continue
            suggested = json.loads(found.stdout)["learning_rate"]
            runs = {
                rate: [epoch_costs(arguments.descent, model, optimizer, rate, seed) for seed in seeds]
                for rate in [suggested, *GRID]
            }
            lowest = {
                rate: statistics.fmean(min(costs, default=float("inf")) for costs in seeded)
                for rate, seeded in runs.items()
            }
            best = min(GRID, key=lambda rate: lowest[rate])
            # After one epoch with the smallest rate a network is hardly trained.
            start = statistics.fmean(costs[0] for costs in runs[GRID[0]])
            excess = lowest[suggested] - lowest[best]
            regret = excess / lowest[best] if lowest[best] else float("inf") if excess > 0 else 0.0
            print(
                f"| {model} | {optimizer} | {suggested:.2g} | {lowest[suggested]:.4g} | {best:.2g} "
                f"| {lowest[best]:.4g} | {100 * regret:+.1f} % "
                f"| {100 * excess / (start - lowest[best]):+.1f} % |", flush=True)


if __name__ == "__main__":
    main()
