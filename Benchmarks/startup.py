"""Measures how long it takes until Descent is at work, and what memory a training takes, beside PyTorch and JAX.

    python startup.py DESCENT            # the built program, such as .build/release/descent

Everything is a process of its own, pinned to as many cores as it has threads, and timed from its start; files are in
the page cache. `descent info` measures the processor's peaks for some milliseconds. The first step is that of a small
table (models/wine, 142 rows of 13 numbers): Descent trains an epoch of eight steps with everything that `descent train`
does, and is timed until it says so; the peers read the same file with NumPy and are timed until a first step of the same
network is done. Memory is the most that the process held, its libraries with it, while it trained 784-512-10 on
Fashion-MNIST by Adam in batches of 64: `descent train` for an epoch, with validation rows, test rows and the run's folder,
and the peers for a second or so as trainers.py does, which read the training images alone.
"""

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import ROOT, environment, numbers_of, pin, processor, table, turns

PEERS = ["torch", "jax"]
WINE = ROOT / "models/wine/wine-train.csv"


def first_step_of_torch(rows, classes):
    """Takes one step of 13-64-3 by Adam with PyTorch."""
    import torch

    values, labels = torch.from_numpy(rows[:16]), torch.from_numpy(classes[:16])
    model = torch.nn.Sequential(torch.nn.Linear(13, 64), torch.nn.ReLU(), torch.nn.Linear(64, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    cost = torch.nn.functional.cross_entropy(model(values), labels)
    cost.backward()
    optimizer.step()
    return cost.item()


def first_step_of_jax(rows, classes):
    """Takes one compiled step of 13-64-3 by Adam with JAX."""
    import jax
    import jax.numpy as jnp

    keys = jax.random.split(jax.random.key(7))
    hidden, output = jax.random.normal(keys[0], (13, 64)), jax.random.normal(keys[1], (64, 3))
    weights = [0.3 * hidden, jnp.zeros(64), 0.2 * output, jnp.zeros(3)]

    def cost(weights):
        hidden = jax.nn.relu(rows[:16] @ weights[0] + weights[1])
        chances = jax.nn.log_softmax(hidden @ weights[2] + weights[3])
        return -jnp.take_along_axis(chances, classes[:16, None], 1).mean()

    @jax.jit
    def step(weights, first, second):
        value, gradients = jax.value_and_grad(cost)(weights)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
        update = lambda w, m, v: w - 0.01 * m / 0.1 / (jnp.sqrt(v / 0.001) + 1e-7)  # noqa: E731
        return value, jax.tree.map(update, weights, first, second)

    zeros = jax.tree.map(jnp.zeros_like, weights)
    value, weights = step(weights, zeros, zeros)
    jax.block_until_ready(weights)
    return float(value)


def take_first_step(peer):
    """Reads the table and takes a step in this process."""
    import numpy as np

    lines = [line.split(",") for line in WINE.read_text().splitlines()]
    target = lines[0].index("cultivar")
    names = sorted({line[target] for line in lines[1:]})
    rows = np.array([[float(cell) for i, cell in enumerate(line) if i != target] for line in lines[1:]], np.float32)
    rows = (rows - rows.mean(0)) / rows.std(0)
    classes = np.array([names.index(line[target]) for line in lines[1:]])
    print(f"first step: cost {FIRST_STEPS[peer](rows, classes):.4f}", flush=True)


FIRST_STEPS = {"torch": first_step_of_torch, "jax": first_step_of_jax}


def started(command, threads):
    """Starts a program on so many cores, its messages and its output in one pipe."""
    return subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        env=environment(threads), preexec_fn=lambda: pin(threads),
    )  # fmt: skip


def seconds_until(command, threads, beginning=None):
    """Returns the seconds from a program's start to a line that begins so, or to its end."""
    start = time.perf_counter()
    process = started(command, threads)
    found, text = None, []
    for line in process.stdout:
        text.append(line)
        if beginning and found is None and line.startswith(beginning):
            found = time.perf_counter() - start
    if process.wait() != 0 or (beginning and found is None):
        sys.exit(f"startup: {' '.join(map(str, command))} failed: {''.join(text)[-500:]}")
    return found or time.perf_counter() - start


def most_memory(command, threads):
    """Returns the most bytes that a program held, libraries included."""
    process = started(command, threads)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status != 0:
        sys.exit(f"startup: {' '.join(map(str, command))} failed: {text[-500:]}")
    return 1024 * usage.ru_maxrss


def median_of(rounds, measurements):
    """Makes all measurements in turn, so often each; returns the medians by name."""
    found = {name: [] for name in measurements}
    for number in range(rounds):
        for name in turns(list(measurements), number):
            found[name].append(measurements[name]())
    return {name: statistics.median(values) for name, values in found.items()}


def main():
    """Measures all in turn and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("descent", help="the built program, or a peer whose first step to take here")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--thread-counts", type=numbers_of, default=[1, 2], metavar="LIST")
    arguments = parser.parse_args()
    if arguments.descent in FIRST_STEPS:
        return take_first_step(arguments.descent)
    descent = Path(arguments.descent).resolve()
    peers = [name for name in PEERS if importlib.util.find_spec(name)]
    for name in set(PEERS) - set(peers):
        print(f"startup: {name} is not installed for {sys.executable}", file=sys.stderr)
    times, memory = [], []
    with tempfile.TemporaryDirectory() as folder:
        run = ["--output", Path(folder) / "run", "--force", "--epochs", 1]
        for threads in arguments.thread_counts:
            train = [descent, "train", *run, "--threads", threads]

            def of(command, beginning=None, threads=threads):
                return lambda: seconds_until(command, threads, beginning)

            first = {"descent": of([*train, "models/wine.yaml"], "epoch 1/1")}
            first |= {name: of([sys.executable, __file__, name], "first step") for name in peers}
            medians = median_of(arguments.rounds, {
                "descent --version": of([descent, "--version"]), "descent info": of([descent, "info"]),
                **{f"first step, {name}": call for name, call in first.items()},
            })  # fmt: skip
            times += [[name, threads, f"{seconds * 1e3:,.0f}"] for name, seconds in medians.items()]

            def held(command, threads=threads):
                return lambda: most_memory(command, threads)

            trainer = [sys.executable, ROOT / "Benchmarks/trainers.py"]
            cell = ["--network", "512", "--batch", 64, "--optimizer", "adam", "--seconds", 1, "--threads", threads]
            medians = median_of(min(3, arguments.rounds), {
                "descent": held([*train, "models/fashion-mnist.yaml"]),
                **{name: held([*trainer, name, *cell]) for name in peers},
            })  # fmt: skip
            memory += [[name, threads, f"{size / 1e6:,.0f}"] for name, size in medians.items()]
    print(f"{processor()}, medians of {arguments.rounds} rounds.\n")
    print(table(["From the start", "Threads", "ms"], times))
    print()
    print(table(["Training 784-512-10 on Fashion-MNIST", "Threads", "most memory, MB"], memory))
    return None


if __name__ == "__main__":
    main()
