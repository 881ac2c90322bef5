#!/usr/bin/env python3
"""Trains with real launchers: the same bits on any number of ranks, and an end in good order whatever becomes of one of them.

    Tests/Ranks/check_ranks.py [--kills N] [--only PART] [DESCENT]

The launchers are those of Debian's packages openmpi-bin and mpich, side by side, and slurm-wlm. Parts:

    bits      1 to 4 and 8 ranks come to one digest: dense with batch statistics, dropout, clipping by norm, class weights, a plateau and
              early stopping; convolutional; large layers, whose gradients go in parts; and what fewer rows than groups make of a last batch
    alike     evaluate, predict and find-rate come to the same, once, whoever shares the rows
    resume    interrupted on 4 ranks by a signal to any of them, gone on with on 1 and on 3
    refusals  what does not fit is said once, with an exit code
    memory    a rank that does not keep the run has its part of the optimizer's memory, in a new run and in one that goes on
    kills     kill -9 of a rank at random instants: every rank ends, leaves no file behind, and what is saved goes on to the same bits
    hang      a rank that stands still is noticed after the limit that is set
    hosts     the same over TCP between network namespaces, where this is root and may make some
    slurm     the same under srun, and by mpirun within a job; what ends a job; and a srun that joins nobody

A run's digest is over its history but for times, and over the bits of all weights, of last.h5 and of best.h5.
"""
import argparse
import csv
import hashlib
import json
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import slurm

LAUNCHERS = {
    "Open MPI": ["mpirun.openmpi", "--oversubscribe", "--bind-to", "none"]
    + (["--allow-run-as-root"] if os.getuid() == 0 else []),
    "MPICH": ["mpirun.mpich"],
}
DENSE = """\
name: dense
data: { train: table.csv, validation: 0.25, test: test.csv, target: kind, scale: standard }
model:
  - dense: { units: 300, activation: relu }
  - batch_normalization
  - dropout: 0.2
  - dense: { units: 20, activation: tanh }
  - dense: { activation: softmax }
optimizer: { adam: { learning_rate: 0.01, global_clip_norm: 0.5 } }
schedule: { reduce_on_plateau: { patience: 1, factor: 0.5 } }
metrics: [accuracy, log_loss]
class_weights: balanced
early_stopping: { patience: 3 }
batch_size: 37
epochs: 12
seed: 3
groups: 4
"""
CONVOLUTIONAL = """\
name: convolutional
data: { train: table.csv, validation: 0.25, test: test.csv, target: kind, scale: standard }
model:
  - reshape: [6, 6, 1]
  - conv2d: { filters: 6, kernel_size: 3, padding: same }
  - batch_normalization
  - activation: relu
  - max_pooling2d: 2
  - conv2d: { filters: 5, kernel_size: 2, activation: relu }
  - dropout: 0.1
  - flatten
  - dense: { activation: softmax }
optimizer: { momentum: { learning_rate: 0.05, clip_norm: 1.0, use_ema: true } }
batch_size: 33
epochs: 3
seed: 5
groups: 4
"""
FEW_ROWS = DENSE.replace("batch_size: 37", "batch_size: 32").replace("table.csv", "few.csv").replace("epochs: 12", "epochs: 3")
LARGE = """\
name: large
data: { train: table.csv, validation: 0.25, test: test.csv, target: kind, scale: standard }
model:
  - dense: { units: 620, activation: relu }
  - batch_normalization
  - dense: { units: 620, activation: relu }
  - dense: { activation: softmax }
optimizer: { adam: { learning_rate: 0.001 } }
batch_size: 64
epochs: 2
seed: 7
groups: 8
"""
MEMORY = """\
name: memory
data: { train: few.csv, target: kind, scale: standard }
model:
  - dense: { units: 3000, activation: relu }
  - dense: { units: 3000, activation: relu }
  - dense: { units: 3000, activation: relu }
  - dense: { activation: softmax }
optimizer: { gradient_descent: { learning_rate: 0.001 } }
batch_size: 32
epochs: 1
seed: 3
groups: 4
"""
# Runs of some seconds, so that they are under way when a rank is killed: few parameters are sent, many are read where they stand.
LONG = {
    "long": DENSE.replace("epochs: 12", "epochs: 150").replace("early_stopping: { patience: 3 }", "early_stopping: { patience: 150 }"),
    "long-large": LARGE.replace("epochs: 2", "epochs: 30"),
}
CONFIGS = {"dense": DENSE, "convolutional": CONVOLUTIONAL, "few": FEW_ROWS, "large": LARGE}
# Numbers of ranks on which they are tried.
COUNTS = {"dense": (2, 3, 4), "convolutional": (2, 3, 4), "few": (2, 4), "large": (2, 3, 8)}


