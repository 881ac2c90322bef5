#!/usr/bin/env python3
"""Fails every call that a run makes on its folder, and ends the program before and after each; then looks at what is left.

    Tests/Durability/durability.py [--every N] [--scenario NAME] [DESCENT]

Each time one call fails (ENOSPC, EIO, EDQUOT, EINTR, once or from then on; a write that stops half-way), or the program is
killed right before or right after it. What the command says is compared with what is there, at once where it ends with 0.
Then the run goes on without a fault, by the command that a user would give, and last.h5, best.h5, history.csv and the figures
printed have to be those of an undisturbed run: the same state, the same predictions to the bit, the same numbers. Nothing of a
killed process may be left, and no file of anybody else touched. A table tells how often each call was failed, how often the
command said so, and how often the run came to be as it should be; anything else is printed and ends this with 1.

The calls are intercepted by a library (faults.c, built here with clang or cc) that is loaded before the program.
"""
import argparse
import collections
import concurrent.futures
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ERRORS = ["ENOSPC", "EIO", "EDQUOT", "EINTR", "ENOSPC+", "EIO+", "short"]
KILLS = ["before", "after"]
CONFIG = """\
name: tiny
data: { train: table.csv, validation: 0.25, test: test.csv, target: y }
model: [ dense: { units: 4, activation: tanh }, dense ]
optimizer: { momentum: { learning_rate: 0.05 } }
schedule: { piecewise: { boundaries: [3], rates: [0.05, 0.9] } }
batch_size: 8
epochs: 5
seed: 1
checkpoint: { keep: 1, best: 2 }
"""
DIVERGING = {"schedule": "{piecewise: {boundaries: [4], rates: [0.05, 1e30]}}", "checkpoint.every_epochs": "3"}


def table(rows, seed):
    lines = ["a,b,y"]
    for row in range(rows):
        a, b = ((row * 37 + seed) % 101) / 50 - 1, ((row * 53 + seed) % 97) / 48 - 1
        lines.append(f"{a},{b},{a - 2 * b + ((row * 29) % 13) / 20}")
    return "\n".join(lines) + "\n"


def kinds(call):
    """What can happen to a call. One that reads changes nothing, and is killed with the next."""
    if call == "read":
        return ["EIO", "EINTR", "EIO+"]
    return [kind for kind in ERRORS + KILLS if kind != "short" or call == "write"]


class Problem(Exception):
    """What is not as it should be."""


class Descent:
    """The program, in a folder with data of its own."""

    def __init__(self, program, library, place):
        self.program, self.library, self.place = program, library, place
        os.makedirs(place + "/runs")
        for name, text in [("table.csv", table(40, 1)), ("test.csv", table(16, 7)), ("config.yaml", CONFIG)]:
            with open(f"{place}/{name}", "w") as file:
                file.write(text)
        self.run_path = place + "/runs/run"

    def __call__(self, *arguments, fault=None, log=None):
        environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")
        if log:
            environment |= {"LD_PRELOAD": self.library, "FAULT_FOLDER": self.place + "/runs", "FAULT_LOG": log}
        if fault:
            environment["FAULT"] = fault
        return subprocess.run(
            [self.program, *arguments], cwd=self.place, env=environment, capture_output=True, text=True, timeout=120)

    # What is looked at.

    def state(self, name="run"):
        """All that has to agree with an undisturbed run."""
        run, found = f"{self.place}/runs/{name}", {}
        for file in ("last.h5", "best.h5"):
            if not os.path.exists(f"{run}/{file}"):
                found[file] = None
                continue
            facts = self.checked("inspect", f"{run}/{file}", "--verify", "--json")
            facts = json.loads(facts)
            found[file] = {key: facts[key] for key in ("position", "best") if key in facts}
            found[file]["predictions"] = self.checked("predict", f"{run}/{file}", "test.csv")
        with open(f"{run}/history.csv") as file:
            rows = list(csv.reader(file))
        timed = [rows[0].index(name) for name in ("seconds", "samples_per_second")]
        found["history.csv"] = [[cell for index, cell in enumerate(row) if index not in timed] for row in rows]
        return found

    def checked(self, *arguments):
        result = self(*arguments)
        if result.returncode:
            raise Problem(f"descent {' '.join(arguments)} ends with {result.returncode}: {result.stderr.strip()}")
        return result.stdout

    def leftovers(self):
        found = []
        for folder, folders, files in os.walk(self.place + "/runs"):
            found += [f"{folder}/{name}" for name in folders if name.startswith(".descent-")]
            found += [f"{folder}/{name}" for name in files if ".descent-tmp-" in name and name != "mine.descent-tmp-1-1"]
        return found


