"""Makes the files of format 1 that every later version has to read, with what they predict.

    python make_files.py path/to/descent EMPTY-FOLDER

Trains a small network of each kind on the tables beside this script, in the folder given, and copies
each run's last file here as <name>.h5 with its predictions for the table as <name>.csv. The files
that are here were made once, by the first version of format 1. They are never made again: that would
test nothing. New kinds of content are added under new names.
"""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent

CLASSES = "data: { train: classes.csv, target: kind, validation: 0.2, scale: standard }"
VALUES = "data: { train: values.csv, target: [low, high], scale: standard }"

RUNS = {
    "dense-adam": f"""
{CLASSES}
model: [{{ dense: {{ units: 4, activation: relu }} }}, {{ dense: {{ activation: softmax }} }}]
optimizer: {{ adam: {{ learning_rate: 0.01 }} }}
metrics: [accuracy]
batch_size: 8
epochs: 3
""",
    "sgd-momentum-cosine": f"""
{CLASSES}
model:
  - dense: {{ units: 4, activation: tanh, kernel_regularizer: {{ l2: 0.001 }} }}
  - dropout: 0.2
  - dense: {{ activation: softmax, use_bias: false }}
optimizer: {{ sgd: {{ learning_rate: 0.05, momentum: 0.9, nesterov: true }} }}
schedule: {{ cosine: {{ warmup_epochs: 1 }} }}
class_weights: balanced
batch_size: 8
epochs: 4
""",
    "batch-normalization-rmsprop": f"""
{CLASSES}
model:
  - dense: 5
  - batch_normalization
  - activation: relu
  - dense: {{ activation: softmax }}
optimizer: {{ rmsprop: {{ momentum: 0.5, centered: true }} }}
batch_size: 16
epochs: 2
""",
    "table": """
data: { train: mixed.csv, target: kind, missing: mean, validation: 0.2, scale: standard }
model: [{ dense: { units: 4, activation: gelu } }, { dense: { activation: sigmoid } }]
optimizer: adamw
batch_size: 8
epochs: 2
""",
    "averages": f"""
{CLASSES}
model: [{{ dense: {{ units: 4, activation: silu }} }}, {{ dense: {{ activation: softmax }} }}]
optimizer: {{ adam: {{ amsgrad: true, use_ema: true, ema_momentum: 0.9, accumulate_steps: 2, clip_norm: 1 }} }}
batch_size: 8
epochs: 2
""",
    "values-plateau": f"""
{VALUES}
model:
  - residual: {{ layers: [{{ dense: {{ units: 6, activation: relu }} }}, {{ dense: 6 }}], projection: true }}
  - layer_normalization
  - prelu
  - dense: {{}}
cost: {{ huber: {{ delta: 2 }} }}
optimizer: {{ nadam: {{ learning_rate: 0.01 }} }}
schedule: {{ reduce_on_plateau: {{ monitor: cost, patience: 1 }} }}
early_stopping: {{ monitor: cost, patience: 20 }}
batch_size: 8
epochs: 6
""",
    "interrupted": f"""
{CLASSES}
model: [{{ dense: {{ units: 4, activation: elu }} }}, {{ dense: {{ activation: softmax }} }}]
optimizer: lion
metrics: [accuracy, f1]
batch_size: 1
epochs: 100000
""",
}


def tables(folder):
    """Writes the three tables."""
    with open(folder / "classes.csv", "w", encoding="utf-8") as file:
        file.write("x,y,z,kind\n")
        for row in range(120):
            x, y, z = row * 7 % 20, row * 13 % 17, row * 5 % 11
            kind = "low" if x + y < 12 else "high" if x > y else "middle"
            file.write(f"{x},{y},{z},{kind}\n")
    with open(folder / "values.csv", "w", encoding="utf-8") as file:
        file.write("x,y,low,high\n")
        for row in range(80):
            x, y = row * 7 % 20, row * 13 % 17
            file.write(f"{x},{y},{min(x, y) / 2},{max(x, y) / 4 + x}\n")
    with open(folder / "mixed.csv", "w", encoding="utf-8") as file:
        file.write("size,colour,kind\n")
        for row in range(80):
            size = "" if row % 9 == 0 else row * 7 % 20
            colour = ["red", "grün", "", "blue"][row * 3 % 4]
            file.write(f"{size},{colour},{'no' if row * 11 % 20 < 9 else 'yes'}\n")


def main():
    """Trains, predicts, copies."""
    descent, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    tables(folder)
    for name, config in RUNS.items():
        (folder / f"{name}.yaml").write_text(f"name: {name}\nseed: 11\n{config}", encoding="utf-8")
        command = [descent, "train", f"{name}.yaml", "--output", name, "--quiet", "--force"]
        while True:
            with subprocess.Popen(command, cwd=folder) as process:
                if name == "interrupted":
                    time.sleep(0.35)
                    process.send_signal(signal.SIGTERM)
            if process.returncode not in (0, 143):
                sys.exit(f"{name}: exit status {process.returncode}")
            # The interrupted run has to stop within an epoch.
            facts = subprocess.run(
                [descent, "inspect", f"{name}/last.h5", "--json"],
                cwd=folder, capture_output=True, check=True,
            )
            if (json.loads(facts.stdout)["position"]["batch"] > 0) == (name == "interrupted"):
                break
        shutil.copyfile(folder / name / "last.h5", HERE / f"{name}.h5")
        table = {"table": "mixed.csv", "values-plateau": "values.csv"}.get(name, "classes.csv")
        with open(HERE / f"{name}.csv", "w", encoding="utf-8") as output:
            subprocess.run(
                [descent, "predict", f"{name}/last.h5", table, "--probabilities"],
                cwd=folder, stdout=output, check=True,
            )
    for table in ("classes.csv", "values.csv", "mixed.csv"):
        shutil.copyfile(folder / table, HERE / f"rows-{table}")


if __name__ == "__main__":
    main()
