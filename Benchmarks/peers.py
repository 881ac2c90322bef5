"""Measures Descent and its peers side by side on Fashion-MNIST: training of dense networks, and prediction with ONNX Runtime.

One cell is a network, a batch size, an optimizer and a number of threads. Each measurement is a process of its own,
pinned to as many cores as it has threads, and the contestants take turns in every round, so that whatever else the
machine does meets all of them. The tables give medians over the rounds and Descent's ratio to each peer (the median
of the rounds' ratios; above 1, Descent is faster). What is timed is said in trainers.py and inference.py.

    python peers.py                                              # every cell and installed peer, five rounds: hours
    python peers.py --networks 128 --batches 32,128 --rounds 3   # some of them
    python peers.py --peers torch,jax --without-descent          # peers alone
    python peers.py --resume Benchmarks/.build/peers.json        # go on with a run that was interrupted

Every measurement is saved at once; a run that is resumed has the settings that it was begun with, unless others are
given, and one that is complete prints its report again.
"""

import argparse
import importlib.util
import statistics
import sys
from dataclasses import asdict
from pathlib import Path

import inference
from measuring import DATA, PROGRAMS, Progress, measured, numbers_of, processor, table, turns
from networks import is_network
from trainers import LEARNING_RATES, PRECISIONS, RUNNERS, Cell

# Those that train dense networks; convnets.py measures others with the convolutional ones.
TRAINERS = ["torch", "jax", "keras", "sklearn"]
PEERS = [*TRAINERS, "onnxruntime"]
SETTINGS = ("networks", "batches", "optimizers", "thread_counts", "peers", "rounds", "seconds", "precision", "without_descent")


def command(name, cell, seconds, folder):
    """Returns the command line that measures a contestant in a cell."""
    flags = [
        "--network", cell.network, "--batch", cell.batch, "--optimizer", cell.optimizer,
        "--threads", cell.threads, "--precision", cell.precision, "--seconds", f"{seconds:g}", "--data", folder,
    ]  # fmt: skip
    if name == "descent":
        return [PROGRAMS / "TrainingBenchmark", *flags]
    return [sys.executable, Path(__file__).resolve().parent / "trainers.py", name, *flags]


def cells_of(arguments):
    """Returns the cells in the order of the table."""
    return [
        Cell(network, batch, optimizer, threads, arguments.precision)
        for network in arguments.networks
        for batch in arguments.batches
        for optimizer in arguments.optimizers
        for threads in arguments.thread_counts
    ]


def key(number, name, cell):
    """Returns what tells a measurement of training from others."""
    return {"kind": "training", "round": number, "peer": name, **asdict(cell)}


def train(names, cells, arguments, progress):
    """Measures training in all cells in rounds, as far as it is not in the progress yet."""
    for number in range(arguments.rounds):
        for cell in cells:
            for name in turns(names, number):
                line = command(name, cell, arguments.seconds, arguments.data)
                before = len(progress.entries)
                progress.measure(
                    key(number, name, cell),
                    lambda: measured(line, cell.threads, timeout=180 + 20 * arguments.seconds),  # noqa: B023
                )
                for entry in progress.entries[before:]:
                    print(f"round {number + 1}, {name}, {cell}: {entry['samples_per_second']:,.0f} samples/s",
                          file=sys.stderr)  # fmt: skip


def training_report(names, arguments, progress):
    """Returns the table of training as text, with what it comes to."""
    rows, summary, versions = [], {}, {}
    for cell in cells_of(arguments):
        rates = {}
        for name in names:
            found = [progress.find(**key(number, name, cell)) for number in range(arguments.rounds)]
            rates[name] = [entry[0]["samples_per_second"] if entry else None for entry in found]
            versions.update({name: entry[0]["version"] for entry in found if entry})
        row = [cell.network, cell.batch, cell.optimizer, cell.threads]
        for name in names:
            good = [rate for rate in rates[name] if rate]
            row.append(f"{statistics.median(good):,.0f}" if good else "failed")
        for name in names[1:] if "descent" in names else []:
            pairs = [(a, b) for a, b in zip(rates["descent"], rates[name]) if a and b]
            if pairs:
                summary.setdefault(name, []).append(statistics.median(a / b for a, b in pairs))
            row.append(f"{summary[name][-1]:.2f}" if pairs else "–")
        rows.append(row)
    rounds = "one round" if arguments.rounds == 1 else f"medians of {arguments.rounds} rounds"
    title = f"Training in {arguments.precision}, samples/s, {rounds} of {arguments.seconds:g} s; {processor()}; "
    title += ", ".join(f"{name} {version}" for name, version in versions.items())
    headings = ["Network", "Batch", "Optimizer", "Threads", *names]
    headings += [f"descent ÷ {name}" for name in names[1:] if "descent" in names]
    parts = [f"{title}.", table(headings, rows)]
    for name, ratios in summary.items():
        mean = statistics.geometric_mean(ratios)
        parts.append(f"Against {name}: {min(ratios):.2f} at least, {mean:.2f} in the geometric mean.")
    return "\n\n".join(parts)