def said(result):
    """The last object of --json."""
    lines = result.stdout.splitlines()
    end = json.loads(lines[-1]) if lines else {}
    return end if end.get("event") == "finished" else {}


FIGURES = ("epochs", "steps", "best_epoch", "best_value", "best_monitor", "last", "best")


class Scenario:
    """A command that writes a run, how the place is made ready for it, and how it ends undisturbed."""

    def __init__(self, name, command, prepare=(), code=0, mine=False):
        self.name, self.command, self.prepare, self.code, self.mine = name, command, prepare, code, mine

    def make_ready(self, descent):
        shutil.rmtree(descent.place + "/runs")
        # Names of one file stay names of one file.
        subprocess.run(["cp", "-a", descent.place + "/ready-" + self.name, descent.place + "/runs"], check=True)

    def set_up(self, descent):
        for arguments in self.prepare:
            descent.checked(*arguments)
        if self.mine:
            for name in ("notes.txt", "checkpoints/mine.h5", "mine.descent-tmp-1-1"):
                with open(f"{descent.run_path}/{name}", "w") as file:
                    file.write("mine")
        if self.name == "mend":
            steps = sorted(int(name[:-3]) for name in os.listdir(descent.run_path + "/checkpoints"))
            for name in ("last.h5", "best.h5"):
                os.unlink(f"{descent.run_path}/{name}")
                os.link(f"{descent.run_path}/checkpoints/{steps[1]}.h5", f"{descent.run_path}/{name}")
            os.truncate(descent.run_path + "/history.csv", 100)
        self.old = descent.state() if self.name == "force" else None
        os.rename(descent.place + "/runs", f"{descent.place}/ready-{self.name}")
        os.makedirs(descent.place + "/runs")

    def undisturbed(self, descent):
        """The calls that it makes, and what it comes to."""
        self.make_ready(descent)
        log = descent.place + "/calls"
        result = descent(*self.command, "--json", log=log)
        if result.returncode != self.code:
            raise SystemExit(f"{self.name}: undisturbed it ends with {result.returncode}: {result.stderr}")
        with open(log) as file:
            calls = [line.split()[1:3] for line in file]
        os.unlink(log)
        self.reference, self.figures = descent.state(), said(result)
        return calls

    def attempt(self, descent, number, kind):
        """Returns the call that it was, whether anything was said, and what is wrong."""
        self.make_ready(descent)
        log = descent.place + "/calls"
        if os.path.exists(log):
            os.unlink(log)
        result = descent(*self.command, "--json", fault=f"{number}:{kind}", log=log)
        with open(log) as file:
            faulted = next((line.split()[1:3] for line in file if "*" in line), None)
        if faulted is None:
            return None
        call, path = faulted[0][1:], faulted[1]
        speaks = result.returncode != self.code or "warning:" in result.stderr
        try:
            self.judge(descent, result, kind)
        except Problem as problem:
            return call, speaks, f"{self.name}, call {number} ({call} {path}), {kind}: {problem}"
        except Exception as problem:
            return call, speaks, f"{self.name}, call {number} ({call} {path}), {kind}: {type(problem).__name__} {problem}"
        return call, speaks, None

    def judge(self, descent, result, kind):
        code = result.returncode
        if kind in KILLS:
            if code != -signal.SIGKILL:
                raise Problem(f"it ends with {code}, not killed")
        elif code == self.code:
            # What it says has to be so at once, unless it says that it is not.
            if "is lost" not in result.stderr:
                self.compare(descent.state(), "as it ends")
            if self.code == 0 and any(said(result).get(key) != self.figures[key] for key in FIGURES):
                raise Problem(f"it says {said(result)}")
        elif code not in (73, 74):
            raise Problem(f"it ends with {code}: {result.stderr.strip()}")
        elif not result.stderr.splitlines()[-1].startswith(("descent: ", "  ")):
            raise Problem(f"it says {result.stderr.strip()!r}")
        self.recover(descent)
        self.compare(descent.state(), "after all")
        if descent.leftovers():
            raise Problem(f"it leaves {descent.leftovers()}")
        if self.mine:
            for name in ("notes.txt", "checkpoints/mine.h5", "mine.descent-tmp-1-1"):
                with open(f"{descent.run_path}/{name}") as file:
                    if file.read() != "mine":
                        raise Problem(f"{name} is another")

    def recover(self, descent):
        """Goes on by the command that a user would give."""
        if self.name == "branch" and not os.path.exists(descent.run_path + "/checkpoints"):
            descent.checked(*self.command)
            return
        again = descent("resume", "runs/run", *self.resumption, "--json")
        if again.returncode in (65, 66) and ("no checkpoint yet" in again.stderr or "no such run" in again.stderr
                                             or "no Descent run" in again.stderr):
            again = descent(*self.command, "--json")
        if again.returncode != self.code:
            raise Problem(f"going on ends with {again.returncode}: {again.stderr.strip()}")
        if self.name == "force" and descent.state() == self.old:
            # It has not come to the replacement.
            descent.checked(*self.command)
            return
        if self.code:
            return
        end = said(again)
        if any(end.get(key) != self.figures[key] for key in FIGURES if key != "test"):
            raise Problem(f"going on says {end}")

    @property
    def resumption(self):
        return [self.command[index:index + 2] for index in range(len(self.command))
                if self.command[index] == "--epochs"][0] if "--epochs" in self.command else []

    def compare(self, found, when):
        for name, wanted in self.reference.items():
            if found[name] != wanted:
                raise Problem(f"{name} differs {when}: {str(found[name])[:300]} for {str(wanted)[:300]}")


