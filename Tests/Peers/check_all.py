"""Trains the bundled digits, and a table with embedded columns, with Descent and lets h5py and Keras read the files; then
carries models between Descent, Keras, ONNX and safetensors, on Keras' NumPy backend, and training on its JAX backend.
Between them it opens reports in a browser, and draws the documentation's pictures again.

    python check_all.py path/to/descent work-folder

The work folder is made if it is missing; a run left there by an earlier call is replaced. Leaves
with 1 and a message as soon as a command or a check fails.
"""

import argparse
import atexit
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "models"
PAGES = HERE.parent.parent / "Sources/Descent/Descent.docc"
EPOCHS = 3

# A network of what Keras describes by more than a layer's name: a graph of layers, an operation as an activation.
TABLE_CONFIG = """
name: table
data:
  train: table.csv
  target: y
  scale: standard
  columns: { city: embed, shop: { embed: 3 } }
model:
  - dense: { units: 8, activation: { gelu: { approximate: true } }, activity_regularizer: { l2: 0.01 } }
  - residual:
      projection: true
      layers: [{ dense: { units: 6, activation: hard_silu } }, layer_normalization]
  - dense: { units: 1 }
"""


def run(*command, status=0, **variables):
    """Runs a command with variables of the environment, shows it, and leaves with 1 if it does not end as it should."""
    words = [str(word) for word in command]
    print("$", " ".join(words), flush=True)
    found = subprocess.run(words, check=False, env={**os.environ, **variables}).returncode
    if found != status:
        sys.exit(f"exit status {found} from: {' '.join(words)}")


class Beside:
    """A command that runs beside the others; what it writes is shown when it is waited for."""

    def __init__(self, *command, **variables):
        self.words = [str(word) for word in command]
        self.output = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            self.words, env={**os.environ, **variables}, stdout=self.output, stderr=subprocess.STDOUT
        )
        # Not left behind where another check fails first.
        atexit.register(self.process.kill)

    def wait(self):
        """Waits for the command, and leaves with 1 if it does not end as it should."""
        status = self.process.wait()
        print("$", " ".join(self.words), flush=True)
        self.output.seek(0)
        sys.stdout.buffer.write(self.output.read())
        sys.stdout.flush()
        if status != 0:
            sys.exit(f"exit status {status} from: {' '.join(self.words)}")


def table_rows(count=60):
    """Rows of size, city, age, shop: the categories are numbers, so that Keras' rows are the table's."""
    random = np.random.default_rng(7)
    return np.column_stack(
        [
            random.normal(size=count).round(3),
            random.integers(0, 5, count),
            random.normal(size=count).round(3),
            np.arange(count) % 2,
        ]
    ).astype(np.float32)


def check_table(descent, folder):
    """Trains on a table whose columns are embedded, and compares what Keras predicts."""
    rows = table_rows()
    targets = rows[:, 0] + rows[:, 1] - 2 * rows[:, 3]
    lines = [
        f"{size},{city:.0f},{age},{shop:.0f},{y}" for (size, city, age, shop), y in zip(rows, targets)
    ]
    (folder / "table.csv").write_text("\n".join(["size,city,age,shop,y", *lines]) + "\n")
    (folder / "table.yaml").write_text(TABLE_CONFIG)
    np.save(folder / "table.npy", rows)
    output, predictions = folder / "table", folder / "table-predictions.npy"
    predictions.unlink(missing_ok=True)
    run(
        descent, "train", folder / "table.yaml", "--epochs", EPOCHS, "--output", output, "--force",
        "--quiet",
    )
    model = output / "last.h5"
    run(descent, "predict", model, folder / "table.csv", "--output", predictions)
    run(sys.executable, HERE / "check_h5py.py", model, "--epochs", EPOCHS)
    run(
        sys.executable, HERE / "check_keras.py", model, folder / "table.npy", predictions,
        "--weights",
    )


def check_reader(model, rows, expected):
    """Predicts with the reader made from the file format's page, and compares."""
    output = rows.with_name("read.npy")
    output.unlink(missing_ok=True)
    run(sys.executable, HERE / "read_model.py", model, rows, output)
    gap = np.abs(np.load(output) - expected.reshape(len(expected), -1)).max()
    print(f"{model}: largest difference {gap:.2g}")
    if not gap <= 1e-5:
        sys.exit(f"{model}: the reader's predictions differ by {gap}")


