"""Measures training throughput of Descent, PyTorch, JAX and Keras side by side on Fashion-MNIST.

One cell is a network, a batch size, an optimizer and a number of threads. Each measurement is a
process of its own, pinned to as many cores as it has threads, and the contestants take turns in
every round, so that whatever else the machine does meets all of them. The table gives medians over
the rounds, in samples/s, and Descent's ratio to each peer (the median of the rounds' ratios; above
1, Descent is faster).

What is timed is the same for all: float32 rows in memory, shuffling, gathering each batch, forward,
backward and update. Loading, compiling and warm-up calls are not. Every peer gets the form that
suits it best: PyTorch its fused optimizers; JAX donated parameters and the faster of two forms,
tried in every process: a whole epoch as one compiled scan, or one compiled call a step; Keras `fit`
on its JAX backend.

    python peers.py                                              # every cell, five rounds
    python peers.py --networks 128 --batches 32,128 --rounds 3   # some of them
    python peers.py --peers torch,jax --without-descent          # peers alone
    python peers.py --worker jax --network 512-512 --batch 128 --optimizer adam --threads 1

A worker prints one line of JSON: samples_per_second, cost (of the last batch), samples, seconds,
version.
"""

import argparse
import gzip
import json
import math
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path("/usr/share/datasets/fashion-mnist")
PEERS = ("torch", "jax", "keras")
LEARNING_RATES = {"sgd": 0.01, "adam": 0.001}
CLASSES = 10


