"""A run that is disturbed and continued, compared with one that never was."""

import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import h5py
import numpy as np
from program import BINARY, MPIEXEC, SOURCE, write_deck

CAP = 60  # seconds; whatever takes longer hangs

# Twelve steps of SGD with momentum, checkpoints before steps 4, 8 and 12.
SHORT = ("data.batch = 8", "train.momentum = 0.5", "train.stop_steps = 12",
         "measure.kernel_every = 4", "checkpoint.every = 4", "checkpoint.at = [12]")
# Seconds of steps, for what has to happen meanwhile.
LONG = ("data.batch = 8", "train.momentum = 0.5", "train.stop_steps = 60000", "measure.every = 100",
        "measure.kernel_every = 0", "checkpoint.every = 2000", "checkpoint.at = [60000]")


class Process:
    """The program under way, its output read when it has ended or line by line."""

    def __init__(self, *arguments, ranks=0, cwd=SOURCE, **environment):
        launcher = [MPIEXEC, "-n", str(ranks)] if ranks else []
        self.handle = subprocess.Popen(
            [*launcher, BINARY, *map(str, arguments)], cwd=cwd, env={**os.environ, **environment},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.told = ""

    def wait_for(self, text):
        while text not in self.told:
            line = self.handle.stdout.readline()
            if not line:
                raise AssertionError(f"ended before it said {text!r}: {self.told}")
            self.told += line

    def ranks(self):
        """Process numbers of the ranks that mpirun has started, in no order."""
        children = Path(f"/proc/{self.handle.pid}/task/{self.handle.pid}/children").read_text()
        return [int(child) for child in children.split()
                if BINARY in Path(f"/proc/{child}/cmdline").read_text()]

    def signal(self, number):
        self.handle.send_signal(number)

    def end(self):
        """The exit code, 128 + n where signal n ended it; a hang is killed and told."""
        try:
            self.told += self.handle.communicate(timeout=CAP)[0]
        except subprocess.TimeoutExpired:
            for process in (*self.ranks(), self.handle.pid):
                os.kill(process, signal.SIGKILL)
            raise AssertionError(f"no end within {CAP} s: {self.told}") from None
        code = self.handle.returncode
        return code if code >= 0 else 128 - code


class Disturbed(unittest.TestCase):
    """self.run_folder is disturbed, self.whole() is not; both of the deck with `lines`."""

    lines = SHORT
    ranks = 0

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.deck = write_deck(cls.folder, *cls.lines)
        cls.whole = cls.folder / "whole"
        process = Process("run", cls.deck, "--out", cls.whole, ranks=cls.ranks)
        if process.end():
            raise AssertionError(process.told)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=self.folder)
        self.addCleanup(folder.cleanup)
        self.run_folder = Path(folder.name) / "run"

    def start(self, *arguments, **options):
        return Process("run", self.deck, "--out", self.run_folder, *arguments,
                       **{"ranks": self.ranks, **options})

    def run_to(self, code, *arguments, **options):
        """What a run says that has to end with this code."""
        process = self.start(*arguments, **options)
        self.assertEqual(process.end(), code, process.told)
        return process.told

    def checkpoints(self):
        return sorted((self.run_folder / "members/0000/checkpoints").glob("step-*.h5"))

    def steps(self):
        """The steps of the checkpoints that are there."""
        return [int(path.stem[5:]) for path in self.checkpoints()]

    def wait_for_checkpoint(self, after=-1):
        end = time.monotonic() + CAP
        while max(self.steps(), default=-1) <= after:
            self.assertLess(time.monotonic(), end, "no checkpoint")
            time.sleep(0.01)

    def assert_like_whole(self):
        """Series and last weights are those of the run that was never disturbed, bit for bit."""
        ours, theirs = (values(path) for path in (self.run_folder, self.whole))
        self.assertEqual(ours.keys(), theirs.keys())
        for name, value in theirs.items():
            np.testing.assert_array_equal(ours[name], value, name)
        left = [path.name for path in self.run_folder.rglob("*.tmp")]
        self.assertEqual(left, [])

    def assert_continues(self, after):
        """The same command line goes on, from a step >= `after`, and ends like whole."""
        self.assertGreaterEqual(max(self.steps(), default=0), after)
        told = self.run_to(0)
        self.assert_like_whole()
        return told


def values(run):
    """Every number of the series and of the last checkpoint's weights of member 0."""
    member = run / "members/0000"
    found = {}
    for path in (member / "series.h5", sorted((member / "checkpoints").glob("step-*.h5"))[-1]):
        with h5py.File(path) as file:
            def keep(name, item, stem=path.stem):
                if isinstance(item, h5py.Dataset) and item.dtype.kind in "fiu":
                    found[f"{stem}:{name}"] = item[()]
            file.visititems(keep)
    return found