def scenarios():
    train = ("train", "config.yaml", "--output", "runs/run")
    short = (*train, "--epochs", "3")
    diverging = [part for key, value in DIVERGING.items() for part in ("--set", f"{key}={value}")]
    return [
        Scenario("train", train),
        Scenario("resume", ("resume", "runs/run", "--epochs", "5"), [short]),
        Scenario("force", (*train, "--force"), [(*short, "--seed", "9")], mine=True),
        Scenario("branch", ("resume", "runs/old/last.h5", "--epochs", "5", "--output", "runs/run"),
                 [("train", "config.yaml", "--output", "runs/old", "--epochs", "4")]),
        Scenario("mend", ("resume", "runs/run"), [train]),
        Scenario("diverge", (*train, *diverging), code=75),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("descent", nargs="?", default=HERE + "/../../.build/release/descent")
    parser.add_argument("--every", type=int, default=1, help="fail only every n-th call, in turn with the kinds of fault")
    parser.add_argument("--scenario", action="append", help="only this one; may be repeated")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.descent)
    # A disk in memory: power is not cut here, and syncing takes most of the time.
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=base, prefix="descent-durability-") as work:
        library = work + "/faults.so"
        compiler = shutil.which("clang") or "cc"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, HERE + "/faults.c", "-ldl"], check=True)
        workers = os.cpu_count() or 1
        counts = collections.defaultdict(collections.Counter)
        problems = []
        for scenario in scenarios():
            if arguments.scenario and scenario.name not in arguments.scenario:
                continue
            places = [Descent(program, library, f"{work}/{scenario.name}-{index}") for index in range(workers)]
            for place in places:
                scenario.set_up(place)
            calls = scenario.undisturbed(places[0])
            tasks = [(number, kind) for number, (call, *_) in enumerate(calls) for kind in kinds(call)]
            tasks = tasks[::arguments.every]
            print(f"{scenario.name}: {len(calls)} calls, {len(tasks)} attempts", file=sys.stderr, flush=True)

            def work_through(place):
                return [(scenario.attempt(place, *task), task[1]) for task in tasks[places.index(place)::workers]]

            with concurrent.futures.ThreadPoolExecutor(workers) as pool:
                for outcome, kind in (entry for entries in pool.map(work_through, places) for entry in entries):
                    if outcome is None:
                        continue
                    call, speaks, problem = outcome
                    count = counts[call, kind]
                    count["tried"] += 1
                    count["said"] += speaks
                    count["recovered"] += problem is None
                    if problem:
                        problems.append(problem)
                        print("  " + problem, file=sys.stderr, flush=True)
    report(counts)
    total = sum((counts[key] for key in counts), collections.Counter())
    print(f"{total['tried']} tried, {total['recovered']} recovered, {len(problems)} not as they should be")
    sys.exit(1 if problems else 0)


def report(counts):
    columns = ERRORS + KILLS
    print("| call | " + " | ".join(columns) + " |\n| --- |" + " --- |" * len(columns))
    for call in sorted({call for call, _ in counts}):
        cells = []
        for kind in columns:
            count = counts.get((call, kind))
            cells.append(f"{count['tried']} / {count['recovered']} / {count['said']}" if count else "")
        print(f"| {call} | " + " | ".join(cells) + " |")
    print("\ntried / recovered / said")


if __name__ == "__main__":
    main()
