"""Writes digits.csv and its two parts, digits-train.csv and digits-test.csv, beside this script.

The images come with scikit-learn, so nothing is downloaded. The parts are stratified by digit and
drawn with a fixed seed; both are in random order, so that any cut of the training file is a fair
sample.

    python make_digits.py
"""

import argparse
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

TEST_ROWS = 360
SEED = 7


def write(path, table):
    """Writes rows of 64 pixels and a digit as CSV with a header."""
    names = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
    header = ",".join([*names, "digit"])
    np.savetxt(path, table, fmt="%d", delimiter=",", header=header, comments="")
    print(f"{path.name}: {len(table)} rows")


def main():
    """Writes the three files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path(__file__).parent, metavar="FOLDER")
    folder = parser.parse_args().output
    images, digits = load_digits(return_X_y=True)
    table = np.column_stack([images, digits]).astype(int)
    training, test = train_test_split(
        table, test_size=TEST_ROWS, stratify=digits, random_state=SEED
    )
    write(folder / "digits.csv", table)
    write(folder / "digits-train.csv", training)
    write(folder / "digits-test.csv", test)


if __name__ == "__main__":
    main()
