"""A real Slurm on this machine: virtual nodes with host names of their own, all in one folder."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun")

CONFIGURATION = """
ClusterName=local
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
TmpFS={folder}/tmp/%n
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=pmix
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
ReturnToService=2
KillWait=5
MinJobAge=600
JobRequeue=1
PlugStackConfig=/dev/null
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""

# A node has its own host name, /etc/hosts and shared memory, as MPI takes nodes apart by them.
NODE = """
hostname {node} && mount --bind {folder}/hosts /etc/hosts && mount -t tmpfs shm /dev/shm &&
  exec slurmd -N {node}
"""


def free_ports(count):
    """The first of so many adjacent ports that nobody listens on."""
    for first in range(26817, 32000, count):
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise RuntimeError("no free ports")


class Cluster:
    """Nodes n1, n2, ... of so many cores; commands of Slurm by their names."""

    def __init__(self, folder, nodes=2, cores=2):
        self.folder = Path(folder)
        self.nodes = [f"n{i + 1}" for i in range(nodes)]
        port = free_ports(nodes + 1)
        (self.folder / "state").mkdir(parents=True)
        for node in self.nodes:
            (self.folder / "spool" / node).mkdir(parents=True)
            (self.folder / "tmp" / node).mkdir(parents=True)
        self.folder.chmod(0o711)
        (self.folder / "munge.key").write_bytes(os.urandom(128))
        (self.folder / "munge.key").chmod(0o600)
        host = socket.gethostname().split(".")[0]
        lines = [CONFIGURATION.format(host=host, port=port, folder=self.folder)]
        for i, node in enumerate(self.nodes):
            lines.append(f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 "
                         f"Port={port + 1 + i} CPUs={cores} RealMemory=1000 State=UNKNOWN\n")
        (self.folder / "slurm.conf").write_text("".join(lines))
        (self.folder / "hosts").write_text(
            Path("/etc/hosts").read_text() + "".join(f"127.0.0.1 {node}\n" for node in self.nodes))
        # MPI stays on the loopback device between the virtual nodes.
        self.environment = {
            **os.environ, "SLURM_CONF": str(self.folder / "slurm.conf"),
            "OMPI_MCA_btl_tcp_if_include": "lo", "OMPI_MCA_oob_tcp_if_include": "lo"}
        self.start()

    def start(self):
        options = {"socket": "socket", "key-file": "key", "pid-file": "pid", "log-file": "log",
                   "seed-file": "seed"}
        self.command("munged", "--force", *(f"--{option}={self.folder}/munge.{name}"
                                            for option, name in options.items()))
        self.command("slurmctld")
        for node in self.nodes:
            self.command("unshare", "--uts", "--mount", "sh", "-c",
                         NODE.format(node=node, folder=self.folder))
        self.wait(lambda: self.command("sinfo", "-h", "-N", "-o", "%T").split() ==
                  ["idle"] * len(self.nodes), 20, "idle nodes")

    def stop(self):
        for name in (*(f"{node}.pid" for node in self.nodes), "slurmctld.pid", "munge.pid"):
            try:
                process = int((self.folder / name).read_text())
                os.kill(process, signal.SIGTERM)
                self.wait(lambda: not Path(f"/proc/{process}").exists(), 10, f"end of {name}")
            except (OSError, ValueError):
                pass  # it has not come up

    def command(self, *arguments, timeout=30, **environment):
        """Its output; Slurm's complaint where it fails."""
        done = subprocess.run([*map(str, arguments)], capture_output=True, text=True,
                              timeout=timeout, env={**self.environment, **environment})
        if done.returncode:
            raise RuntimeError(f"{arguments[0]}: exit {done.returncode}: {done.stderr}")
        return done.stdout

    @staticmethod
    def wait(condition, seconds, what):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"no {what} within {seconds} s")
            time.sleep(0.05)

    def submit(self, *arguments, **environment):
        """The job's number."""
        return self.command("sbatch", "--parsable", *arguments, **environment).strip()

    def show(self, job, field):
        """One field of `scontrol show job`; of the first task where job is an array."""
        told = self.command("scontrol", "--oneliner", "show", "job", job).split("\n")[0]
        return dict(word.split("=", 1) for word in told.split() if "=" in word)[field]

    def end_of(self, job, seconds=60):
        """(state, exit code) of a job that has ended, restarts included."""
        ended = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL")
        self.wait(lambda: self.show(job, "JobState") in ended, seconds, f"end of job {job}")
        return self.show(job, "JobState"), int(self.show(job, "ExitCode").split(":")[0])