@dataclass(frozen=True)
class Cell:
    """One combination that is measured."""

    network: str
    batch: int
    optimizer: str
    threads: int

    @property
    def hidden(self):
        """The widths of the hidden layers."""
        return [int(width) for width in self.network.split("-")]

    def steps_per_call(self, rows, features):
        """Returns the steps of one timed call: an epoch, or about 10^11 operations if less."""
        widths = [features, *self.hidden, CLASSES]
        operations = 6 * self.batch * sum(a * b for a, b in zip(widths, widths[1:]))
        return max(1, min(rows // self.batch, int(1e11 / operations)))


def read_idx(path, offset):
    """Reads the bytes of a gzip-compressed IDX file behind its header."""
    import numpy as np

    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def load(folder):
    """Returns the training images as float32 rows in [0, 1], and their labels."""
    import numpy as np

    images = read_idx(folder / "train-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    labels = read_idx(folder / "train-labels-idx1-ubyte.gz", 8)
    return (images / 255).astype(np.float32), labels.astype(np.int32)


class Batches:
    """Hands out shuffled row numbers, shape (steps, batch); shuffles again when they run out."""

    def __init__(self, rows, steps, batch):
        import numpy as np

        self.random = np.random.default_rng(7)
        self.rows, self.steps, self.batch = rows, steps, batch
        self.order, self.next = None, rows

    def draw(self):
        """Returns the row numbers of the next call; a ragged rest of an epoch is left out."""
        count = self.steps * self.batch
        if self.next + count > self.rows:
            self.order = self.random.permutation(self.rows).astype("int32")
            self.next = 0
        chosen = self.order[self.next : self.next + count]
        self.next += count
        return chosen.reshape(self.steps, self.batch)


def measure(call, samples_per_call, seconds):
    """Times `call`, which returns its last cost, for some seconds, after one call to warm up."""
    call()
    calls, cost = 0, math.nan
    start = time.perf_counter()
    while True:
        cost = call()
        calls += 1
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            break
    samples = calls * samples_per_call
    return {
        "samples_per_second": samples / elapsed,
        "cost": cost,
        "samples": samples,
        "seconds": elapsed,
    }


def run_torch(cell, folder, seconds):
    """PyTorch, eager, with fused optimizers."""
    import torch

    torch.set_num_threads(cell.threads)
    torch.manual_seed(7)
    images, labels = (torch.from_numpy(array) for array in load(folder))
    labels = labels.long()
    layers, width = [], images.shape[1]
    for units in cell.hidden:
        layers += [torch.nn.Linear(width, units), torch.nn.ReLU()]
        width = units
    model = torch.nn.Sequential(*layers, torch.nn.Linear(width, CLASSES))
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    rate = LEARNING_RATES[cell.optimizer]
    optimizer = kinds[cell.optimizer](model.parameters(), lr=rate, fused=True)
    steps = cell.steps_per_call(*images.shape)
    batches = Batches(len(images), steps, cell.batch)

    def call():
        for rows in torch.from_numpy(batches.draw()):
            scores = model(torch.index_select(images, 0, rows))
            cost = torch.nn.functional.cross_entropy(scores, torch.index_select(labels, 0, rows))
            optimizer.zero_grad(set_to_none=True)
            cost.backward()
            optimizer.step()
        return cost.item()

    return {**measure(call, steps * cell.batch, seconds), "version": torch.__version__}


def run_jax(cell, folder, seconds):
    """JAX, its state donated: a compiled scan over batches or a compiled call each, if faster."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    images, labels = (jnp.asarray(array) for array in load(folder))
    random = np.random.default_rng(7)
    widths = [images.shape[1], *cell.hidden, CLASSES]
    parameters = [
        (jnp.asarray(random.normal(size=(a, b)) * math.sqrt(2 / a), jnp.float32), jnp.zeros(b))
        for a, b in zip(widths, widths[1:])
    ]
    rate = LEARNING_RATES[cell.optimizer]

    def batch_cost(parameters, images, labels, rows):
        values = images.at[rows].get(mode="promise_in_bounds")
        for kernel, bias in parameters[:-1]:
            values = jax.nn.relu(values @ kernel + bias)
        kernel, bias = parameters[-1]
        chances = jax.nn.log_softmax(values @ kernel + bias)
        truth = labels.at[rows].get(mode="promise_in_bounds")
        return -jnp.take_along_axis(chances, truth[:, None], 1, mode="promise_in_bounds").mean()

    def update(state, gradients):
        if cell.optimizer == "sgd":
            parameters = jax.tree.map(lambda p, g: p - rate * g, state[0], gradients)
            return (parameters,)
        parameters, first, second, step = state
        step = step + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
        scale = rate * jnp.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        parameters = jax.tree.map(
            lambda p, m, v: p - scale * m / (jnp.sqrt(v) + 1e-7), parameters, first, second
        )
        return parameters, first, second, step

    def step(state, images, labels, rows):
        cost, gradients = jax.value_and_grad(batch_cost)(state[0], images, labels, rows)
        return update(state, gradients), cost

    def epoch(state, images, labels, order):
        return jax.lax.scan(lambda state, rows: step(state, images, labels, rows), state, order)

    compiled_epoch = jax.jit(epoch, donate_argnums=0)
    compiled_step = jax.jit(step, donate_argnums=0)
    state = (parameters,)
    if cell.optimizer == "adam":
        slots = [jax.tree.map(jnp.zeros_like, parameters) for _ in range(2)]
        state = (parameters, *slots, jnp.float32(0))
    steps = cell.steps_per_call(*images.shape)
    batches = Batches(len(images), steps, cell.batch)

    def scan():
        nonlocal state
        state, costs = compiled_epoch(state, images, labels, batches.draw())
        return float(costs[-1])

    def loop():
        nonlocal state
        for rows in batches.draw():
            state, cost = compiled_step(state, images, labels, rows)
        return float(cost)

    trials = {}
    for form in (scan, loop):
        trials[form] = measure(form, steps * cell.batch, 0.5)["samples_per_second"]
    form = max(trials, key=trials.get)
    result = measure(form, steps * cell.batch, seconds)
    return {**result, "version": jax.__version__, "form": form.__name__}


def run_keras(cell, folder, seconds):
    """Keras: `fit` on its JAX backend."""
    os.environ["KERAS_BACKEND"] = "jax"
    import keras

    keras.utils.set_random_seed(7)
    images, labels = load(folder)
    rows = cell.steps_per_call(*images.shape) * cell.batch
    images, labels = images[:rows], labels[:rows]
    hidden = [keras.layers.Dense(units, "relu") for units in cell.hidden]
    output = keras.layers.Dense(CLASSES)
    model = keras.Sequential([keras.Input(images.shape[1:]), *hidden, output])
    kinds = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}
    model.compile(
        kinds[cell.optimizer](LEARNING_RATES[cell.optimizer]),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )

    def call():
        history = model.fit(images, labels, batch_size=cell.batch, epochs=1, verbose=0)
        return history.history["loss"][-1]

    return {**measure(call, rows, seconds), "version": keras.__version__}


def pin(threads):
    """Restricts this process to as many cores as it has threads."""
    cores = sorted(os.sched_getaffinity(0))
    if threads > len(cores):
        sys.exit(f"{threads} threads asked for, but only {len(cores)} cores may be used")
    os.sched_setaffinity(0, cores[:threads])


def work(arguments):
    """Measures one cell with one peer in this process and prints one line of JSON."""
    cell = Cell(arguments.network, arguments.batch, arguments.optimizer, arguments.threads)
    pin(cell.threads)
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = str(cell.threads)
    runners = {"torch": run_torch, "jax": run_jax, "keras": run_keras}
    result = runners[arguments.worker](cell, arguments.data, arguments.seconds)
    if not math.isfinite(result["cost"]):
        sys.exit(f"{arguments.worker}: the cost is {result['cost']}")
    print(json.dumps({"peer": arguments.worker, **asdict(cell), **result}))


def cell_flags(cell, seconds):
    """Returns the flags that every worker understands."""
    return [
        "--network", cell.network, "--batch", str(cell.batch), "--optimizer", cell.optimizer,
        "--threads", str(cell.threads), "--seconds", f"{seconds:g}",
    ]  # fmt: skip


def descent_command(cell, seconds, folder):
    """Returns the command line that measures Descent; it prints the same JSON as a worker."""
    program = ROOT / "Benchmarks/.build/release/TrainingBenchmark"
    return [str(program), *cell_flags(cell, seconds), "--data", str(folder)]


def peer_command(peer, cell, seconds, folder):
    """Returns the command line that measures one peer."""
    flags = ["--worker", peer, *cell_flags(cell, seconds), "--data", str(folder)]
    return [sys.executable, str(Path(__file__).resolve()), *flags]


def measured(name, cell, arguments):
    """Runs one measurement as a process; returns its JSON, or None with the reason on stderr."""
    make = descent_command if name == "descent" else lambda *rest: peer_command(name, *rest)
    command = make(cell, arguments.seconds, arguments.data)
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False,
            timeout=120 + 20 * arguments.seconds, preexec_fn=lambda: pin(cell.threads),
        )  # fmt: skip
        result = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None
        reason = done.stderr.strip()[-300:] or f"exit status {done.returncode}"
    except (OSError, ValueError, IndexError, subprocess.SubprocessError) as error:
        result, reason = None, str(error)
    if result is None:
        print(f"{name} failed on {cell}: {reason}", file=sys.stderr)
    return result


def processor():
    """Returns the processor's name as the system gives it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"


def table_row(cell, names, rates):
    """Returns one row of the table from the rounds' rates by contestant (None where one failed)."""
    row = [cell.network, str(cell.batch), cell.optimizer, str(cell.threads)]
    ratios = {}
    for name in names:
        good = [rate for rate in rates[name] if rate is not None]
        row.append(f"{statistics.median(good):,.0f}" if good else "failed")
    if "descent" in names:
        for name in names[1:]:
            pairs = [(a, b) for a, b in zip(rates["descent"], rates[name]) if a and b]
            if pairs:
                ratios[name] = statistics.median(a / b for a, b in pairs)
            row.append(f"{ratios[name]:.2f}" if pairs else "–")
    return row, ratios


def compare(arguments):
    """Measures all cells in interleaved rounds and prints a table; returns the exit status."""
    names = ([] if arguments.without_descent else ["descent"]) + arguments.peers
    cells = [
        Cell(network, batch, optimizer, threads)
        for network in arguments.networks
        for batch in arguments.batches
        for optimizer in arguments.optimizers
        for threads in arguments.thread_counts
    ]
    rates = {cell: {name: [] for name in names} for cell in cells}
    versions, log = {}, []
    for number in range(arguments.rounds):
        for cell in cells:
            # Another contestant begins in every round, so that none always follows the same one.
            for name in names[number % len(names) :] + names[: number % len(names)]:
                result = measured(name, cell, arguments)
                rates[cell][name].append(result and result["samples_per_second"])
                if result:
                    versions[name] = result.get("version", "?")
                    log.append({"round": number, "peer": name, **asdict(cell), **result})
                    rate = f"{result['samples_per_second']:,.0f} samples/s"
                    print(f"round {number + 1}, {name}, {cell}: {rate}", file=sys.stderr)
    headings = ["Network", "Batch", "Optimizer", "Threads", *names]
    headings += [f"descent ÷ {name}" for name in names[1:] if "descent" in names]
    print(
        f"Samples/s, medians of {arguments.rounds} rounds of {arguments.seconds:g} s;",
        processor(),
        end="; ",
    )
    print(", ".join(f"{name} {version}" for name, version in versions.items()) + ".\n")
    print("| " + " | ".join(headings) + " |")
    print("|---|" + "---:|" * (len(headings) - 1))
    worst = {}
    for cell in cells:
        row, ratios = table_row(cell, names, rates[cell])
        print("| " + " | ".join(row) + " |")
        for name, ratio in ratios.items():
            worst.setdefault(name, []).append(ratio)
    for name, ratios in worst.items():
        mean = statistics.geometric_mean(ratios)
        print(f"\nAgainst {name}: {min(ratios):.2f} at least, {mean:.2f} in the geometric mean.")
    if arguments.json:
        arguments.json.write_text("".join(json.dumps(entry) + "\n" for entry in log))
    failed = any(rate is None for cell in cells for found in rates[cell].values() for rate in found)
    return 1 if failed else 0


def names_of(text):
    """Splits a comma-separated list."""
    return [item for item in text.split(",") if item]


def numbers_of(text):
    """Splits a comma-separated list of positive integers."""
    numbers = [int(item) for item in names_of(text)]
    if not numbers or min(numbers) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of positive integers")
    return numbers


def network_of(text):
    """Checks the hidden widths of a network, such as 512-512."""
    if not all(part.isdigit() and int(part) > 0 for part in text.split("-")):
        raise argparse.ArgumentTypeError(f"{text!r} is not a network such as 512-512")
    return text


def main():
    """Reads the command line, and works as one worker or compares them all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, metavar="FOLDER", help="Fashion-MNIST")
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    many = parser.add_argument_group("comparison")
    many.add_argument(
        "--networks", type=lambda text: [network_of(item) for item in names_of(text)],
        default=["128", "512-512", "2048-2048"], metavar="LIST",
    )  # fmt: skip
    many.add_argument("--batches", type=numbers_of, default=[32, 128, 512], metavar="LIST")
    many.add_argument("--optimizers", type=names_of, default=["sgd", "adam"], metavar="LIST")
    many.add_argument("--thread-counts", type=numbers_of, default=[1, 2], metavar="LIST")
    many.add_argument("--peers", type=names_of, default=list(PEERS), metavar="LIST")
    many.add_argument("--rounds", type=int, default=5)
    many.add_argument("--without-descent", action="store_true", help="measure the peers alone")
    many.add_argument("--json", type=Path, metavar="FILE", help="every measurement, a line each")
    one = parser.add_argument_group("one worker")
    one.add_argument("--worker", choices=PEERS)
    one.add_argument("--network", type=network_of, default="512-512")
    one.add_argument("--batch", type=int, default=128)
    one.add_argument("--optimizer", choices=sorted(LEARNING_RATES), default="adam")
    one.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    for name in arguments.peers:
        if name not in PEERS:
            parser.error(f"unknown peer {name!r}; there are {', '.join(PEERS)}")
    for name in arguments.optimizers:
        if name not in LEARNING_RATES:
            parser.error(f"unknown optimizer {name!r}; there are {', '.join(LEARNING_RATES)}")
    if min(arguments.rounds, arguments.batch, arguments.threads) < 1 or arguments.seconds <= 0:
        parser.error("--rounds, --batch, --threads and --seconds must be positive")
    if arguments.worker:
        work(arguments)
    else:
        sys.exit(compare(arguments))


if __name__ == "__main__":
    main()
