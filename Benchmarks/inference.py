"""Measures prediction with Descent, ONNX Runtime and PyTorch in turn, on the same network and the same cores.

    python inference.py                                # 512-512 and the convolutional networks, one core and two
    python inference.py --networks 2048-2048
    python inference.py --networks 2048-2048 --rows 4  # calls of so many rows

Descent's model is exported as ONNX, so that ONNX Runtime computes the same function; PyTorch has the same network with its
own weights, maps channels last, without gradients. Each measurement is a process pinned to its cores. For many rows ONNX
Runtime and PyTorch have the fastest of three ways: one call, or calls of 512 or of 64 rows. The table has medians over the
rounds. peers.py includes it for dense networks.
"""

import argparse
import importlib.util
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import networks as described
from measuring import PROGRAMS, Failed, Progress, measured, numbers_of, processor, ratio, table, turns

PEERS = ["onnxruntime", "torch"]
PIECES = (512, 64)


def rows_of(network):
    """Returns the rows of the calls that a network is measured with."""
    return [1, 32, 1024] if described.is_convolutional(network) else [1, 10_000]


def seconds_of_calls(run, shape, rows, seconds):
    """Measures `run`, which takes an array of rows, for each number of rows: seconds by number."""
    import numpy as np

    random = np.random.default_rng(1)

    def median(count):
        values = random.random((count, *shape), dtype=np.float32)
        for _ in range(3):
            run(values)
        times, end = [], time.perf_counter() + seconds
        while not times or time.perf_counter() < end:
            start = time.perf_counter()
            run(values)
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    return {
        count: min(count / piece * median(piece) for piece in (count, *PIECES) if piece <= count) for count in rows
    }


def onnxruntime_runner(arguments):
    """Returns a function of rows for ONNX Runtime, and its version."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    session = onnxruntime.InferenceSession(arguments.model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda values: session.run(None, {name: values}), onnxruntime.__version__


def torch_runner(arguments):
    """Returns a function of rows for PyTorch, and its version."""
    import torch

    torch.set_num_threads(arguments.threads)
    model = torch.nn.Sequential(described.torch_network(arguments.network), torch.nn.Softmax(1)).eval()

    @torch.inference_mode()
    def run(values):
        rows = torch.from_numpy(values)
        return model(rows.permute(0, 3, 1, 2) if rows.dim() == 4 else rows).numpy()

    return run, torch.__version__


RUNNERS = {"onnxruntime": onnxruntime_runner, "torch": torch_runner}


def compare(networks, thread_counts, peers, rounds, seconds, progress, rows=None):
    """Measures all in turn on every network, as far as it is not in the progress yet."""
    program = PROGRAMS / "InferenceBenchmark"
    for network in networks:
        counts = rows or rows_of(network)
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder) / "model.onnx"
            flags = ["--network", network, "--rows", ",".join(map(str, counts)), "--seconds", seconds]
            try:
                measured([program, "--network", network, "--rows", 1, "--seconds", 0.01, "--export", model], 1)
            except Failed as error:
                print(f"inference: {error}", file=sys.stderr)
                return
            for number in range(rounds):
                for threads in thread_counts:
                    for name in turns(["descent", *peers], number):
                        key = {"kind": "inference", "round": number, "peer": name, "network": network,
                               "threads": threads, "rows": counts}  # fmt: skip
                        command = [program] if name == "descent" else [sys.executable, __file__, name, "--model", model]
                        command += [*flags, "--threads", threads]
                        progress.measure(key, lambda: measured(command, threads))  # noqa: B023


def report(networks, thread_counts, peers, rounds, progress, rows=None):
    """Returns the table of medians as text."""
    lines, versions = [], {}
    for network in networks:
        counts = rows or rows_of(network)
        for threads in thread_counts:
            found = {}
            for name in ["descent", *peers]:
                keys = [{"kind": "inference", "round": number, "peer": name, "network": network, "threads": threads,
                         "rows": counts} for number in range(rounds)]  # fmt: skip
                entries = [progress.find(**key) for key in keys]
                found[name] = [entry[0] if entry else None for entry in entries]
                versions.update({name: entry[0]["version"] for entry in entries if entry})
            for count in counts:
                seconds = {name: [entry and entry["seconds_of_calls"][str(count)] for entry in entries]
                           for name, entries in found.items()}  # fmt: skip
                line = [network, threads, f"{count:,}"]
                for name in seconds:
                    good = [value for value in seconds[name] if value]
                    line.append(f"{statistics.median(good) * 1e6:,.0f}" if good else "failed")
                for name in peers:
                    pairs = [(a, b) for a, b in zip(seconds["descent"], seconds[name]) if a and b]
                    line.append(f"{ratio(*reversed(list(zip(*pairs)))):.2f}" if pairs else "–")
                lines.append(line)
    title = f"Prediction, µs of a call, medians of {rounds} rounds; {processor()}; "
    title += ", ".join(f"{name} {version}" for name, version in versions.items())
    headings = ["Network", "Threads", "Rows", "descent", *peers, *(f"as fast as {name}, times" for name in peers)]
    return f"{title}.\n\n{table(headings, lines)}"


def installed_peers():
    """Returns the peers that are installed, and tells of those that are not."""
    for name in PEERS:
        if not importlib.util.find_spec(name):
            print(f"inference: {name} is not installed for {sys.executable}", file=sys.stderr)
    return [name for name in PEERS if importlib.util.find_spec(name)]


def main():
    """Measures all in turn and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", nargs="?", choices=RUNNERS, help="measure this one here, and print JSON")
    parser.add_argument("--networks", default="512-512,cnn,resnet")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=numbers_of, metavar="LIST", help="of the calls")
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--thread-counts", type=numbers_of, default=[1, 2], metavar="LIST")
    parser.add_argument("--save", type=Path, metavar="FILE", help="every measurement, as JSON")
    for name in ("model", "network"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, default=1, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        run, version = RUNNERS[arguments.peer](arguments)
        shape = described.input_shape(arguments.network)
        seconds = seconds_of_calls(run, shape, arguments.rows, arguments.seconds)
        print(json.dumps({"seconds_of_calls": seconds, "version": version}))
        return
    chosen = arguments.networks.split(",")
    with tempfile.TemporaryDirectory() as folder:
        progress = Progress(arguments.save or Path(folder) / "progress.json", {"processor": processor()})
        settings = (chosen, arguments.thread_counts, installed_peers(), arguments.rounds)
        compare(*settings, arguments.seconds, progress, arguments.rows)
        print(report(*settings, progress, arguments.rows))


if __name__ == "__main__":
    main()
