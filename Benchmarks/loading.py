"""Measures how long Descent takes to read data, in turn with what Python users read it with.

    python loading.py                 # Fashion-MNIST beside gzip and NumPy, a 100 MB table beside pandas
    python loading.py --cores 1       # on one core

Each measurement is a process of its own, which reads once: what is timed is the reading alone, and apart from it
the whole process, from its start to its end. `descent check` is what a user types: it reads the data, divides it
and builds the network. Files are in the page cache. The table has medians over the rounds.

The table to read is made once, with a fixed seed: 20 columns as they are common, of whole numbers, measured values
of a few digits, and numbers with all the digits that a double has.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from measuring import DATA, PROGRAMS, ROOT, Failed, cores, environment, measured, pin, processor, ratio, table, turns

CONFIG = """
name: loading
data: {{ train: {data}{target} }}
model: [{{ dense: 16 }}, dense]
"""


def make_table(path, megabytes):
    """Writes a numeric CSV file of so many megabytes."""
    import numpy as np
    import pandas

    random = np.random.default_rng(7)
    temporary = path.with_suffix(".part")
    with open(temporary, "w", encoding="ascii") as file:
        first = True
        while first or file.tell() < megabytes * 1e6:
            rows = 20_000
            columns = {}
            for index in range(5):
                columns[f"count_{index}"] = random.integers(0, 10**index * 9 + 1, rows)
                columns[f"ratio_{index}"] = random.normal(0, 1, rows).round(4)
                columns[f"value_{index}"] = random.normal(0, 10.0 ** (index * 3 - 6), rows)
                columns[f"price_{index}"] = random.lognormal(3, 2, rows).round(2)
            columns["y"] = random.normal(0, 1, rows).round(6)
            pandas.DataFrame(columns).to_csv(file, index=False, header=first)
            first = False
    temporary.rename(path)


def read_with_python(arguments):
    """Reads once in this process, and prints what it took."""
    if arguments.worker == "pandas":
        import pandas

        start = time.perf_counter()
        frame = pandas.read_csv(arguments.file)
        seconds = time.perf_counter() - start
        rows, width, version = len(frame), frame.shape[1] - 1, pandas.__version__
    else:
        import gzip

        import numpy as np

        start = time.perf_counter()
        with gzip.open(DATA / "train-images-idx3-ubyte.gz") as file:
            images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
        with gzip.open(DATA / "train-labels-idx1-ubyte.gz") as file:
            labels = np.frombuffer(file.read(), np.uint8, offset=8)
        seconds = time.perf_counter() - start
        rows, width, version = len(labels), images.shape[1], np.__version__
    print(json.dumps({"seconds": [seconds], "rows": rows, "width": width, "version": version}))


def timed(measure):
    """Returns a measurement's result with the seconds that the whole of it took."""
    start = time.perf_counter()
    result = measure()
    return {**result, "whole": time.perf_counter() - start}


def checked(config, threads):
    """Runs `descent check`."""
    program = ROOT / ".build/release/descent"
    try:
        subprocess.run(
            [program, "check", config], check=True, capture_output=True, text=True,
            env=environment(threads), preexec_fn=lambda: pin(threads),
        )  # fmt: skip
    except FileNotFoundError:
        raise Failed(f"there is no {program}: build it with swift build -c release --product descent") from None
    except subprocess.CalledProcessError as error:
        raise Failed(error.stderr.strip()) from None
    return {}


def compare(title, ours, theirs, name, config, arguments):
    """Measures one case in turn; returns its rows of the table and the versions."""
    contestants = {
        "Descent": lambda: measured([PROGRAMS / "LoadingBenchmark", *ours], arguments.cores),
        name: lambda: measured([sys.executable, __file__, "--worker", *theirs], arguments.cores),
        "`descent check`": lambda: checked(config, arguments.cores),
    }
    results = {contestant: [] for contestant in contestants}
    for number in range(arguments.rounds):
        for contestant in turns(list(contestants), number):
            results[contestant].append(timed(contestants[contestant]))
    mine, peer = results["Descent"], results[name]
    if (mine[0]["rows"], mine[0]["width"]) != (peer[0]["rows"], peer[0]["width"]):
        raise Failed(f"{title}: the two have not read the same: {mine[0]}, {peer[0]}")
    rows = []
    for contestant, found in results.items():
        whole = f"{statistics.median(result['whole'] for result in found):.3f}"
        reading, against = "–", "–"
        if "seconds" in found[0]:
            times = [result["seconds"][0] for result in found]
            reading = f"{statistics.median(times):.3f}"
            against = f"{ratio(times, [result['seconds'][0] for result in peer]):.2f}"
        rows.append([title, contestant, reading, against, whole])
    return rows, [f"Descent {mine[0]['version']}", f"{name} {peer[0]['version']}"]


def main():
    """Measures both cases and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cores", type=int, default=len(cores()))
    parser.add_argument("--megabytes", type=int, default=100, help="of the table")
    parser.add_argument("--worker", choices=["pandas", "NumPy"], help="read once here")
    parser.add_argument("file", nargs="?", help="what a worker reads")
    arguments = parser.parse_args()
    if arguments.worker:
        read_with_python(arguments)
        return
    folder = ROOT / "Benchmarks/.build/loading"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"table-{arguments.megabytes}.csv"
    if not path.exists():
        make_table(path, arguments.megabytes)
    images, labels = (DATA / f"train-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1"))
    table_config, image_config = folder / "table.yaml", folder / "images.yaml"
    table_config.write_text(CONFIG.format(data=path, target=", target: y"), encoding="utf-8")
    pair = f"{{ features: {images}, labels: {labels} }}"
    image_config.write_text(CONFIG.format(data=pair, target=""), encoding="utf-8")
    try:
        rows, versions = compare(
            f"CSV, {path.stat().st_size / 1e6:.0f} MB", [path, "--target", "y"], ["pandas", path], "pandas",
            table_config, arguments)  # fmt: skip
        more, others = compare(
            "Fashion-MNIST, gzip", [images, "--labels", labels], ["NumPy"], "NumPy", image_config, arguments)
    except Failed as error:
        sys.exit(f"loading.py: {error}")
    print(f"Medians of {arguments.rounds} rounds, {arguments.cores} cores of {processor()};",
          ", ".join(dict.fromkeys(versions + others)) + ".\n")  # fmt: skip
    print(table(["what", "by", "reading, s", "÷ the peer", "whole process, s"], rows + more, texts=2))


if __name__ == "__main__":
    main()
