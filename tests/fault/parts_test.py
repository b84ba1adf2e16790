"""Checkpoints that have lost a part, or hold another thing in its place: the one before is taken,
or the exit code is 3; never a wrong number, never a bug."""

import re
import shutil
import unittest

import h5py
from faults import SHORT, Disturbed
from program import catapult


class Parts(Disturbed):
    """As SHORT, with twins and a drift of the kernel; killed after its checkpoints 4 and 8."""

    lines = (*SHORT, "linearize.at = [2]", 'linearize.models = ["linear", "quadratic"]',
             "measure.kernel_change = [1, 9]")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_folder = cls.killed = cls.folder / "killed"
        if cls.start(cls, CATAPULT_FAULT="checkpoint-begin:*:3").end() != 137:
            raise AssertionError("not killed")
        cls.names = []
        with h5py.File(cls.newest(cls)) as file:
            file.visit(cls.names.append)

    def newest(self):
        return sorted(self.run_folder.rglob("step-*.h5"))[-1]

    def damaged(self, name, damage):
        shutil.rmtree(self.run_folder, ignore_errors=True)
        shutil.copytree(self.killed, self.run_folder)
        with h5py.File(self.newest(), "r+") as file:
            damage(file, name)

    def setUp(self):
        self.run_folder = self.folder / "damaged"

    def test_a_part_that_is_gone(self):
        optional = ("contents", "provenance")  # of which no number depends
        # One of those that are alike.
        skipped = re.compile(r"/0[02]|/quadratic|loss_|accuracy|provenance/(?!member_deck)|/time$")
        for name in self.names:
            if skipped.search(name):
                continue
            with self.subTest(name=name):
                self.damaged(name, remove)
                told = self.run_to(0)
                if not name.startswith(optional):
                    self.assertIn("warning:", told)
                    self.assertIn("step-000000000008.h5", told)
                self.assert_like_whole()

    def test_another_thing_in_its_place(self):
        for name in (*(name for name in self.names if "/" not in name), "series/kernel",
                     "standing/trackers", "standing/trackers/00/counters", "standing/twins/at_2"):
            with self.subTest(name=name):
                self.damaged(name, replace)
                self.run_to(0)
                self.assert_like_whole()

    def test_the_commands_of_a_checkpoint(self):
        for name in ("complete", "step", "layers", "layers/01/weight", "provenance/member_deck"):
            for damage in (remove, replace):
                self.damaged(name, damage)
                for command in ("spectrum", "linearize"):
                    with self.subTest(name=name, command=command):
                        done = catapult(command, self.newest(), "--out", self.run_folder / "out")
                        self.assertEqual(done.returncode, 3, done.stderr + done.stdout)
                        self.assertIn(str(self.newest()), done.stderr)


def remove(file, name):
    del file[name]


def replace(file, name):
    del file[name]
    file[name] = "another thing"


if __name__ == "__main__":
    unittest.main()
