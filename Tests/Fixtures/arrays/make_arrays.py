"""Writes stored.npz and deflated.npz beside this script.

    python make_arrays.py
"""

from pathlib import Path

import numpy as np

folder = Path(__file__).parent
arrays = {
    "x": (np.arange(18, dtype=np.float32) / 2).reshape(6, 3),
    "y": np.arange(6) % 3,
    "z": -np.arange(12, dtype=np.float64).reshape(6, 2),
}
np.savez(folder / "stored.npz", **arrays)
np.savez_compressed(folder / "deflated.npz", **arrays)