class Problem(Exception):
    """What is not as it should be."""


def require(is_so, what, *facts):
    if not is_so:
        raise Problem("\n".join([what, *map(str, facts)]))


def table(rows, seed):
    """Rows of 36 numbers in three kinds, of which one is rare."""
    source = random.Random(seed)
    lines = [",".join([f"x{column}" for column in range(36)] + ["kind"])]
    for _ in range(rows):
        kind = source.choices([0, 1, 2], [5, 3, 1])[0]
        values = [source.gauss(0, 1) + (kind if column % 3 == kind else 0) * 0.7 for column in range(36)]
        lines.append(",".join([f"{value:.4f}" for value in values] + ["abc"[kind]]))
    return "\n".join(lines) + "\n"


class Ranks:
    """The program, under launchers, in a folder with data of its own."""

    def __init__(self, program, place):
        self.program, self.place = os.path.abspath(program), place
        # 385 training rows of which the last batch has 15; and 34, of which it has 2 for 4 groups.
        for name, rows, seed in [("table.csv", 513, 1), ("test.csv", 60, 2), ("few.csv", 45, 3)]:
            self.write(name, table(rows, seed))
        for name, text in [*CONFIGS.items(), *LONG.items()]:
            self.write(f"{name}.yaml", text)

    def write(self, name, text):
        with open(f"{self.place}/{name}", "w") as file:
            file.write(text)

    def command(self, launcher, ranks, *arguments):
        """- launcher: its name, the words of another one's command, or nothing."""
        arguments = [self.program, *map(str, arguments)]
        words = LAUNCHERS[launcher] if isinstance(launcher, str) else launcher
        return [*words, "-n", str(ranks), *arguments] if words else arguments

    def start(self, launcher, ranks, *arguments, **environment):
        return subprocess.Popen(
            self.command(launcher, ranks, *arguments), cwd=self.place, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ, SWIFT_BACKTRACE="enable=no", **environment))

    def __call__(self, launcher, ranks, *arguments, **environment):
        process = self.start(launcher, ranks, *arguments, **environment)
        try:
            out, err = process.communicate(timeout=240)
        except subprocess.TimeoutExpired:
            kill_all(process)
            raise Problem(f"{launcher}, {ranks} ranks, {arguments}: no end after four minutes")
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def checked(self, launcher, ranks, *arguments, **environment):
        result = self(launcher, ranks, *arguments, **environment)
        require(result.returncode == 0, f"{result.args} ends with {result.returncode}", result.stderr)
        return result

    def digest(self, run):
        digest = hashlib.sha256()
        for file in ("last.h5", "best.h5"):
            weights = f"{self.place}/weights.safetensors"
            self.checked(None, 1, "export", f"{run}/{file}", weights, "--force")
            with open(weights, "rb") as stream:
                digest.update(stream.read())
        with open(f"{self.place}/{run}/history.csv") as stream:
            rows = list(csv.reader(stream))
        timed = [rows[0].index(name) for name in ("seconds", "samples_per_second")]
        for row in rows:
            digest.update(",".join(cell for index, cell in enumerate(row) if index not in timed).encode())
        return digest.hexdigest()[:16]

    def alone(self, config):
        """The digest that everything is to come to."""
        run = f"runs/{config}-alone"
        if not os.path.exists(f"{self.place}/{run}"):
            self.checked(None, 1, "train", f"{config}.yaml", "--output", run, "--threads", 2, "--quiet")
        return self.digest(run)


