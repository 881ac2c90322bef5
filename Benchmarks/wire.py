"""Measures training on two hosts of one core each, between which so many bits a second pass, beside what a model on paper says.

    python wire.py DESCENT [--rates 1,10] [--cells 2048-2048:512:sgd,cnn:128:adam] [--rounds N]

The hosts are network namespaces of one machine, joined by a pair of virtual devices each of which a token bucket (`tc`) slows down;
it takes root. A round trains on one rank alone and then on two at each rate, the time of an epoch being that of its steps, after
the first one. Beside the medians stands the interval of the page "on a cluster": a step of t seconds on one rank, of a network with n
parameters, takes two ranks between max(t/2, t/6 + 4n/B) and t/2 + 4n/B, where B is the bytes a second.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import ranks
from measuring import ROOT, cores

sys.path.insert(0, str(ROOT / "Tests/Ranks"))
from check_ranks import Hosts  # noqa: E402

PARAMETERS = {"2048-2048": 5_824_522, "cnn": 421_642}


def slow(gigabits):
    """Lets so many gigabits a second out of each host."""
    for number, name in enumerate(Hosts.names, 1):
        # What a bucket holds has to last for a tick of the slowest clock, a hundredth of a second.
        bucket = int(gigabits * 1e9 / 8 / 100)
        subprocess.run(
            ["ip", "netns", "exec", name, "tc", "qdisc", "replace", "dev", f"descent-{number}", "root", "tbf", "rate",
             f"{gigabits}gbit", "burst", str(bucket), "latency", "50ms"], check=True)  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="DESCENT")
    parser.add_argument("--rates", default="1,10", help="gigabits a second")
    parser.add_argument("--cells", default="2048-2048:512:sgd,2048-2048:2048:sgd,cnn:128:adam", help="network:batch:optimizer")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    os.sched_setaffinity(0, cores()[:2])
    program = Path(options.program).resolve()
    rates = [float(rate) for rate in options.rates.split(",")]
    print("ms a step: network, batch | one rank | Gbit/s, two ranks (times as fast; on paper)")
    for cell in options.cells.split(","):
        network, batch, optimizer = cell.split(":")
        batch = int(batch)
        with tempfile.TemporaryDirectory() as folder, Hosts(folder) as launchers:
            # A rank on each host.
            ranks.LAUNCHERS.update(hosts=[word.replace(":2", ":1") for word in launchers["Open MPI"]])
            source, rows = np.random.default_rng(1), 16 * batch
            shape = (rows, ranks.SIDE, ranks.SIDE, 1) if network == "cnn" else (rows, ranks.SIDE**2)
            np.save(f"{folder}/x.npy", source.random(shape, dtype=np.float32))
            np.save(f"{folder}/y.npy", source.integers(0, ranks.CLASSES, rows))
            Path(f"{folder}/config.yaml").write_text(ranks.config(network, folder, batch, optimizer), encoding="utf-8")
            alone, together = [], {rate: [] for rate in rates}
            for _ in range(options.rounds):
                alone.append(batch / ranks.descent(program, None, folder, options.epochs, threads=1))
                for rate in rates:
                    slow(rate)
                    together[rate].append(batch / ranks.descent(program, "hosts", folder, options.epochs))
        step = statistics.median(alone)
        cells = []
        for rate, found in together.items():
            wire = 4 * PARAMETERS[network] / (rate * 1e9 / 8)
            best, worst = max(step / 2, step / 6 + wire), step / 2 + wire
            found = statistics.median(found)
            cells.append(
                f"{rate:g}: {found * 1e3:.1f} ({step / found:.2f}; {best * 1e3:.1f} to {worst * 1e3:.1f})")
        print(f"{network}, {batch}, {optimizer} | {step * 1e3:.1f} | " + " | ".join(cells), flush=True)


if __name__ == "__main__":
    main()
