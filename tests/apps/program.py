"""The program under test: started alone or on ranks, its run folders read.

The environment gives CATAPULT (the binary), MPIEXEC and SOURCE (the project's root)."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import h5py

BINARY = os.environ["CATAPULT"]
MPIEXEC = os.environ["MPIEXEC"]
SOURCE = Path(os.environ["SOURCE"])

DECK = """
study.name = "t"
data.source = "gaussian"
data.inputs = 6
data.outputs = 3
data.train_samples = 24
data.test_samples = 8
model.width = 32
model.depth = 2
model.sigma_w = 1.4142135623730951
train.learning_rate_c = 1.5
train.stop_steps = 12
measure.kernel_every = 4
"""


def catapult(*arguments, ranks=0, timeout=100, **environment):
    """The finished process; ranks = 0: without mpirun."""
    launcher = [MPIEXEC, "-n", str(ranks)] if ranks else []
    return subprocess.run([*launcher, BINARY, *map(str, arguments)], capture_output=True, text=True,
                          timeout=timeout, cwd=SOURCE, env={**os.environ, **environment})


def commands():
    """Names of all commands, as the help has them."""
    return re.findall(r"^  ([a-z]+) +\S", catapult("--help").stdout, re.M)


def write_deck(folder, *lines):
    """DECK with lines in place of those of the same key, or added."""
    text = dict(line.split(" = ", 1) for line in DECK.strip().splitlines())
    text.update(line.split(" = ", 1) for line in lines)
    path = Path(folder) / "deck.toml"
    path.write_text("".join(f"{key} = {value}\n" for key, value in text.items()))
    return path


def series(run, member, dataset):
    with h5py.File(Path(run) / "members" / f"{member:04d}" / "series.h5") as file:
        return file[dataset][()]


class WithFolder(unittest.TestCase):
    """Each test has a folder of its own, with room for a run folder in it."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.run_folder = self.folder / "run"
