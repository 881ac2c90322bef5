"""Writes principal.json: the principal components of paths, by NumPy's singular value decomposition in float64.

    python make_principal.py

A path is a matrix of places, one a row. Its components are the right singular vectors of the matrix less its mean; a
component's share of the variance is its squared singular value over the sum of all. Coordinates are those of Li et al.
2018: of the places less the last one.
"""

import json
from pathlib import Path

import numpy as np

SIZE = 40


def paths():
    """Descents of quadratics with noise, a spiral, and a walk, as float32 has them."""
    random = np.random.default_rng(3)
    steps = np.arange(30)[:, None]
    curvatures = np.geomspace(0.01, 1, SIZE)
    yield "descent", 5 * random.normal(size=SIZE) * (1 - 0.9 * curvatures) ** steps
    yield "noisy descent", (
        random.normal(size=SIZE) * (1 - 0.5 * curvatures) ** steps + 0.02 * random.normal(size=(30, SIZE))
    )
    plane = np.linalg.qr(random.normal(size=(SIZE, 2)))[0].T
    angle = steps / 4
    yield "spiral", 100 + np.hstack([np.cos(angle), 0.5 * np.sin(angle)]) * np.exp(-steps / 20) @ plane
    yield "walk", np.cumsum(random.normal(size=(12, SIZE)), axis=0)


def main():
    """Writes the file."""
    cases = []
    for name, path in paths():
        path = path.astype(np.float32).astype(np.float64)
        values, directions = np.linalg.svd(path - path.mean(axis=0))[1:]
        coordinates = (path - path[-1]) @ directions[:2].T
        cases.append(
            {
                "name": name, "points": path.tolist(),
                "shares": (values**2 / np.sum(values**2))[:2].tolist(),
                "directions": directions[:2].tolist(), "coordinates": coordinates.tolist(),
            }
        )  # fmt: skip
    text = json.dumps(cases, separators=(",", ":"))
    (Path(__file__).parent / "principal.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
