"""Writes the tables of six models, each in a folder beside this script: a part to train on and one held out.

The data come with scikit-learn, so nothing is downloaded. Parts are drawn with a fixed seed, stratified by class
where there are classes; both are in random order.

    python make_tables.py
"""

import argparse
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.model_selection import train_test_split

SEED = 7
TEST_FRACTION = 0.2


def write(folder, name, header, rows, strata):
    """Writes NAME-train.csv and NAME-test.csv."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    parts = train_test_split(
        rows, test_size=TEST_FRACTION, stratify=strata, random_state=SEED)
    for part, part_rows in zip(["train", "test"], parts):
        path = folder / name / f"{name}-{part}.csv"
        lines = [",".join(header)] + [",".join(row) for row in part_rows]
        path.write_text("\n".join(lines) + "\n")
        print(f"{path.name}: {len(part_rows)} rows")


def texts(features, targets):
    """Rows of text: numbers in their shortest form, then the targets."""
    return [
        [format(value, ".7g") for value in row] + target
        for row, target in zip(features, targets)
    ]


def main():
    """Writes the twelve files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path(__file__).parent, metavar="FOLDER")
    folder = parser.parse_args().output

    data = load_breast_cancer()
    names = [name.replace(" ", "_") for name in data.feature_names]
    labels = [[str(data.target_names[index])] for index in data.target]
    write(folder, "breast-cancer", [*names, "diagnosis"], texts(data.data, labels), data.target)

    data = load_wine()
    names = [name.replace("/", "_") for name in data.feature_names]
    labels = [[f"cultivar_{index + 1}"] for index in data.target]
    write(folder, "wine", [*names, "cultivar"], texts(data.data, labels), data.target)

    data = load_diabetes(scaled=False)
    targets = [[format(value, ".7g")] for value in data.target]
    write(folder, "diabetes", [*data.feature_names, "progression"], texts(data.data, targets), None)

    images, digits = load_digits(return_X_y=True)
    names = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
    questions = {
        "even": lambda d: d % 2 == 0,
        "prime": lambda d: d in (2, 3, 5, 7),
        "above_four": lambda d: d > 4,
        "has_loop": lambda d: d in (0, 6, 8, 9),
    }
    targets = [[str(int(ask(digit))) for ask in questions.values()] for digit in digits]
    write(folder, "digit-labels", [*names, *questions], texts(images, targets), digits)

    data = load_iris()
    length, width = data.data[:, 2:3], data.data[:, 3]
    targets = [[format(value, ".7g")] for value in width]
    write(folder, "line", ["petal_length", "petal_width"], texts(length, targets), data.target)

    # Less their means over all rows, so that a model without a bias fits them.
    data = load_breast_cancer()
    pair = data.data[:, :2] - data.data[:, :2].mean(axis=0)
    labels = [[str(data.target_names[index])] for index in data.target]
    write(folder, "logistic", ["radius", "texture", "diagnosis"], texts(pair.round(3), labels), data.target)


if __name__ == "__main__":
    main()