def processes(launcher):
    """The ranks that a launcher has started and that are there, by their numbers."""
    parents, found = {}, {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
                if fields[0] != "Z":
                    parents[int(entry)] = int(fields[1])
            except OSError:
                pass
    for process in parents:
        ancestor = process
        while ancestor in parents and ancestor != launcher.pid:
            ancestor = parents[ancestor]
        if ancestor != launcher.pid:
            continue
        try:
            with open(f"/proc/{process}/environ", "rb") as file:
                variables = dict(part.split(b"=", 1) for part in file.read().split(b"\0") if b"=" in part)
        except OSError:
            continue
        rank = variables.get(b"OMPI_COMM_WORLD_RANK", variables.get(b"PMI_RANK"))
        if rank is not None:
            found[int(rank)] = process
    return found


def kill_all(process):
    for rank in processes(process).values():
        os.kill(rank, signal.SIGKILL)
    process.kill()
    process.wait()


def finished(result):
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("event") == "finished"], lines


# The parts.

def bits(ranks):
    for config in CONFIGS:
        expected = ranks.alone(config)
        for launcher in LAUNCHERS:
            for count in COUNTS[config]:
                run = f"runs/{config}-{launcher[0]}{count}"
                result = ranks.checked(
                    launcher, count, "train", f"{config}.yaml", "--output", run, "--threads", 1 + count % 2, "--json")
                ends, lines = finished(result)
                require(len(ends) == 1, f"{len(ends)} ends of one run", result.stdout)
                require(result.stderr.count("the run is in") == 1, "it is told other than once", result.stderr)
                found = ranks.digest(run)
                require(found == expected, f"{config}, {launcher}, {count} ranks: {found}, alone {expected}")
        print(f"  {config}: {expected} on 1, {', '.join(map(str, COUNTS[config]))} ranks")
    # Where nobody names groups, there are as many as ranks, rounded up; a process alone comes to the same with them.
    ranks.write("plain.yaml", DENSE.replace("groups: 4\n", "").replace("epochs: 12", "epochs: 2"))
    result = ranks.checked("MPICH", 3, "train", "plain.yaml", "--output", "runs/plain-3")
    require("groups is set to 4" in result.stderr, "groups are set in silence", result.stderr)
    ranks.checked(None, 1, "train", "plain.yaml", "--output", "runs/plain-1", "--set", "groups=4", "--quiet")
    require(ranks.digest("runs/plain-3") == ranks.digest("runs/plain-1"), "groups that were set give other bits")


def interrupted(ranks, launcher, count, stop, run, lines=2):
    """A run that is stopped after so many epochs, by a signal to one rank or otherwise."""
    process = ranks.start(
        launcher, count, "train", "dense.yaml", "--output", run, "--threads", 1, "--json",
        "--set", "epochs=400", "--set", "early_stopping.patience=400")
    for _ in range(lines):
        process.stdout.readline()
    stop(process)
    out, err = process.communicate(timeout=120)
    require(process.returncode in (130, 143), f"a run that was asked to stop ends with {process.returncode}", err)
    require('"reason":"interrupted"' in out, "a run that was asked to stop says nothing of it", out, err)


def resume(ranks):
    for number, launcher in enumerate(LAUNCHERS):
        for rank in (0, 2):
            run = f"runs/interrupted-{number}{rank}"
            interrupted(ranks, launcher, 4, lambda process: os.kill(processes(process)[rank], signal.SIGTERM), run)
            done, digest = gone_on_with(ranks, launcher, run)
            print(f"  {launcher}: a signal to rank {rank} in epoch {done + 1}, gone on with on 1 and 3 ranks: {digest}")


