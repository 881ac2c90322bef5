"""Trains the bundled digits with Descent and lets h5py and Keras read the file that comes out; then carries models
between Descent, Keras, ONNX and safetensors, predicting on Keras' NumPy backend and training on its JAX backend.

    python check_all.py path/to/descent work-folder

The work folder is made if it is missing; a run left there by an earlier call is replaced. Leaves
with 1 and a message as soon as a command or a check fails.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "models"
EPOCHS = 3


def run(*command, **variables):
    """Runs a command with variables of the environment, shows it, and leaves with 1 if it fails."""
    words = [str(word) for word in command]
    print("$", " ".join(words), flush=True)
    status = subprocess.run(words, check=False, env={**os.environ, **variables}).returncode
    if status != 0:
        sys.exit(f"exit status {status} from: {' '.join(words)}")


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
    config = MODELS / "digits.yaml"
    run(descent, "train", config, "--epochs", EPOCHS, "--output", output, "--force", "--quiet")
    model = output / "last.h5"
    run(descent, "predict", model, rows, "--probabilities", "--output", predictions)
    run(sys.executable, HERE / "check_h5py.py", model, "--epochs", EPOCHS)
    run(sys.executable, HERE / "check_keras.py", model, rows, predictions, "--weights")
    for backend in ("numpy", "jax"):
        run(sys.executable, HERE / "check_interchange.py", descent, arguments.folder / backend, KERAS_BACKEND=backend)


if __name__ == "__main__":
    main()
