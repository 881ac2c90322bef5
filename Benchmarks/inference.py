"""Measures prediction with Descent and ONNX Runtime in turn, on the same model and the same cores.

    python inference.py                      # 512-512, one core and two, three rounds
    python inference.py --network 2048-2048
    python inference.py --network 2048-2048 --rows 4     # few rows in a call rather than many

Descent's model is exported as ONNX, so that both compute the same function. Each measurement is a process pinned to
its cores. The table has medians over the rounds. peers.py includes it.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from measuring import PROGRAMS, Failed, Progress, measured, processor, ratio, table, turns

NAMES = ["descent", "onnxruntime"]


def runtime(model, threads, rows, seconds):
    """Measures ONNX Runtime in this process: microseconds of one row, rows per second of many."""
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    random = np.random.default_rng(1)

    def median(x):
        session.run(None, {name: x})
        times, end = [], time.perf_counter() + seconds
        while not times or time.perf_counter() < end:
            start = time.perf_counter()
            session.run(None, {name: x})
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    one = median(random.random((1, 784), dtype=np.float32))
    whole = median(random.random((rows, 784), dtype=np.float32))
    # Calls of 512 rows: with more in one call ONNX Runtime is slower.
    batches = rows / 512 * median(random.random((512, 784), dtype=np.float32)) if rows > 512 else whole
    print(json.dumps({
        "one_row_microseconds": one * 1e6, "rows_per_second": rows / min(batches, whole),
        "version": onnxruntime.__version__,
    }))  # fmt: skip


def compare(networks, thread_counts, rounds, seconds, progress, rows=10_000):
    """Measures both in turn on every network, as far as it is not in the progress yet."""
    program = PROGRAMS / "InferenceBenchmark"
    for network in networks:
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder) / "model.onnx"
            flags = ["--network", network, "--rows", rows, "--seconds", seconds]
            try:
                measured([program, "--network", network, "--rows", 1, "--seconds", 0.01, "--export", model], 1)
            except Failed as error:
                print(f"inference: {error}", file=sys.stderr)
                return
            for number in range(rounds):
                for threads in thread_counts:
                    commands = {
                        "descent": [program, *flags, "--threads", threads],
                        "onnxruntime": [sys.executable, __file__, "--runtime", model, *flags, "--threads", threads],
                    }
                    for name in turns(NAMES, number):
                        key = {"kind": "inference", "round": number, "peer": name, "network": network,
                               "threads": threads}  # fmt: skip
                        command = commands[name]
                        progress.measure(key, lambda: measured(command, threads))  # noqa: B023


def report(networks, thread_counts, rounds, progress):
    """Returns the table of medians as text."""
    rows, versions = [], {}
    for network in networks:
        for threads in thread_counts:
            found = [
                [progress.find(kind="inference", round=number, peer=name, network=network, threads=threads)
                 for number in range(rounds)]
                for name in NAMES
            ]  # fmt: skip
            pairs = [(a[0], b[0]) for a, b in zip(*found) if a and b]
            if not pairs:
                rows.append([network, threads, *["failed"] * 6])
                continue
            ours, theirs = zip(*pairs)
            versions.update(descent=ours[0]["version"], onnxruntime=theirs[0]["version"])
            row = [network, threads]
            for key, inverse in (("one_row_microseconds", True), ("rows_per_second", False)):
                mine, other = ([result[key] for result in results] for results in (ours, theirs))
                quotient = ratio(other, mine) if inverse else ratio(mine, other)
                row += [f"{statistics.median(mine):,.0f}", f"{statistics.median(other):,.0f}", f"{quotient:.2f}"]
            rows.append(row)
    title = f"Prediction, medians of {rounds} rounds; {processor()}; "
    title += ", ".join(f"{name} {version}" for name, version in versions.items())
    headings = ["Network", "Threads", "µs of one row: descent", "onnxruntime", "times as fast",
                "rows/s of many: descent", "onnxruntime", "times as fast"]  # fmt: skip
    return f"{title}.\n\n{table(headings, rows)}"


def main():
    """Measures both in turn and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", default="512-512")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--thread-counts", default="1,2")
    parser.add_argument("--runtime", metavar="MODEL.onnx", help="measure ONNX Runtime here")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.runtime:
        runtime(arguments.runtime, arguments.threads, arguments.rows, arguments.seconds)
        return
    counts = [int(count) for count in arguments.thread_counts.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        progress = Progress(Path(folder) / "progress.json", {})
        compare([arguments.network], counts, arguments.rounds, arguments.seconds, progress, arguments.rows)
        print(report([arguments.network], counts, arguments.rounds, progress))


if __name__ == "__main__":
    main()
