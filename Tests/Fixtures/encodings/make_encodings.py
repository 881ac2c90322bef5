"""Writes encodings.json: what PyTorch and scikit-learn make of columns of numbers.

    python make_encodings.py

Bins are those of scikit-learn's KBinsDiscretizer, encodings the formula of Gorishniy et al. 2022 in PyTorch. The training
rows have no equal values, and their number less one is divided by every number of bins, so that quantiles are values.
The robust scaling is scikit-learn's RobustScaler, and then RealMLP's smooth clipping; of a column whose quartiles are
equal half the range stands for their distance, and a constant column becomes 0.
"""

import json
from pathlib import Path

import numpy as np
import torch
from sklearn.preprocessing import KBinsDiscretizer, RobustScaler

BINS = [4, 0, 12, 2, 6, 1]
ROWS = 49


def piecewise_linear(x, edges):
    """Returns rows × bins: 0 before a bin, 1 after it, in the first and the last bin no bound outwards."""
    b = torch.tensor(edges, dtype=torch.float64)
    z = (x[:, None] - b[:-1]) / (b[1:] - b[:-1])
    last = len(edges) - 2
    return torch.stack(
        [z[:, t].clamp(min=None if t == 0 else 0, max=None if t == last else 1) for t in range(last + 1)]
        if last else [z[:, 0]], dim=1)  # fmt: skip


def robust(training, rows):
    """Returns rows scaled as RealMLP scales them."""
    scaler = RobustScaler().fit(training)
    spread = training.max(0) - training.min(0)
    distance = np.subtract(*np.percentile(training, [75, 25], axis=0))
    factor = np.where(distance > 0, 1 / np.where(distance > 0, distance, 1),
                      np.where(spread > 0, 2 / np.where(spread > 0, spread, 1), 0))  # fmt: skip
    x = torch.tensor((rows - scaler.center_) * factor)
    return x / torch.sqrt(1 + (x / 3) ** 2)


def edges(column, bins):
    """Returns scikit-learn's edges of a column's bins."""
    binner = KBinsDiscretizer(bins, encode="ordinal", strategy="quantile", quantile_method="linear", subsample=None)
    return binner.fit(column[:, None]).bin_edges_[0]


def rows(random, count):
    """Draws columns of several shapes and magnitudes."""
    x = random.normal(size=(count, len(BINS)))
    x[:, 2] = np.exp(2 * x[:, 2])
    x[:, 3] *= 1e4
    x[:, 4] = 1e3 + x[:, 4]
    return x.astype(np.float32)


def main():
    """Writes the file beside this script."""
    random = np.random.default_rng(3)
    training, others = rows(random, ROWS), rows(random, 20)
    others[0] = training.max(0) * 2
    others[1] = training.min(0) * 2
    parts = []
    for column, bins in enumerate(BINS):
        x = torch.tensor(others[:, column], dtype=torch.float64)
        cut = edges(training[:, column].astype(np.float64), bins) if bins > 1 else None
        if bins == 1:
            cut = np.float64([training[:, column].min(), training[:, column].max()])
        parts.append(x[:, None] if bins == 0 else piecewise_linear(x, cut))
    # One column with equal quartiles, and one of one value.
    plain, few = training.astype(np.float64), others.astype(np.float64)
    plain[:, 1] = np.where(np.arange(ROWS) % 8 == 3, plain[:, 1], 0.5)
    plain[:, 3] = few[:, 3] = -7
    document = {
        "versions": {"torch": torch.__version__, "numpy": np.__version__},
        "bins": BINS,
        "training": training.astype(float).tolist(),
        "rows": others.astype(float).tolist(),
        "piecewise_linear": torch.cat(parts, 1).tolist(),
        "robust_training": plain.tolist(),
        "robust_rows": few.tolist(),
        "robust": robust(plain, few).tolist(),
    }
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    Path(__file__).with_name("encodings.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