def gone_on_with(ranks, launcher, run):
    """Requires that an interrupted run comes to the same, whoever goes on with it; says how far it was, and the digest."""
    done = int(json.loads(ranks.checked(None, 1, "inspect", f"{run}/last.h5", "--json").stdout)["position"]["epoch"])
    epochs = done + 3
    for folder in ("-1", "-3"):
        shutil.copytree(f"{ranks.place}/{run}", f"{ranks.place}/{run}{folder}")
    options = ["--epochs", epochs, "--threads", 1, "--quiet"]
    ranks.checked(None, 1, "resume", f"{run}-1", *options)
    ranks.checked(launcher, 3, "resume", f"{run}-3", *options)
    ranks.checked(
        None, 1, "train", "dense.yaml", "--output", f"{run}-whole", "--quiet", "--set", "epochs=400", "--set",
        "early_stopping.patience=400", "--set", "schedule.reduce_on_plateau.patience=1", "--epochs", epochs)
    digests = [ranks.digest(f"{run}{folder}") for folder in ("-1", "-3", "-whole")]
    require(len(set(digests)) == 1, f"{launcher}, {run}: {digests}")
    return done, digests[0]


def alike(ranks):
    ranks.alone("dense")
    model = "runs/dense-alone/best.h5"
    commands = {
        "evaluate": ["evaluate", model, "--json"],
        "predict": ["predict", model, "test.csv", "--probabilities"],
        "find-rate": ["find-rate", "few.yaml", "--json"],
    }
    for name, command in commands.items():
        expected = ranks.checked(None, 1, *command).stdout
        for launcher in LAUNCHERS:
            for count in (2, 3):
                result = ranks.checked(launcher, count, *command)
                require(result.stdout == expected, f"{launcher}, {count} ranks: {name} says otherwise", result.stdout, expected)
        print(f"  {name}: the same on 1 to 3 ranks")
    for launcher in LAUNCHERS:
        refused(ranks(launcher, 2, "evaluate", "missing.h5"), 66, "missing.h5")
        refused(ranks(launcher, 2, "predict", model, "missing.csv"), 66, "missing.csv")
        ranks.checked(launcher, 2, "predict", model, "test.csv", "--output", f"{launcher[0]}.csv")
        refused(ranks(launcher, 2, "predict", model, "test.csv", "--output", f"{launcher[0]}.csv"), 73, "--force")


def refused(result, code, *words, before=False):
    """- before: whether ranks have not met by then. MPICH's launcher does not end the others of which one has ended."""
    require(result.returncode == code, f"{result.args} ends with {result.returncode}, not {code}", result.stderr)
    for word in words:
        require(word in result.stderr, f"{result.args} does not say {word!r}", result.stderr)
    said = [line for line in result.stderr.splitlines() if line.startswith("descent: ")]
    require(said and (len(said) == 1 or before and "mpirun.mpich" in result.args), f"{result.args} says it {len(said)} times", result.stderr)


def refusals(ranks):
    ranks.write("wrong.yaml", DENSE.replace("batch_size", "batch_sise"))
    libraries = {"Open MPI": "libmpi.so.40", "MPICH": "libmpich.so.12"}
    for launcher in LAUNCHERS:
        other = next(name for name in LAUNCHERS if name != launcher)
        refused(ranks(launcher, 3, "train", "wrong.yaml"), 65, "batch_sise", "batch_size")
        refused(ranks(launcher, 2, "train", "missing.yaml"), 66, "missing.yaml")
        refused(ranks(launcher, 2, "train", "dense.yaml", "--epochs", "no"), 64, "--epochs", before=True)
        refused(ranks(launcher, 2, "train", "dense.yaml", DESCENT_MPI=libraries[other]), 64, other, before=True)
        nowhere = "/nowhere/libmpi.so"
        refused(ranks(launcher, 2, "train", "dense.yaml", DESCENT_MPI=nowhere), 64, nowhere, before=True)
        few = ranks(launcher, 3, "train", "dense.yaml", "--set", "groups=2", "--output", "runs/few")
        refused(few, 65, "groups: it is 2, and 3 ranks")
    # Each with a command of its own: as far as these launchers go, other arguments, files and kernels.
    for launcher, name in [("MPICH", "-env"), ("Open MPI", "-x")]:
        def parts(*commands):
            whole = [*LAUNCHERS[launcher]]
            for number, (variables, arguments) in enumerate(commands):
                whole += [":"] if number else []
                whole += ["-n", "1"]
                for variable, value in variables.items():
                    whole += [name, variable, value] if name == "-env" else [name, f"{variable}={value}"]
                whole += [ranks.program, *arguments]
            return subprocess.run(whole, cwd=ranks.place, capture_output=True, text=True, timeout=120)
        train = ["train", "dense.yaml"]
        refused(parts(({}, train), ({}, train + ["--seed", "4"])), 64, "rank 1 of 2", "another command line")
        refused(parts(({}, train), ({"DESCENT_KERNELS": "baseline"}, train)), 64, "rank 1 of 2", "another kernel set", "baseline")
    print("  each once, with its exit code")


