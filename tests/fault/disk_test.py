"""A file system of 20 MB that fills up: training goes on, the exit code tells, nothing hangs."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from faults import Disturbed
from namespace import enter_namespace

# A checkpoint of 4 MB before each second step.
LINES = ("model.width = 1000", "train.momentum = 0.0", "train.stop_steps = 12", "measure.kernel_every = 0",
         "checkpoint.every = 2", "checkpoint.at = [2, 4, 6, 8, 10, 12]")


class FullDisk(Disturbed):
    lines = LINES
    ranks = 2

    def setUp(self):
        self.disk = Path(self.enterContext(tempfile.TemporaryDirectory()))
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "none", self.disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.disk], check=True)
        self.run_folder = self.disk / "run"
        self.ballast = self.disk / "ballast"

    def fill(self, megabytes):
        self.ballast.write_bytes(bytes(megabytes << 20))

    def test_what_no_longer_fits_is_told_and_the_run_goes_on(self):
        told = self.run_to(5)
        self.assertIn("warning:", told)
        self.assertIn("No space left on device", told)
        self.assertLess(len(self.steps()), 6)
        kept = self.steps()
        for path in self.checkpoints()[:-1]:
            path.unlink()
        self.assert_continues(kept[-1])

    def test_space_that_is_freed_in_time_leaves_a_whole_run(self):
        self.fill(18)
        process = self.start("--set", "train.stop_steps=12")
        process.wait_for("warning:")
        self.ballast.unlink()
        code = process.end()
        self.assertIn(code, (0, 5), process.told)
        self.assertEqual(self.run_to(0).count("warning:"), 0)

    def test_a_disk_full_from_the_beginning(self):
        self.ballast.touch()
        with self.assertRaises(OSError), open(self.ballast, "wb") as file:
            while True:
                file.write(bytes(1 << 16))
        told = self.run_to(5)
        self.assertIn("space", told)
        self.ballast.unlink()
        self.fill(1)
        self.run_to(5)


if __name__ == "__main__":
    enter_namespace("a full disk")
    unittest.main()
