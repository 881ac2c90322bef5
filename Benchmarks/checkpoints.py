"""Measures what checkpoints cost a run: rows a second of wall time, with and without them.

    python checkpoints.py path/to/descent [--network 2048-2048] [--every 10] [--seconds 40] [--rounds 2]

Trains on Fashion-MNIST with Adam, in turn with a checkpoint every so many seconds and with none while it is
measured, and prints one JSON object. A run's first epoch is left out: it has what only happens once.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

CONFIG = """
name: checkpoints
data:
  train: {{ features: {data}/train-images-idx3-ubyte.gz, labels: {data}/train-labels-idx1-ubyte.gz }}
  scale: unit
model:
{layers}
  - dense: {{ units: 10, activation: softmax }}
optimizer: adam
batch_size: {batch}
epochs: 100000
seed: 1
checkpoint: {{ every_epochs: 1000000, every_seconds: {every}, keep: 1 }}
"""


def rate(arguments, every, folder):
    """Returns rows a second of wall time from the end of the first epoch on, and how many checkpoints there were."""
    layers = "\n".join(
        f"  - dense: {{ units: {width}, activation: relu }}" for width in arguments.network.split("-")
    )
    config = CONFIG.format(data=arguments.data, layers=layers, batch=arguments.batch, every=every)
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    command = [
        arguments.descent.resolve(), "train", "config.yaml", "--output", "run", "--force", "--json", "--quiet",
    ]
    epochs, written = [], set()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if "epoch" not in json.loads(line):
                continue
            epochs.append(time.monotonic())
            # Checkpoints may be pruned before they are seen; these are at least as many as there were.
            written.update(path.name for path in (folder / "run/checkpoints").glob("*.h5"))
            if epochs[-1] - epochs[0] >= arguments.seconds and len(epochs) > 1:
                process.kill()
                break
    shutil.rmtree(folder / "run", ignore_errors=True)
    return 60_000 * (len(epochs) - 1) / (epochs[-1] - epochs[0]), len(written)


def main():
    """Measures in turn, and prints medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("descent", type=Path)
    parser.add_argument("--network", default="2048-2048")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--every", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--folder", type=Path, help="where to write; the disk matters")
    arguments = parser.parse_args()
    without, with_checkpoints, seen = [], [], 0
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        for _ in range(arguments.rounds):
            without.append(rate(arguments, 1e9, Path(folder))[0])
            found, count = rate(arguments, arguments.every, Path(folder))
            with_checkpoints.append(found)
            seen += count
    drop = 1 - statistics.median(with_checkpoints) / statistics.median(without)
    print(json.dumps({
        "network": arguments.network, "every_seconds": arguments.every, "checkpoints_seen": seen,
        "rows_per_second_without": without, "rows_per_second_with": with_checkpoints, "drop": drop,
    }))


if __name__ == "__main__":
    main()