def peaks(ranks, launcher, count, *arguments):
    """The most kibibytes that each rank has had in memory at once."""
    process, found, most = ranks.start(launcher, count, *arguments), {}, {}
    while process.poll() is None:
        if len(found) < count:
            found = processes(process) if launcher else {0: process.pid}
        for rank, number in found.items():
            try:
                with open(f"/proc/{number}/status") as file:
                    most[rank] = next((int(line.split()[1]) for line in file if line.startswith("VmHWM:")), most.get(rank, 0))
            except OSError:
                pass
        time.sleep(0.01)
    out, err = process.communicate()
    require(process.returncode == 0, f"{process.args} ends with {process.returncode}", err)
    require(len(most) == count, f"{len(most)} of {count} ranks have been seen", err)
    return most


def memory(ranks):
    ranks.write("memory.yaml", MEMORY)
    ranks.write("memory-slots.yaml", MEMORY.replace("gradient_descent: { learning_rate: 0.001 }", "adam: { learning_rate: 0.001, amsgrad: true }"))
    # Three floats for every weight, 217 MB.
    whole, count = 3 * 4 * (36 * 3000 + 2 * 3000 * 3000 + 3 * 3000) / 1024, 4

    def trained(launcher, ranks_there, config, number=0):
        run = f"runs/{config}-{(launcher or 'alone')[0]}"
        options = ["--threads", 1, "--quiet"]
        if number:
            return peaks(ranks, launcher, ranks_there, "resume", run, "--epochs", number, *options)
        return peaks(ranks, launcher, ranks_there, "train", f"{config}.yaml", "--output", run, *options)

    alone = trained(None, 1, "memory-slots")[0] - trained(None, 1, "memory")[0]
    require(alone > 0.9 * whole, f"the optimizer of a process alone has {alone} kibibytes instead of {whole:.0f}")
    for launcher in LAUNCHERS:
        for number in (0, 2):
            plain, slots = (trained(launcher, count, config, number) for config in ("memory", "memory-slots"))
            most = max(slots[rank] - plain[rank] for rank in range(1, count))
            # A quarter of it is theirs.
            require(most < 0.5 * whole, f"{launcher}: a rank's optimizer has {most} kibibytes of {whole:.0f}")
            print(f"  {launcher}, {'resumed' if number else 'begun'}: {most / 1024:.0f} MB of {whole / 1024:.0f} on a rank of {count}")
        for config in ("memory", "memory-slots"):
            shutil.rmtree(f"{ranks.place}/runs/{config}-{launcher[0]}")


