"""A cluster of Slurm's on this machine, in a folder of its own: one controller, and two nodes of eight processors each.

It takes Debian's packages slurm-wlm, and libpmix-dev for Open MPI under srun. Nothing is configured outside the folder.
"""
import os
import shutil
import socket
import subprocess
import time

NODES = ("descent1", "descent2")
# Nobody else is to be kept out: no secret has to be shared. Both nodes are this machine, which has fewer processors than they.
CONFIG = """\
ClusterName=descent
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
CredType=cred/none
DebugFlags=NO_CONF_HASH
MailProg=/bin/true
MpiDefault=none
SlurmdParameters=config_overrides
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool-%n
SlurmctldPidFile={place}/controller.pid
SlurmdPidFile={place}/%n.pid
SlurmctldLogFile={place}/controller.log
SlurmdLogFile={place}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
NodeName=descent1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=8
NodeName=descent2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=8
PartitionName=all Nodes=ALL Default=YES State=UP
"""


def is_there():
    return all(shutil.which(name) for name in ("slurmctld", "slurmd", "srun", "sbatch", "scancel"))


class Unavailable(Exception):
    """Slurm's servers do not start here, for reasons of theirs."""


class Slurm:
    """Runs as long as it is entered; what is started meanwhile finds it by the environment."""

    def __init__(self, place):
        self.place, self.servers = place, []

    def __enter__(self):
        sockets = [socket.socket() for _ in range(3)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        text = CONFIG.format(
            host=socket.gethostname().split(".")[0], user=user, place=self.place, ports=[each.getsockname()[1] for each in sockets])
        for each in sockets:
            each.close()
        os.makedirs(f"{self.place}/state")
        # Each node has its own copy, because each has to keep PMIx's files elsewhere.
        for folder in ("", *NODES):
            os.makedirs(f"{self.place}/{folder}/files", exist_ok=True)
            self.write(f"{folder}/slurm.conf", text)
            self.write(f"{folder}/mpi.conf", f"PMIxCliTmpDirBase={self.place}/{folder}/files\n")
        os.environ["SLURM_CONF"] = f"{self.place}/slurm.conf"
        self.serve("", ["slurmctld", "-D"])
        for node in NODES:
            os.makedirs(f"{self.place}/spool-{node}")
            self.serve(node, ["slurmd", "-D", "-N", node])
        end = time.monotonic() + 60
        while "idle 2" not in self.nodes():
            if time.monotonic() > end or any(server.poll() is not None for server in self.servers):
                logs = subprocess.run(f"tail -n 5 {self.place}/*.log", shell=True, capture_output=True, text=True).stdout
                self.__exit__()
                raise Unavailable(logs)
            time.sleep(0.2)
        return self

    def write(self, name, text):
        with open(f"{self.place}/{name}", "w") as file:
            file.write(text)

    def serve(self, folder, command):
        self.servers.append(subprocess.Popen(
            command, env=dict(os.environ, SLURM_CONF=f"{self.place}/{folder}/slurm.conf"), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL))

    def nodes(self):
        return subprocess.run(["sinfo", "-h", "-o", "%t %D"], capture_output=True, text=True).stdout

    def __exit__(self, *error):
        subprocess.run(["scancel", "--me", "--signal=KILL"], capture_output=True, timeout=60)
        # The nodes first: they tell the controller.
        for server in reversed(self.servers):
            server.terminate()
        for server in self.servers:
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
        del os.environ["SLURM_CONF"]

    def batch(self, script, *options):
        """What the script of a batch job says."""
        self.write("job.sh", f"#!/bin/bash\n{script}\n")
        subprocess.run(
            ["sbatch", "--wait", "--output", f"{self.place}/job.out", *options, f"{self.place}/job.sh"], capture_output=True,
            timeout=240)
        with open(f"{self.place}/job.out") as file:
            return file.read()


def tasks(program):
    """The processes of a program that srun has started, by the numbers of their tasks."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            if os.path.realpath(f"/proc/{entry}/exe") != os.path.realpath(program):
                continue
            with open(f"/proc/{entry}/environ", "rb") as file:
                variables = dict(part.split(b"=", 1) for part in file.read().split(b"\0") if b"=" in part)
        except OSError:
            continue
        if b"SLURM_PROCID" in variables:
            found[int(variables[b"SLURM_PROCID"])] = int(entry)
    return found
