"""Chooses the width and the learning rate of the small models by their cost on validation rows alone.

    python3 models/choose.py .build/release/descent

Every combination is trained with three seeds, which draw other validation rows and other first weights; what counts
is the mean of the lowest validation costs. The test rows are not read. Prints all, and marks what the model's file has.
"""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODELS = ["breast-cancer", "wine", "diabetes", "digit-labels"]
WIDTHS = [16, 32, 64, 128]
RATES = [0.001, 0.003, 0.01]
SEEDS = [1, 2, 3]


def validation_cost(descent, model, width, rate, seed, folder):
    """Returns the lowest validation cost of one run."""
    settings = [f"model.0.dense.units={width}", f"optimizer.adam.learning_rate={rate}", "data.test=null"]
    command = [descent, "train", HERE / f"{model}.yaml", "--output", folder, "--force", "--json", "--quiet"]
    command += ["--seed", seed] + [word for setting in settings for word in ("--set", setting)]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])["best_value"]


def resolved(descent, model, folder):
    """Returns the width and the rate that the model's file has."""
    subprocess.run(
        [descent, "train", HERE / f"{model}.yaml", "--output", folder, "--force", "--quiet", "--epochs", "1"],
        check=True, capture_output=True)
    lines = (folder / "config.yaml").read_text().splitlines()
    words = [line.split() for line in lines]
    width = next(int(word[1]) for word in words if word and word[0] == "units:")
    return width, next(float(word[1]) for word in words if word and word[0] == "learning_rate:")


def main():
    """Trains all combinations of all models."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("descent", type=Path, metavar="DESCENT")
    parser.add_argument("models", nargs="*", default=MODELS, metavar="MODEL")
    arguments = parser.parse_args()
    descent = arguments.descent.resolve()
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "run"
        for model in arguments.models:
            chosen = resolved(descent, model, folder)
            costs = {}
            for width, rate in itertools.product(WIDTHS, RATES):
                runs = [validation_cost(descent, model, width, rate, seed, folder) for seed in SEEDS]
                costs[width, rate] = sum(runs) / len(runs)
            print(model)
            for (width, rate), cost in sorted(costs.items(), key=lambda entry: entry[1]):
                mark = "  <- in the file" if (width, rate) == chosen else ""
                print(f"  {width:4} units  rate {rate:<6}  validation cost {cost:.5g}{mark}")


if __name__ == "__main__":
    main()