def check_format_one(folder):
    """Lets the reader that was written from the format's page read the files of format 1."""
    fixtures = HERE.parent / "Fixtures/format-1"
    table = np.loadtxt(fixtures / "rows-classes.csv", delimiter=",", skiprows=1, usecols=(0, 1, 2))
    np.save(folder / "classes.npy", table.astype(np.float32))
    for name in (
        "dense-adam", "sgd-momentum-cosine", "batch-normalization-rmsprop", "averages", "interrupted",
    ):
        expected = np.loadtxt(fixtures / f"{name}.csv", delimiter=",", skiprows=1, usecols=(1, 2, 3))
        check_reader(fixtures / f"{name}.h5", folder / "classes.npy", expected)


def check_reports(descent, folder):
    """Opens the pictures and reports of runs of several kinds, resumed and compared ones too, in a browser."""
    files = []
    for name in ("digits", "diabetes", "breast-cancer", "digit-labels"):
        output = folder / "reports" / name
        train = [descent, "train", MODELS / f"{name}.yaml", "--output", output, "--force", "--quiet"]
        run(*train, "--epochs", 4)
        run(descent, "resume", output, "--epochs", 8, "--quiet")
        files += [output / "report.html", output / "curve.svg"]
    runs = [path.parent for path in files[::2]]
    long, diverged = folder / "reports/long", folder / "reports/diverged"
    run(descent, "train", MODELS / "wine.yaml", "--output", long, "--force", "--quiet", "--epochs", 10_000)
    # The first epochs are sound, and every one has a larger cost than the one before.
    run(
        descent, "train", MODELS / "diabetes.yaml", "--output", diverged, "--force", "--quiet", "--epochs", 1000,
        "--set", "model=[{ dense: { units: 1 } }]", "--set", "batch_size=all",
        "--set", "data.scale_target=none", "--set", "optimizer={ gradient_descent: { learning_rate: 0.5 } }",
        status=75,
    )
    files += [path / name for path in (long, diverged) for name in ("report.html", "curve.svg")]
    for name in ("runs.html", "runs.svg"):
        run(descent, "plot", *runs, "--output", folder / "reports" / name)
        files.append(folder / "reports" / name)
    run(sys.executable, HERE / "check_report.py", *files)


def main():
    """Trains, predicts and checks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("descent", type=Path, metavar="DESCENT")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    output = arguments.folder / "digits"
    rows, predictions = arguments.folder / "rows.npy", arguments.folder / "predictions.npy"
    predictions.unlink(missing_ok=True)

    table = np.loadtxt(MODELS / "digits/digits-test.csv", delimiter=",", skiprows=1)
    np.save(rows, table[:, :-1].astype(np.float32))
    descent = arguments.descent.resolve()

    interchange = (sys.executable, HERE / "check_interchange.py", descent)
    # It takes as long as half of the others together, and one core.
    on_jax = Beside(*interchange, arguments.folder / "jax", KERAS_BACKEND="jax")
    config = MODELS / "digits.yaml"
    run(descent, "train", config, "--epochs", EPOCHS, "--output", output, "--force", "--quiet")
    model = output / "last.h5"
    run(descent, "predict", model, rows, "--probabilities", "--output", predictions)
    run(sys.executable, HERE / "check_h5py.py", model, "--epochs", EPOCHS)
    run(sys.executable, HERE / "check_keras.py", model, rows, predictions, "--weights")
    check_reader(model, rows, np.load(predictions))
    check_reports(descent, arguments.folder)
    run(sys.executable, HERE / "check_pictures.py", descent)
    run(sys.executable, HERE / "check_report.py", *sorted(PAGES.rglob("*.svg")))
    run(sys.executable, HERE / "check_tensorboard.py", descent, arguments.folder / "tensorboard")
    check_format_one(arguments.folder)
    check_table(descent, arguments.folder)
    run(*interchange, arguments.folder / "numpy", KERAS_BACKEND="numpy")
    on_jax.wait()


if __name__ == "__main__":
    main()
