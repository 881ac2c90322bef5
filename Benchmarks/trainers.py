"""Trains with one of Descent's peers on Fashion-MNIST and measures its throughput: what peers.py runs for each cell.

    python trainers.py jax --network 512-512 --batch 128 --optimizer adam --threads 1

What is timed is the same for all: float32 rows in memory, shuffling, gathering each batch, forward, backward and
update. Loading, compiling and warm-up calls are not. Every peer gets the form that suits it best: PyTorch its fused
optimizers, and maps channels last; JAX donated parameters and the faster of two forms, tried in every process: a whole
epoch as one compiled scan, or one compiled call a step; Keras `fit` on its JAX backend, or on TensorFlow; scikit-learn
`partial_fit`. One line of JSON is printed: samples_per_second, cost (of the last batch), samples, seconds, version, and for
PyTorch memory_bytes, the most that training took beyond the library and the data.
"""

import argparse
import gzip
import json
import math
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import networks
from measuring import DATA, StepMemory, environment, pin

LEARNING_RATES = {"sgd": 0.01, "adam": 0.001}


PRECISIONS = ["float32", "bfloat16"]


@dataclass(frozen=True)
class Cell:
    """One combination that is measured."""

    network: str
    batch: int
    optimizer: str
    threads: int
    precision: str = "float32"

    def steps_per_call(self, rows, operations=1e11):
        """Returns the steps of one timed call: an epoch, or about so many operations if less."""
        return max(1, min(rows // self.batch, int(operations / (networks.operations(self.network) * self.batch))))


def read_idx(path, offset):
    """Reads the bytes of a gzip-compressed IDX file behind its header."""
    import numpy as np

    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def load(folder, network):
    """Returns the training images as float32 in [0, 1], in the shape that a network takes, and their labels."""
    import numpy as np

    images = read_idx(folder / "train-images-idx3-ubyte.gz", 16).reshape(-1, *networks.input_shape(network))
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
    """PyTorch, eager, with fused optimizers; maps channels last. For bfloat16 its autocast."""
    import torch

    torch.set_num_threads(cell.threads)
    torch.manual_seed(7)
    images, labels = (torch.from_numpy(array) for array in load(folder, cell.network))
    labels = labels.long()
    if networks.is_convolutional(cell.network):
        images = images.permute(0, 3, 1, 2)
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}

    def training():
        model = networks.torch_network(cell.network)
        optimizer = kinds[cell.optimizer](model.parameters(), lr=LEARNING_RATES[cell.optimizer], fused=True)

        def step(rows):
            with torch.autocast("cpu", torch.bfloat16, enabled=cell.precision == "bfloat16"):
                scores = model(torch.index_select(images, 0, rows))
            cost = torch.nn.functional.cross_entropy(scores, torch.index_select(labels, 0, rows))
            optimizer.zero_grad(set_to_none=True)
            cost.backward()
            optimizer.step()
            return cost

        return step

    # What the library itself takes for good at its first step is not counted as the step's memory.
    training()(torch.arange(2))
    memory = StepMemory()
    step = training()
    steps = cell.steps_per_call(len(images))
    batches = Batches(len(images), steps, cell.batch)

    def call():
        for rows in torch.from_numpy(batches.draw()):
            cost = step(rows)
        return cost.item()

    result = measure(call, steps * cell.batch, seconds)
    return {**result, "memory_bytes": memory.peak(), "version": torch.__version__}


def run_jax(cell, folder, seconds):
    """JAX, its state donated: a compiled scan over batches or a compiled call each, if faster."""
    import jax
    import jax.numpy as jnp

    images, labels = (jnp.asarray(array) for array in load(folder, cell.network))
    parameters, statistics, network = networks.jax_network(cell.network)
    rate = LEARNING_RATES[cell.optimizer]

    def batch_cost(parameters, statistics, images, labels, rows):
        values = images.at[rows].get(mode="promise_in_bounds")
        scores, statistics = network(parameters, statistics, values)
        chances = jax.nn.log_softmax(scores)
        truth = labels.at[rows].get(mode="promise_in_bounds")
        return -jnp.take_along_axis(chances, truth[:, None], 1, mode="promise_in_bounds").mean(), statistics

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
        trained, statistics = state
        (cost, statistics), gradients = jax.value_and_grad(batch_cost, has_aux=True)(
            trained[0], statistics, images, labels, rows)
        return (update(trained, gradients), statistics), cost

    def epoch(state, images, labels, order):
        return jax.lax.scan(lambda state, rows: step(state, images, labels, rows), state, order)

    compiled_epoch = jax.jit(epoch, donate_argnums=0)
    compiled_step = jax.jit(step, donate_argnums=0)
    trained = (parameters,)
    if cell.optimizer == "adam":
        slots = [jax.tree.map(jnp.zeros_like, parameters) for _ in range(2)]
        trained = (parameters, *slots, jnp.float32(0))
    state = (trained, statistics)
    # Short calls for maps: both forms are tried, one of which may be slow.
    operations = 2e10 if networks.is_convolutional(cell.network) else 1e11
    steps = cell.steps_per_call(len(images), operations)
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
    return fit(cell, folder, seconds)


def run_tensorflow(cell, folder, seconds):
    """Keras: `fit` on TensorFlow."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(cell.threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(cell.threads)
    # Compiled by XLA it is slower.
    result = fit(cell, folder, seconds, jit_compile=False)
    return {**result, "version": f"{tensorflow.__version__} (Keras {result['version']})"}


def fit(cell, folder, seconds, jit_compile="auto"):
    """Keras' `fit` on the backend that has been chosen, in calls of a second or more."""
    import keras

    keras.utils.set_random_seed(7)
    images, labels = load(folder, cell.network)
    rows = cell.steps_per_call(len(images), 1e11 * cell.threads) * cell.batch
    images, labels = images[:rows], labels[:rows]
    model = networks.keras_network(cell.network)
    kinds = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}
    model.compile(
        kinds[cell.optimizer](LEARNING_RATES[cell.optimizer]),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=jit_compile,
    )

    def call():
        history = model.fit(images, labels, batch_size=cell.batch, epochs=1, verbose=0)
        return history.history["loss"][-1]

    return {**measure(call, rows, seconds), "version": keras.__version__}