def kills(ranks, count, seed=1):
    source, ends = random.Random(seed), {}
    temporary = f"{ranks.place}/temporary"
    os.makedirs(temporary, exist_ok=True)
    for number in range(count):
        config = list(LONG)[number % 2]
        expected = ranks.alone(config)
        launcher = source.choice(list(LAUNCHERS))
        size = source.choice([2, 3, 4])
        run = f"runs/killed-{number}"
        process = ranks.start(
            launcher, size, "train", f"{config}.yaml", "--output", run, "--threads", 1, "--rank-timeout", 60, TMPDIR=temporary)
        time.sleep(source.uniform(0.2, 1.8))
        victim, there = source.randrange(size), processes(process)
        if victim in there:
            os.kill(there[victim], signal.SIGKILL)
        killed = time.monotonic()
        try:
            out, err = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            left = processes(process)
            states = {rank: open(f"/proc/{left[rank]}/status").read().split("State:")[1].split("\n")[0] for rank in left}
            kill_all(process)
            out, err = process.communicate()
            raise Problem(f"{launcher}, {size} ranks: no end a minute after rank {victim} was killed, in {there}; left {states}\n{err}")
        seconds = time.monotonic() - killed
        ends[process.returncode] = ends.get(process.returncode, 0) + 1
        require(process.returncode != 0 or victim not in there or seconds < 60, "a killed run ends well", err)
        left = processes(process)
        require(not left, f"ranks are left: {left}")
        files = [name for name in os.listdir(temporary) if name.startswith("descent")]
        require(not files, f"files are left: {files}")
        if os.path.exists(f"{ranks.place}/{run}/last.h5"):
            ranks.checked(None, 1, "resume", run, "--quiet")
        else:
            shutil.rmtree(f"{ranks.place}/{run}", ignore_errors=True)
            ranks.checked(None, 1, "train", f"{config}.yaml", "--output", run, "--quiet")
        found = ranks.digest(run)
        require(found == expected, f"{launcher}, {size} ranks, rank {victim} killed: {found}, alone {expected}", err)
        shutil.rmtree(f"{ranks.place}/{run}")
    print(f"  {count} kills; exit codes {dict(sorted(ends.items()))}")


def hang(ranks):
    for launcher in LAUNCHERS:
        for victim in (0, 1):
            run = f"runs/hung-{launcher[0]}{victim}"
            process = ranks.start(
                launcher, 3, "train", "dense.yaml", "--output", run, "--threads", 1, "--json", "--rank-timeout", 3,
                "--set", "epochs=4000", "--set", "early_stopping.patience=4000")
            for _ in range(2):
                process.stdout.readline()
            there = processes(process)
            os.kill(there[victim], signal.SIGSTOP)
            stopped = time.monotonic()
            while len(processes(process)) > 1 and process.poll() is None and time.monotonic() - stopped < 60:
                time.sleep(0.1)
            seconds = time.monotonic() - stopped
            # Whoever stands still answers nobody, the launcher included.
            if victim in processes(process):
                os.kill(there[victim], signal.SIGKILL)
            out, err = process.communicate(timeout=60)
            require(seconds < 40, f"{launcher}: rank {victim} stood still, and was waited for {seconds:.0f} s", err)
            require(f"rank {victim} of 3" in err and "gave no sign for" in err, "nobody says who stood still", err)
            require(process.returncode != 0, "a hung run ends well", err)
            print(f"  {launcher}: rank {victim} stood still, the others ended after {seconds:.1f} s")


