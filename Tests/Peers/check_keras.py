"""Checks that Keras predicts from a Descent file what Descent predicts from it.

INPUT.npy holds raw rows, as read from the data file: the model's first layer does the scaling.
PREDICTIONS.npy is what `descent predict FILE INPUT.npy --probabilities --output PREDICTIONS.npy`
wrote. Keras runs on its NumPy backend unless KERAS_BACKEND says otherwise, so that it needs nothing
but NumPy.

    python check_keras.py model.h5 rows.npy predictions.npy
    python check_keras.py model.h5 rows.npy predictions.npy --weights   # load_weights as well
"""

import argparse
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "numpy")

import keras  # noqa: E402
import numpy as np  # noqa: E402


def compare(name, found, expected, tolerance):
    """Leaves with a message unless two arrays agree within an absolute tolerance."""
    if found.shape != expected.shape:
        sys.exit(f"{name}: Keras predicts shape {found.shape}, Descent {expected.shape}")
    if not np.isfinite(expected).all():
        sys.exit(f"{name}: Descent's predictions are not all finite")
    gap = np.abs(found.astype(np.float64) - expected.astype(np.float64))
    worst = np.unravel_index(gap.argmax(), gap.shape)
    # Written so that a NaN of Keras fails as well.
    if not gap.max() <= tolerance:
        sys.exit(
            f"{name}: at {tuple(map(int, worst))} Keras has {found[worst]!r} and Descent"
            f" {expected[worst]!r}; they differ by {gap.max():.3g}, more than {tolerance:g}"
        )
    print(f"{name}: {len(found)} rows, largest difference {gap.max():.2g}")


def main():
    """Loads the model as `.h5`, on demand its weights as `.weights.h5`; compares predictions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("input", type=Path, metavar="INPUT.npy")
    parser.add_argument("predictions", type=Path, metavar="PREDICTIONS.npy")
    parser.add_argument("--tolerance", type=float, default=1e-6, metavar="T")
    parser.add_argument(
        "--weights",
        action="store_true",
        help="also load the file as .weights.h5, optimizer included",
    )
    arguments = parser.parse_args()
    rows = np.load(arguments.input, allow_pickle=False)
    expected = np.load(arguments.predictions, allow_pickle=False)
    if len(rows) == 0:
        sys.exit(f"{arguments.input}: no rows, so there is nothing to compare")
    print(f"Keras {keras.__version__}, {keras.backend.backend()} backend")

    # Keras only warns when it leaves the optimizer's state behind, which NumPy cannot use anyway.
    model = keras.models.load_model(arguments.file, compile=False)
    compare("load_model", np.asarray(model.predict(rows, verbose=0)), expected, arguments.tolerance)
    if not arguments.weights:
        return
    fresh = keras.models.load_model(arguments.file)
    if fresh.optimizer is None:
        sys.exit(f"{arguments.file}: load_model finds no training_config, so no optimizer")
    for variable in fresh.weights:
        variable.assign(np.full(variable.shape, np.nan, variable.dtype))
    fresh.optimizer.build(fresh.trainable_variables)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.weights.h5"
        shutil.copyfile(arguments.file, copy)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            fresh.load_weights(copy)
    compare(
        "load_weights", np.asarray(fresh.predict(rows, verbose=0)), expected, arguments.tolerance
    )
    print(f"load_weights: the optimizer stands at iteration {int(fresh.optimizer.iterations)}")


if __name__ == "__main__":
    main()