def run_sklearn(cell, folder, seconds):
    """scikit-learn: `partial_fit`, which is one epoch; without momentum and penalty, which it has by default."""
    import sklearn
    from sklearn.neural_network import MLPClassifier

    if networks.is_convolutional(cell.network):
        sys.exit("scikit-learn has no networks of maps")
    images, labels = load(folder, cell.network)
    rows = cell.steps_per_call(len(images)) * cell.batch
    images, labels = images[:rows], labels[:rows]
    model = MLPClassifier(
        [int(units) for units in cell.network.split("-")], activation="relu", solver=cell.optimizer, alpha=0,
        batch_size=cell.batch,
        learning_rate_init=LEARNING_RATES[cell.optimizer], random_state=7, momentum=0,
        nesterovs_momentum=False,
    )  # fmt: skip

    def call():
        model.partial_fit(images, labels, classes=range(networks.CLASSES))
        return float(model.loss_)

    return {**measure(call, rows, seconds), "version": sklearn.__version__}


RUNNERS = {"torch": run_torch, "jax": run_jax, "keras": run_keras, "tensorflow": run_tensorflow, "sklearn": run_sklearn}


def main():
    """Measures one cell with one peer in this process and prints one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=RUNNERS)
    parser.add_argument("--network", default="512-512")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--optimizer", choices=sorted(LEARNING_RATES), default="adam")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precision", choices=PRECISIONS, default="float32")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    cell = Cell(arguments.network, arguments.batch, arguments.optimizer, arguments.threads, arguments.precision)
    if cell.precision != "float32" and arguments.peer != "torch":
        sys.exit(f"{arguments.peer} is measured in float32")
    pin(cell.threads)
    os.environ.update(environment(cell.threads))
    result = RUNNERS[arguments.peer](cell, arguments.data, arguments.seconds)
    if not math.isfinite(result["cost"]):
        sys.exit(f"{arguments.peer}: the cost is {result['cost']}")
    print(json.dumps({"peer": arguments.peer, **asdict(cell), **result}))


if __name__ == "__main__":
    main()
