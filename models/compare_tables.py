"""Measures what other programs make of the tables of three models by default, and Descent with the model's file and without one.

    python3 models/compare_tables.py .build/release/descent

Each program learns from the rows in <name>-train.csv and is measured on those in <name>-test.csv. What depends on a seed is the mean
of three. The programs and how they are given the tables are those of Benchmarks/tables.py; what is not installed is left out.
"""

import argparse
import importlib.util
import os
import sys
import tempfile
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Benchmarks"))

import tables
from measuring import environment, processor, table

MODELS = {"breast-cancer": "diagnosis", "wine": "cultivar", "diabetes": "progression"}


def by_config(program, model):
    """Descent's command with a model's file."""

    def fit(train, target, test, is_classes, seed):
        import pandas

        with tempfile.TemporaryDirectory() as place:
            run, found = Path(place) / "run", Path(place) / "predictions.csv"
            tables.command(program, "train", HERE / f"{model}.yaml", "--output", run, "--seed", seed, "--quiet")
            rows = HERE / model / f"{model}-test.csv"
            more = ["--probabilities"] if is_classes else []
            tables.command(program, "predict", run / "best.h5", rows, "--output", found, *more)
            given = pandas.read_csv(found)
        if not is_classes:
            return given.iloc[:, -1].to_numpy(float), None
        names = sorted(set(train[target]))
        return given[[f"probability_{name}" for name in names]].to_numpy(float), names

    return fit


def main():
    """Measures, and prints a table for each kind of figure."""
    import pandas

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("descent", type=Path, metavar="DESCENT")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    os.environ.update(environment(1))
    program = arguments.descent.resolve()
    results = {}
    for model, target in MODELS.items():
        train, test = (pandas.read_csv(HERE / model / f"{model}-{part}.csv") for part in ("train", "test"))
        is_classes = train[target].dtype.kind not in "iuf"
        programs = {
            name: fit for name, fit in tables.PROGRAMS.items()
            if name not in tables.NEEDED or importlib.util.find_spec(tables.NEEDED[name])
        }  # fmt: skip
        programs["Descent, the model's file"] = by_config(program, model)
        programs["Descent, without a config"] = tables.by_descent(program, [])
        for name, fit in programs.items():
            runs = [
                tables.figures(*fit(train.copy(), target, test.copy(), is_classes, seed), list(test[target]))
                for seed in range(1, arguments.seeds + 1)
            ]
            for key in runs[0]:
                results[model, name, key] = sum(run[key] for run in runs) / len(runs)
    columns = [
        ("breast-cancer", "accuracy"), ("breast-cancer", "log_loss"), ("wine", "accuracy"), ("wine", "log_loss"), ("diabetes", "r2"),
    ]  # fmt: skip
    names = [*dict.fromkeys(name for _, name, _ in results)]
    rows = [[name, *(f"{results[model, name, key]:.4f}" for model, key in columns)] for name in names]
    print(f"{processor()}, means of {arguments.seeds} seeds\n")
    print(table(["program", *(f"{model}, {key.replace('_', ' ')}" for model, key in columns)], rows))


if __name__ == "__main__":
    main()
