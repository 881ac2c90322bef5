"""Measures prediction with Descent and ONNX Runtime in turn, on the same model and the same cores.

    python inference.py                      # 512-512, one core and two, three rounds
    python inference.py --network 2048-2048

Descent's model is exported as ONNX, so that both compute the same function. Each
measurement is a process pinned to its cores. The table has medians over the rounds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent / ".build/release/InferenceBenchmark"


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
        times, end = [], time.perf_counter() + seconds
        session.run(None, {name: x})
        while time.perf_counter() < end:
            start = time.perf_counter()
            session.run(None, {name: x})
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    one = median(random.random((1, 784), dtype=np.float32))
    # Calls of 512 rows: with all rows in one call ONNX Runtime is slower.
    batches = rows / 512 * median(random.random((512, 784), dtype=np.float32))
    whole = median(random.random((rows, 784), dtype=np.float32))
    print(json.dumps({
        "one_row_microseconds": one * 1e6, "rows_per_second": rows / min(batches, whole),
        "version": onnxruntime.__version__,
    }))  # fmt: skip


def measured(command, threads):
    """Runs one measurement on as many cores as it has threads."""
    cores = set(sorted(os.sched_getaffinity(0))[:threads])
    done = subprocess.run(
        command, check=True, capture_output=True, text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


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
    print("| threads | µs of one row: Descent | ONNX Runtime | rows/s of many: Descent | ONNX Runtime | ratio |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model.onnx")
        for threads in map(int, arguments.thread_counts.split(",")):
            flags = ["--threads", str(threads), "--rows", str(arguments.rows),
                     "--seconds", str(arguments.seconds)]  # fmt: skip
            ours, theirs = [], []
            for _ in range(arguments.rounds):
                ours.append(measured(
                    [PROGRAM, "--network", arguments.network, "--export", model, *flags], threads))
                theirs.append(measured([sys.executable, __file__, "--runtime", model, *flags], threads))
            def middle(results, key):
                return statistics.median(result[key] for result in results)
            ratio = statistics.median(
                a["rows_per_second"] / b["rows_per_second"] for a, b in zip(ours, theirs))
            print(
                f"| {threads} | {middle(ours, 'one_row_microseconds'):.0f} "
                f"| {middle(theirs, 'one_row_microseconds'):.0f} "
                f"| {middle(ours, 'rows_per_second'):,.0f} | {middle(theirs, 'rows_per_second'):,.0f} "
                f"| {ratio:.2f} |")
    print(f"\nDescent {ours[0]['version']}, ONNX Runtime {theirs[0]['version']}")


if __name__ == "__main__":
    main()
