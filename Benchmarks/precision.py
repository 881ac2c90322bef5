"""Trains models in float32 and in bfloat16, each with several seeds, and compares what they come to on their test rows.

    python precision.py ../.build/release/descent                       # the bundled data: a minute
    python precision.py DESCENT --models fashion-mnist --seeds 5        # some of ../models

The table has for each model the mean test figure of either precision over the seeds, the standard error of the mean of the
differences, seed by seed, and the quotient of their training times.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import ROOT, processor, ratio, table

# Those that train in seconds, and whose figure is an accuracy.
MODELS = ["digits", "breast-cancer", "wine", "digit-labels", "logistic"]
PRECISIONS = ["float32", "bfloat16"]


def trained(descent, model, precision, seed, folder):
    """Trains one model; returns its accuracy on the test rows, in per cent, and the seconds that its epochs took."""
    run = Path(folder) / f"{model}-{precision}-{seed}"
    line = [descent, "train", ROOT / f"models/{model}.yaml", "--json", "--output", run,
            "--set", f"precision={precision}", "--set", f"seed={seed}"]  # fmt: skip
    done = subprocess.run([str(part) for part in line], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{model}, {precision}, seed {seed}: {done.stderr.strip()[-300:]}")
    events = [json.loads(text) for text in done.stdout.splitlines()]
    end = next(event for event in events if event.get("event") == "finished")
    return 100 * end["test"]["accuracy"], sum(event["seconds"] for event in events if "epoch" in event)


def compare(arguments):
    """Trains everything and returns the table's rows."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for model in arguments.models:
            found = {precision: [] for precision in PRECISIONS}
            for seed in range(1, arguments.seeds + 1):
                for precision in PRECISIONS:
                    found[precision].append(trained(arguments.descent, model, precision, seed, folder))
                print(f"{model}, seed {seed}: {found['float32'][-1][0]:.2f}, {found['bfloat16'][-1][0]:.2f}", file=sys.stderr)
            exact, rounded = ([figure for figure, _ in found[precision]] for precision in PRECISIONS)
            differences = [b - a for a, b in zip(exact, rounded)]
            error = statistics.stdev(differences) / len(differences) ** 0.5 if len(differences) > 1 else float("nan")
            times = ratio(*([seconds for _, seconds in found[precision]] for precision in PRECISIONS))
            rows.append([
                model, f"{statistics.mean(exact):.2f}", f"{statistics.mean(rounded):.2f}",
                f"{statistics.mean(differences):+.2f} ± {error:.2f}", f"{times:.2f}",
            ])  # fmt: skip
    return rows


def main():
    """Reads the command line, trains and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("descent", type=Path, help="the program")
    parser.add_argument("--models", type=lambda text: text.split(","), default=MODELS, metavar="LIST")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.seeds < 1:
        parser.error("--seeds is at least 1")
    for model in arguments.models:
        if not (ROOT / f"models/{model}.yaml").exists():
            parser.error(f"there is no model {model!r}")
    rows = compare(arguments)
    print(f"Test accuracy in per cent, {arguments.seeds} seeds; {processor()}.\n")
    print(table(["Model", "float32", "bfloat16", "difference", "float32 ÷ bfloat16 time"], rows))


if __name__ == "__main__":
    main()