class Hosts:
    """Two hosts of names of their own, as network namespaces that a pair of virtual devices joins."""

    # On a host of one name, ranks would read each other's memory.
    names, agent = ["descent-rank-1", "descent-rank-2"], """\
#!/bin/sh
# A shell on another host, as ssh is: its options, the host, and a command.
while case $1 in -*) true;; *) false;; esac; do shift; done
host=$1; shift
name=descent-rank-${host##*.}
exec ip netns exec $name unshare --uts /bin/sh -c "hostname $name && $*"
"""

    def __init__(self, place):
        self.shell = f"{place}/shell"
        with open(self.shell, "w") as file:
            file.write(self.agent)
        os.chmod(self.shell, 0o755)

    def __enter__(self):
        def ip(*words):
            subprocess.run(["ip", *words], check=True)
        # A check that was killed leaves them behind.
        left = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout.split()
        for name in self.names:
            if name in left:
                ip("netns", "delete", name)
            ip("netns", "add", name)
        ip("link", "add", "descent-1", "netns", self.names[0], "type", "veth", "peer", "name", "descent-2", "netns", self.names[1])
        for number, name in enumerate(self.names, 1):
            ip("-n", name, "addr", "add", f"10.87.0.{number}/24", "dev", f"descent-{number}")
            for device in (f"descent-{number}", "lo"):
                ip("-n", name, "link", "set", device, "up")
        first = ["ip", "netns", "exec", self.names[0], "unshare", "--uts", "/bin/sh", "-c", f'hostname {self.names[0]} && exec "$@"', "sh"]
        both = "10.87.0.1:2,10.87.0.2:2"
        tcp = ["--mca", "btl", "tcp,self", "--mca", "pml", "ob1"]
        for part in ("btl_tcp", "oob_tcp"):
            tcp += ["--mca", f"{part}_if_include", "10.87.0.0/24"]
        return {
            "Open MPI": [*first, *LAUNCHERS["Open MPI"], "--mca", "plm_rsh_agent", self.shell, *tcp, "-H", both],
            "MPICH": [
                *first, "env", "UCX_TLS=tcp,self", "FI_PROVIDER=tcp", *LAUNCHERS["MPICH"], "-launcher", "ssh", "-launcher-exec",
                self.shell, "-hosts", both],
        }

    def __exit__(self, *error):
        for name in self.names:
            subprocess.run(["ip", "netns", "delete", name], check=False)


def hosts(ranks):
    expected = {config: ranks.alone(config) for config in ("dense", "convolutional")}
    with Hosts(ranks.place) as commands:
        near = dict(LAUNCHERS)
        LAUNCHERS.update(commands)
        try:
            for launcher in LAUNCHERS:
                for config, digest in expected.items():
                    run = f"runs/hosts-{config}-{launcher[0]}"
                    result = ranks(launcher, 4, "train", f"{config}.yaml", "--output", run, "--threads", 1)
                    # MPICH 4.0 over UCX has been seen to let nobody out of MPI_Finalize. Ranks then end by themselves, for which
                    # its launcher has codes of its own; the run is whole all the same, and says that it has finished.
                    held = launcher == "MPICH" and result.returncode in (9, 255) and "finished" in result.stderr
                    require(held or result.returncode == 0, f"{result.args} ends with {result.returncode}", result.stderr)
                    if held:
                        print(f"  {launcher}, {config}: the run had finished, and the library did not let its ranks go")
                    found = ranks.digest(run)
                    require(found == digest, f"{config}, {launcher} on two hosts: {found}, alone {digest}")
                print(f"  {launcher}: 4 ranks on two hosts come to the same over TCP")
        finally:
            LAUNCHERS.update(near)