def compare(arguments, progress):
    """Measures what is missing and prints the report; returns the exit status."""
    names = [] if arguments.without_descent else ["descent"]
    names += [name for name in arguments.peers if name in TRAINERS]
    predicts = "onnxruntime" in arguments.peers and not arguments.without_descent
    reports = []
    if names != ["descent"]:
        train(names, cells_of(arguments), arguments, progress)
        reports.append(training_report(names, arguments, progress))
        print(reports[-1], flush=True)
    if predicts:
        counts = arguments.thread_counts
        settings = (arguments.networks, counts, ["onnxruntime"], arguments.rounds)
        inference.compare(*settings, min(1, arguments.seconds), progress)
        reports.append(inference.report(*settings, progress))
        print("\n" + reports[-1])
    return 1 if any("| failed |" in report for report in reports) else 0


def names_of(text):
    """Splits a comma-separated list."""
    return [item for item in text.split(",") if item]


def networks_of(text):
    """Checks that there are such networks."""
    networks = names_of(text)
    if not all(map(is_network, networks)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of networks such as 512-512")
    return networks


def main():
    """Reads the command line and compares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, metavar="FOLDER", help="Fashion-MNIST")
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--networks", type=networks_of, default=["128", "512-512", "2048-2048"], metavar="LIST")
    parser.add_argument("--batches", type=numbers_of, default=[32, 128, 512], metavar="LIST")
    parser.add_argument("--optimizers", type=names_of, default=["sgd", "adam"], metavar="LIST")
    parser.add_argument("--thread-counts", type=numbers_of, default=[1, 2], metavar="LIST")
    installed = [name for name in PEERS if importlib.util.find_spec(name)]
    parser.add_argument("--peers", type=names_of, default=installed, metavar="LIST",
                        help=f"{', '.join(PEERS)}; those that are installed by default")  # fmt: skip
    parser.add_argument("--precision", choices=PRECISIONS, default="float32",
                        help="of products; with bfloat16 PyTorch is the one peer, by its autocast")  # fmt: skip
    parser.add_argument("--without-descent", action="store_true", help="measure the peers alone")
    parser.add_argument("--save", type=Path, default=PROGRAMS.parent / "peers.json", metavar="FILE",
                        help="every measurement, as it is made")  # fmt: skip
    parser.add_argument("--resume", type=Path, metavar="FILE", help="what --save has written")
    arguments = parser.parse_args()
    progress = None
    if arguments.resume:
        progress = Progress.load(arguments.resume)
        seconds = progress.settings.get("seconds")
        parser.set_defaults(**{name: progress.settings[name] for name in SETTINGS if name in progress.settings})
        arguments = parser.parse_args()
        if arguments.seconds != seconds or progress.settings.get("processor") != processor():
            parser.error(f"{arguments.resume} was measured for {seconds} s on {progress.settings.get('processor')}")
    if arguments.precision != "float32":
        arguments.peers = [name for name in arguments.peers if name == "torch"]
    for name in arguments.peers:
        if name not in PEERS:
            parser.error(f"unknown peer {name!r}; there are {', '.join(PEERS)}")
        if name not in installed:
            parser.error(f"{name} is not installed for {sys.executable}")
    for name in arguments.optimizers:
        if name not in LEARNING_RATES:
            parser.error(f"unknown optimizer {name!r}; there are {', '.join(LEARNING_RATES)}")
    if arguments.rounds < 1 or arguments.seconds <= 0:
        parser.error("--rounds and --seconds must be positive")
    settings = {**{name: getattr(arguments, name) for name in SETTINGS}, "processor": processor()}
    if progress:
        progress.settings = settings
    else:
        arguments.save.parent.mkdir(parents=True, exist_ok=True)
        progress = Progress(arguments.save, settings)
    sys.exit(compare(arguments, progress))


if __name__ == "__main__":
    main()
