"""Runs the descent command for the checks, and reads what it writes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np

import cases


class Descent:
    """The command, with a folder for its files and a table of rows in it."""

    def __init__(self, program, folder):
        self.program = Path(program).resolve()
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.x, self.classes, self.values = cases.rows()
        np.save(self.folder / "rows.npy", self.x)
        self.write_table("table.csv", self.x, self.classes, self.values)

    def write_table(self, name, x, classes, values):
        """Writes rows as a table; returns its path."""
        names = [f"f{k}" for k in range(cases.FEATURES)] + ["class", "first", "second"]
        with open(self.folder / name, "w", encoding="utf-8") as file:
            print(",".join(names), file=file)
            for row, label, value in zip(x, classes, values):
                cells = [repr(float(v)) for v in row] + [str(label)] + [repr(float(v)) for v in value]
                print(",".join(cells), file=file)
        return self.folder.resolve() / name

    def run(self, *arguments, fails=None):
        """Runs a subcommand; leaves with a message unless it succeeds, or fails with the exit code `fails`."""
        words = [str(self.program), *(str(argument) for argument in arguments)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != (fails or 0):
            sys.exit(f"$ {' '.join(words)}\n{done.stdout}{done.stderr}exit status {done.returncode}")
        return done.stdout if fails is None else done.stderr

    def path(self, name):
        """Returns a path in the folder, with nothing there."""
        path = self.folder / name
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        return path

    def train(self, name, model, optimizer, epochs, cost=None, target="class", table="table.csv", begin=None):
        """Trains full batches, from the weights of the file `begin` where that is given; returns the run's folder."""
        features = [f"f{k}" for k in range(cases.FEATURES)]
        config = {
            "name": "peer",
            "data": {"train": str(self.folder.resolve() / table), "target": target, "features": features},
            "model": model, "optimizer": optimizer, "batch_size": "all", "epochs": epochs, "seed": 3,
        }  # fmt: skip
        if cost:
            config["cost"] = cost
        file = self.path(f"{name}.yaml")
        file.write_text(json.dumps(config))
        run = self.path(name)
        self.run("train", file, "--output", run, "--quiet", *(["--from", begin] if begin else []))
        return run

    def resumed_costs(self, run, epochs):
        """Goes on to `epochs`; returns the costs with penalties of the epochs that this adds."""
        before = len(self.costs(run / "last.h5"))
        self.run("resume", run, "--epochs", epochs, "--quiet")
        return self.costs(run / "last.h5")[before:]

    @staticmethod
    def costs(path):
        """Returns the costs of a file's epochs, penalties included."""
        with h5py.File(path) as file:
            return file["history/cost"][()] + file["history/penalty"][()]

    def predict(self, model, rows="rows.npy"):
        """Returns a model's predictions."""
        output = self.path("predictions.npy")
        self.run("predict", model, self.folder / rows, "--probabilities", "--output", output)
        return np.load(output)