def on_slurm(ranks):
    expected = ranks.alone("dense")
    with slurm.Slurm(f"{ranks.place}/slurm") as cluster:
        sruns = {f"srun --mpi={kind}": ["srun", "--quiet", f"--mpi={kind}", "-N", "2"] for kind in ("pmix", "pmi2")}
        for name, words in sruns.items():
            for count in (2, 3, 4):
                run = f"runs/slurm-{name[-4:]}{count}"
                result = ranks.checked(words, count, "train", "dense.yaml", "--output", run, "--threads", 1)
                require(result.stderr.count("the run is in") == 1, "it is told other than once", result.stderr)
                require(f"{count} ranks" in result.stderr, "ranks are not told", result.stderr)
                found = ranks.digest(run)
                require(found == expected, f"dense, {name}, {count} ranks: {found}, alone {expected}")
            run = f"runs/cancelled-{name[-4:]}"
            interrupted(ranks, words, 4, lambda _: subprocess.run(["scancel", "--me"], check=True), run)
            done, _ = gone_on_with(ranks, words, run)
            print(f"  {name}: the same on 2, 3, 4 ranks; cancelled in epoch {done + 1}, and gone on with")
            killed_by_slurm(ranks, name, words, expected)
        # The launchers within a job: one rank or several on each of its machines.
        for launcher in LAUNCHERS:
            for nodes, count in ((1, 3), (2, 2), (2, 4)):
                run = f"runs/job-{launcher[0]}{nodes}{count}"
                command = ranks.command(launcher, count, "train", "dense.yaml", "--output", run, "--threads", "1")
                text = cluster.batch(shlex.join(command), f"--nodes={nodes}", f"--ntasks={count}", "--chdir", ranks.place)
                require(f"{count} ranks of" in text and "go on:" in text, f"{launcher} within a job fails", text)
                found = ranks.digest(run)
                require(found == expected, f"{launcher}, {count} ranks in a job on {nodes} machines: {found}, alone {expected}")
            print(f"  {launcher}: the same on 2 to 4 ranks within a job")
        # The shortest time is a minute, and five seconds of it are left to train.
        command = [*sruns["srun --mpi=pmix"], ranks.program, *ENDLESS, "--output", "runs/timed"]
        text = cluster.batch(
            shlex.join(command) + "\necho ended with $?", "--nodes=2", "--ntasks=2", "--time=1", "--signal=TERM@55", "--chdir",
            ranks.place)
        require("the run is saved" in text and "ended with 143" in text, "a job whose time is up does not end well", text)
        print("  --signal=TERM@55: saved, 143")
        for library in ("", "libmpich.so.12"):
            result = ranks(["srun", "--quiet", "--mpi=none"], 2, "train", "dense.yaml", DESCENT_MPI=library)
            require(result.returncode == 64, f"{result.args} ends with {result.returncode}, not 64", result.stderr)
            require("srun --mpi=pmix where" in result.stderr, "it is not said what would be right", result.stderr)
        print("  --mpi=none: refused")


ENDLESS = ["train", "dense.yaml", "--threads", "1", "--set", "epochs=40000", "--set", "early_stopping.patience=40000"]


def killed_by_slurm(ranks, name, words, expected):
    """A task is killed: the others end at once, and the run goes on."""
    run = f"runs/killed-{name[-4:]}"
    process = ranks.start(words, 3, "train", "dense.yaml", "--output", run, "--threads", 1, "--json")
    process.stdout.readline()
    os.kill(slurm.tasks(ranks.program)[1], signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    require(process.returncode != 0 and "rank 1 of 3" in err, f"{name}: a killed task is not told of", process.returncode, err)
    require(not slurm.tasks(ranks.program), f"{name}: tasks are left")
    ranks.checked(words, 2, "resume", run, "--quiet")
    found = ranks.digest(run)
    require(found == expected, f"{name}, killed and gone on with: {found}, alone {expected}")


PARTS = {"bits": bits, "alike": alike, "resume": resume, "refusals": refusals, "memory": memory,
         "kills": kills, "hang": hang, "hosts": hosts, "slurm": on_slurm}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=".build/release/descent", metavar="DESCENT")
    parser.add_argument("--kills", type=int, default=10, metavar="N")
    parser.add_argument("--only", choices=PARTS, action="append")
    options = parser.parse_args()
    place = tempfile.mkdtemp(prefix="descent-ranks-")
    try:
        ranks = Ranks(options.program, place)
        for name in options.only or PARTS:
            if name == "hosts" and subprocess.run(["ip", "netns", "list"], capture_output=True).returncode | os.getuid():
                print("hosts: left out, for want of namespaces")
                continue
            if name == "slurm" and not slurm.is_there():
                print("slurm: left out, for want of Slurm")
                continue
            start = time.monotonic()
            print(f"{name}:")
            try:
                PARTS[name](ranks, *([options.kills] if name == "kills" else []))
            except slurm.Unavailable as reason:
                print(f"  left out: Slurm's servers do not start here\n{reason}")
            print(f"  {time.monotonic() - start:.0f} s", flush=True)
    except Problem as problem:
        print(f"not as it should be: {problem}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
