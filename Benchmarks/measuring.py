"""What the benchmark scripts share: pinning, taking turns, running measurements, and tables."""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "Benchmarks/.build/release"
DATA = Path("/usr/share/datasets/fashion-mnist")
# Settings with which a library does not use what the processor has.
RESTRICTIONS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MKL_ENABLE_INSTRUCTIONS", "ONEDNN_MAX_CPU_ISA")


class Failed(Exception):
    """A measurement that gave no result, with the reason."""


def cores():
    """Returns the cores that this process may use, in order."""
    return sorted(os.sched_getaffinity(0))


def pin(threads):
    """Restricts this process to as many cores as it has threads, and libraries to as many threads."""
    if threads > len(cores()):
        sys.exit(f"{threads} threads asked for, but only {len(cores())} cores may be used")
    os.sched_setaffinity(0, cores()[:threads])


def environment(threads):
    """Returns an environment in which numeric libraries use so many threads, and the kernels that they find best."""
    names = ("OMP", "MKL", "OPENBLAS", "NUMEXPR")
    kept = {name: value for name, value in os.environ.items() if name not in RESTRICTIONS}
    return {**kept, **{f"{name}_NUM_THREADS": str(threads) for name in names}}


def measured(command, threads, timeout=600):
    """Runs a measurement pinned to as many cores as it has threads; returns the JSON of its last line."""
    command = [str(part) for part in command]
    if not Path(command[0]).exists():
        raise Failed(f"there is no {command[0]}: build it with swift build -c release in Benchmarks")
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=timeout,
            env=environment(threads), preexec_fn=lambda: pin(threads),
        )  # fmt: skip
        if done.returncode == 0:
            return json.loads(done.stdout.splitlines()[-1])
        reason = done.stderr.strip()[-300:] or f"exit status {done.returncode}"
    except (OSError, ValueError, IndexError, subprocess.SubprocessError) as error:
        reason = str(error)
    raise Failed(f"{Path(command[0]).name} failed: {reason}")


def numbers_of(text):
    """Splits a comma-separated list of positive integers."""
    numbers = [int(item) for item in text.split(",") if item]
    if not numbers or min(numbers) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of positive integers")
    return numbers


class StepMemory:
    """The memory that this process takes beyond what it holds when this is made."""

    def __init__(self):
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")
        self.held = self.status("VmRSS")

    @staticmethod
    def status(name):
        """Returns a figure of the process, in bytes."""
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith(name + ":"))

    def peak(self):
        """Returns the most that there has been at once."""
        return self.status("VmHWM") - self.held


def turns(names, number):
    """Returns the names in the order of a round: another begins each time, so that none always follows the same one."""
    first = number % len(names)
    return names[first:] + names[:first]


def ratio(ours, theirs):
    """Returns the median over the rounds of the quotient of two contestants' results."""
    return statistics.median(a / b for a, b in zip(ours, theirs))


def processor():
    """Returns the processor's name as the system gives it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"


def table(headings, rows, texts=1):
    """Returns a Markdown table, whose first so many columns are texts and whose others are numbers."""
    rule = ["---"] * texts + ["---:"] * (len(headings) - texts)
    lines = [f"| {' | '.join(map(str, row))} |" for row in (headings, rule, *rows)]
    return "\n".join(lines)


class Progress:
    """Measurements, each in a file as soon as it is made, so that a run that was interrupted can be continued."""

    def __init__(self, path, settings, entries=()):
        self.path, self.settings, self.entries = path, settings, list(entries)

    @classmethod
    def load(cls, path):
        """Reads what an earlier run has saved."""
        try:
            saved = json.loads(path.read_text())
            return cls(path, saved["settings"], saved["entries"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            sys.exit(f"{path} holds no progress of an earlier run: {error}")

    def find(self, **key):
        """Returns the measurements of a key, in the order in which they were made."""
        return [entry for entry in self.entries if key.items() <= entry.items()]

    def measure(self, key, measurement):
        """Makes a measurement, unless it has been made, and saves it; a failure is told and not saved."""
        if self.find(**key):
            return
        try:
            entry = {**measurement(), **key}
        except Failed as error:
            print(f"{key}: {error}", file=sys.stderr)
            return
        self.entries.append(entry)
        temporary = self.path.with_suffix(".part")
        temporary.write_text(json.dumps({"settings": self.settings, "entries": self.entries}, indent=0))
        temporary.replace(self.path)
