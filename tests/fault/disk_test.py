"""A file system of 20 MB that fills up: training goes on, the exit code tells, nothing hangs."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from faults import Disturbed
from namespace import enter_namespace

# Eight checkpoints of 4 MB.
LINES = ("model.width = 1000", "train.stop_steps = 400", "measure.every = 20",
         "measure.kernel_every = 0", "checkpoint.every = 50", "checkpoint.keep = 8",
         "checkpoint.at = [400]")


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
        self.assertIn("warning: member 0000: no checkpoint before step 300", told)
        self.assertIn("No space left on device", told)
        kept = self.steps()
        self.assertLess(kept[-1], 300)
        for path in self.checkpoints()[:-1]:
            path.unlink()
        self.run_to(5)  # it goes on from there until the disk is full again
        for path in self.checkpoints()[:-1]:
            path.unlink()
        self.assert_continues(kept[-1])

    def test_space_that_is_freed_in_time_leaves_a_whole_run(self):
        self.fill(18)
        process = self.start("--set", "checkpoint.keep=1")
        process.wait_for("warning: member 0000: no checkpoint before step 50")
        self.ballast.unlink()
        self.assertEqual(process.end(), 0, process.told)
        self.assert_like_whole()

    def test_a_disk_full_from_the_beginning(self):
        with self.assertRaises(OSError), open(self.ballast, "wb") as file:
            while True:
                file.write(bytes(1 << 16))
        self.assertIn("No space left on device", self.run_to(5))
        self.ballast.unlink()
        self.assertIn("warning:", self.run_to(5))  # as above


if __name__ == "__main__":
    enter_namespace("a full disk")
    unittest.main()
