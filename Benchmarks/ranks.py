"""Measures training on two ranks of one thread beside one process with two threads, and beside PyTorch's DDP with gloo.

    python ranks.py DESCENT [--networks LIST] [--rounds N] [--epochs N]
    python ranks.py DESCENT --networks 2048-2048 --batch 512 --optimizer sgd

Everything is on one machine, two cores of it; contestants take turns in every round. A batch is that of all ranks
together. The networks are those of networks.py. What is timed are training steps on rows in memory, without validation:
for Descent the `seconds` of its history, after the first epoch. The table gives medians of samples a second over the
rounds, and ratios as the medians of the rounds' ratios.
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

import numpy as np

from measuring import cores
from networks import CLASSES, SIDE

LAUNCHERS = {
    "Open MPI": ["mpirun.openmpi", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none"],
    "MPICH": ["mpirun.mpich"],
}
# Rows of an epoch in batches of 128, a few seconds at most; larger batches have as many steps.
NETWORKS = {"64": 25600, "512-512": 12800, "2048-2048": 2560, "cnn": 2560}
# For Descent and for PyTorch.
OPTIMIZERS = {
    "adam": ("adam", "torch.optim.Adam(model.parameters())"),
    "sgd": ("{ gradient_descent: { learning_rate: 0.01 } }", "torch.optim.SGD(model.parameters(), lr=0.01)"),
}


def config(network, folder, batch, optimizer):
    """Returns the config of a network, in YAML."""
    if network == "cnn":
        layers = [
            *(
                part
                for filters in (32, 64)
                for part in (
                    f"conv2d: {{ filters: {filters}, kernel_size: 3, padding: same, activation: relu }}",
                    "max_pooling2d: 2",
                )
            ),
            "flatten",
            "dense: { units: 128, activation: relu }",
        ]
    else:
        layers = [f"dense: {{ units: {units}, activation: relu }}" for units in network.split("-")]
    return "\n".join([
        f"data: {{ train: {{ features: {folder}/x.npy, labels: {folder}/y.npy }}, target_kind: classes }}",
        "model:",
        *(f"  - {layer}" for layer in layers),
        f"  - dense: {{ units: {CLASSES}, activation: softmax }}",
        "metrics: []",
        f"batch_size: {batch}",
        f"optimizer: {OPTIMIZERS[optimizer][0]}",
        "groups: 2",
        "checkpoint: { every_epochs: 1000000, every_seconds: 1000000, monitor: cost }",
    ])  # fmt: skip


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        sys.exit(f"{command} ends with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def descent(program, launcher, folder, epochs, threads=2):
    """Returns samples a second: of two ranks with a thread each, or without a launcher of so many threads."""
    command = [*(LAUNCHERS[launcher] + ["-n", "2"] if launcher else []), program, "train", f"{folder}/config.yaml"]
    command += ["--output", f"{folder}/run", "--force", "--json", "--quiet", "--epochs", epochs]
    lines = run([*command, "--threads", 1 if launcher else threads]).splitlines()
    epochs = [json.loads(line) for line in lines if '"epoch"' in line and '"event"' not in line]
    return statistics.median(epoch["samples_per_second"] for epoch in epochs[1:])


PEER = '''
import sys, time, torch, numpy as np, torch.distributed as dist
from torch import nn
network, folder, batch, epochs, width = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), 10
torch.set_num_threads(1)
dist.init_process_group("gloo")
rank, ranks = dist.get_rank(), dist.get_world_size()
x, y = torch.tensor(np.load(f"{folder}/x.npy")), torch.tensor(np.load(f"{folder}/y.npy"))
torch.manual_seed(0)
if network == "cnn":
    x = x.reshape(-1, 1, 28, 28)
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 49, 128), nn.ReLU(), nn.Linear(128, width))
else:
    x = x.reshape(-1, 784)
    sizes = [784, *map(int, network.split("-"))]
    parts = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.ReLU())]
    model = nn.Sequential(*parts, nn.Linear(sizes[-1], width))
model = nn.parallel.DistributedDataParallel(model)
optimizer, cost = OPTIMIZER, nn.CrossEntropyLoss()
own = batch // ranks
speeds = []
for epoch in range(epochs):
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(epoch))
    dist.barrier()
    start = time.perf_counter()
    for first in range(0, len(x), batch):
        rows = order[first + rank * own:first + (rank + 1) * own]
        optimizer.zero_grad()
        cost(model(x[rows]), y[rows]).backward()
        optimizer.step()
    dist.barrier()
    speeds.append(len(x) / (time.perf_counter() - start))
if rank == 0:
    print(sorted(speeds[1:])[len(speeds[1:]) // 2])
dist.destroy_process_group()
'''


def pytorch(network, folder, batch, optimizer, epochs):
    script = f"{folder}/peer.py"
    Path(script).write_text(PEER.replace("OPTIMIZER", OPTIMIZERS[optimizer][1]), encoding="utf-8")
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", "--no_python"]
    command = [*launch, sys.executable, script, network, folder, batch, epochs]
    return float(run(command).splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="DESCENT")
    parser.add_argument("--networks", default=",".join(NETWORKS))
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="adam")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--without-peer", action="store_true")
    options = parser.parse_args()
    os.sched_setaffinity(0, cores()[:2])
    program = Path(options.program).resolve()
    contestants = {"2 threads": None, **{f"2 ranks, {name}": name for name in LAUNCHERS}}
    print(f"{'network':12}{'batch':>6}" + "".join(f"{name:>20}" for name in [*contestants, "DDP gloo, 2 ranks"]))
    for network in options.networks.split(","):
        with tempfile.TemporaryDirectory() as folder:
            source, rows = np.random.default_rng(1), NETWORKS[network] * options.batch // 128
            shape = (rows, SIDE, SIDE, 1) if network == "cnn" else (rows, SIDE * SIDE)
            np.save(f"{folder}/x.npy", source.random(shape, dtype=np.float32))
            np.save(f"{folder}/y.npy", source.integers(0, CLASSES, rows))
            Path(f"{folder}/config.yaml").write_text(
                config(network, folder, options.batch, options.optimizer), encoding="utf-8")
            speeds = {name: [] for name in [*contestants, "peer"]}
            for _ in range(options.rounds):
                for name, launcher in contestants.items():
                    speeds[name].append(descent(program, launcher, folder, options.epochs))
                    time.sleep(0.2)
                if not options.without_peer:
                    speeds["peer"].append(pytorch(network, folder, options.batch, options.optimizer, options.epochs))
        cells = []
        for name, found in speeds.items():
            if found:
                ratio = statistics.median(a / b for a, b in zip(found, speeds["2 threads"]))
                cells.append(f"{statistics.median(found):>12,.0f} ({ratio:.2f})")
        print(f"{network:12}{options.batch:>6}" + "".join(f"{cell:>20}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
