"""Measures training of convolutional networks with Descent and its peers side by side, on Fashion-MNIST with Adam.

    python convnets.py                          # the cnn, batches of 32, 128 and 512; the resnet, of 128: an hour or two
    python convnets.py --networks cnn --batches 128 --rounds 1 --seconds 1 --peers torch
    python convnets.py --resume Benchmarks/.build/convnets.json      # go on, or print the report again

The networks are those of networks.py; PyTorch has its maps channels last, Keras runs on TensorFlow, JAX compiles the step.
Contestants take turns as in peers.py, each measurement a process pinned to as many cores as it has threads. The first table
gives medians over the rounds, in samples/s and in per cent of the arithmetic peak (multiply-adds between registers, the best
that any measurement of the run saw on one core, times the threads), and Descent's ratio to the best peer of the cell.
The second gives the most memory that training took beyond the library and the data, Descent's beside PyTorch's.
"""

import argparse
import importlib.util
import json
import statistics
import sys
from pathlib import Path

from measuring import DATA, PROGRAMS, Progress, numbers_of, processor, ratio, table
from networks import CONVOLUTIONAL, operations
from peers import key, names_of, train
from trainers import PRECISIONS, RUNNERS, Cell

PEERS = ["torch", "tensorflow", "jax"]
BATCHES = {"cnn": [32, 128, 512], "resnet": [128]}


def cells_of(arguments):
    """Returns the cells in the order of the table."""
    return [
        Cell(network, batch, "adam", threads, arguments.precision)
        for network in arguments.networks
        for batch in arguments.batches or BATCHES[network]
        for threads in arguments.thread_counts
    ]


def results_of(names, arguments, progress):
    """Returns for each cell what there is of it: rates and memory of each contestant, by round."""
    results = []
    for cell in cells_of(arguments):
        entries = {
            name: [progress.find(**key(number, name, cell)) for number in range(arguments.rounds)] for name in names
        }
        results.append((cell, {name: [entry[0] if entry else None for entry in found]
                               for name, found in entries.items()}))  # fmt: skip
    return results


def summary(results):
    """Returns what the results come to, a dictionary for each cell."""
    peaks = [entry["peak_gflops"] for _, found in results for entry in found["descent"] if entry]
    peak = max(peaks, default=float("nan"))
    lines = []
    for cell, found in results:
        rates = {name: [entry and entry["samples_per_second"] for entry in entries] for name, entries in found.items()}
        medians = {name: statistics.median(good) if (good := [rate for rate in values if rate]) else None
                   for name, values in rates.items()}  # fmt: skip
        scale = 100 * operations(cell.network) / (peak * cell.threads * 1e9)
        best = max((name for name in medians if name != "descent"), key=lambda name: medians[name] or 0, default=None)
        pairs = [(a, b) for a, b in zip(rates["descent"], rates[best]) if a and b] if best else []
        memory = {name: max((entry["memory_bytes"] for entry in entries if entry and "memory_bytes" in entry), default=None)
                  for name, entries in found.items()}  # fmt: skip
        lines.append({
            "network": cell.network, "batch": cell.batch, "threads": cell.threads, "samples_per_second": medians,
            "percent_of_peak": {name: rate and rate * scale for name, rate in medians.items()},
            "best_peer": best, "ratio": ratio(*zip(*pairs)) if pairs else None,
            "memory_bytes": {name: bytes for name, bytes in memory.items() if bytes},
        })  # fmt: skip
    return {"processor": processor(), "peak_gflops_per_core": peak, "cells": lines}


def report(names, arguments, progress):
    """Returns the tables as text, and what they come to."""
    results = results_of(names, arguments, progress)
    about = summary(results)
    versions = {name: entry["version"] for _, found in results for name in names for entry in found[name] if entry}
    speeds, memories = [], []
    for line in about["cells"]:
        place = [line["network"], line["batch"], line["threads"]]
        rates, shares = line["samples_per_second"], line["percent_of_peak"]
        cells = [f"{rates[name]:,.0f} ({shares[name]:.0f} %)" if rates[name] else "failed" for name in names]
        quotient = f"{line['ratio']:.2f} × {line['best_peer']}" if line["ratio"] else "–"
        speeds.append([*place, *cells, quotient])
        memory = line["memory_bytes"]
        memories.append([*place, *(f"{memory[name] / 1e6:,.0f}" if name in memory else "–" for name in ("descent", "torch"))])
    rounds = "one round" if arguments.rounds == 1 else f"medians of {arguments.rounds} rounds"
    title = f"Training in {arguments.precision}, samples/s (per cent of the peak, {about['peak_gflops_per_core']:.0f} GFLOP/s a core), {rounds} of "
    title += f"{arguments.seconds:g} s; {about['processor']}; "
    title += ", ".join(f"{name} {version}" for name, version in versions.items())
    headings = ["Network", "Batch", "Threads"]
    parts = [f"{title}.", table([*headings, *names, "descent ÷ best peer"], speeds),
             "Memory beyond the library and the data, MB, the most of all rounds.",
             table([*headings, "descent", "torch"], memories)]  # fmt: skip
    return "\n\n".join(parts), about


def main():
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, metavar="FOLDER", help="Fashion-MNIST")
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--networks", type=names_of, default=list(CONVOLUTIONAL), metavar="LIST")
    parser.add_argument("--batches", type=numbers_of, metavar="LIST", help="of all networks")
    parser.add_argument("--thread-counts", type=numbers_of, default=[1, 2], metavar="LIST")
    parser.add_argument("--peers", type=names_of, default=PEERS, metavar="LIST",
                        help=f"{', '.join(PEERS)}; those that are not installed are left out, and said")  # fmt: skip
    parser.add_argument("--precision", choices=PRECISIONS, default="float32",
                        help="of products; with bfloat16 PyTorch is the one peer, by its autocast")  # fmt: skip
    parser.add_argument("--save", type=Path, default=PROGRAMS.parent / "convnets.json", metavar="FILE",
                        help="every measurement, as it is made")  # fmt: skip
    parser.add_argument("--resume", type=Path, metavar="FILE", help="what --save has written, with the same settings")
    parser.add_argument("--json", type=Path, metavar="FILE", help="what the tables say")
    arguments = parser.parse_args()
    for name in arguments.networks:
        if name not in CONVOLUTIONAL:
            parser.error(f"unknown network {name!r}; there are {', '.join(CONVOLUTIONAL)}")
    for name in arguments.peers:
        if name not in RUNNERS:
            parser.error(f"unknown peer {name!r}; there are {', '.join(PEERS)}")
    if arguments.precision != "float32":
        arguments.peers = [name for name in arguments.peers if name == "torch"]
    if arguments.rounds < 1 or arguments.seconds <= 0:
        parser.error("--rounds and --seconds must be positive")
    names = ["descent"]
    for name in arguments.peers:
        if importlib.util.find_spec(name):
            names.append(name)
        else:
            print(f"{name} is not installed for {sys.executable}, and is left out", file=sys.stderr)
    settings = {"processor": processor(), "seconds": arguments.seconds}
    if arguments.resume:
        progress = Progress.load(arguments.resume)
        if progress.settings != settings:
            parser.error(f"{arguments.resume} was measured with {progress.settings}")
    else:
        arguments.save.parent.mkdir(parents=True, exist_ok=True)
        progress = Progress(arguments.save, settings)
    train(names, cells_of(arguments), arguments, progress)
    text, about = report(names, arguments, progress)
    print(text)
    if arguments.json:
        arguments.json.write_text(json.dumps(about, indent=1) + "\n")
    sys.exit("failed" in text)


if __name__ == "__main__":
    main()
