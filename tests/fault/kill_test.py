"""Ranks that are killed at every point of a checkpoint's writing: at most one interval is lost."""

import re
import signal
import time
import unittest

import h5py
from faults import LONG, SHORT, Disturbed
from program import catapult

POINTS = ("begin", "created", "tensor", "written", "closed", "synced", "renamed", "pruned")
INTERVAL = 4  # steps between the checkpoints of SHORT


class Killed(Disturbed):
    def kill(self, point, rank, checkpoint):
        """Kills `rank` at a point of the first (0), second or third checkpoint, then continues."""
        passages = 1
        if point == "tensor":  # passed after each; this is one in the middle
            with h5py.File(self.whole / "members/0000/checkpoints/step-000000000012.h5") as file:
                passages = sum(name.count("/") == 2 for name in names(file)
                               if name.startswith(("layers/", "velocity/")))
        number = checkpoint * passages + passages // 2 + 1
        process = self.start(CATAPULT_FAULT=f"checkpoint-{point}:{rank}:{number}")
        self.assertEqual(process.end(), 137, process.told)
        kept = checkpoint + (point in ("renamed", "pruned"))
        self.assertEqual(max(self.steps(), default=0), kept * INTERVAL)
        told = self.run_to(0)
        if kept:
            self.assertIn(f"step-{kept * INTERVAL:012d}.h5", told)
        self.assert_like_whole()


def names(file):
    found = []
    file.visit(found.append)
    return found


class AllRanks(Killed):
    ranks = 2

    def test_at_every_point_of_every_checkpoint(self):
        for point in POINTS:
            for checkpoint in range(3):
                with self.subTest(point=point, checkpoint=checkpoint):
                    self.setUp()
                    self.kill(point, "*", checkpoint)


class FollowedRate(Killed):
    """Checkpoints between measurements of the lambda that sets the rate, and at one."""

    ranks = 2
    lines = (*SHORT, "measure.kernel_every = 3", "train.follow_lambda = true",
             "train.learning_rate_c = 0.8")

    def test_between_measurements_and_at_one(self):
        for checkpoint in range(3):
            with self.subTest(checkpoint=checkpoint):
                self.setUp()
                self.kill("renamed", "*", checkpoint)


class HeldKernels(Killed):
    """Linear twins of a wide network: a step is a kernel product while they are young, later a
    pass over the kernel, which a run that continues makes anew."""

    ranks = 2
    lines = (*(line for line in SHORT if "batch" not in line), "model.width = 256",
             "linearize.at = [1, 3]")

    def test_before_they_are_held_and_after(self):
        told = catapult("check", self.deck, "--ranks", 2).stdout
        after = int(re.search(r"after (\d+) steps a pass", told)[1])
        self.assertLess(1 + after, 2 * INTERVAL, told)
        self.assertGreater(3 + after, INTERVAL, told)
        for checkpoint in range(3):
            with self.subTest(checkpoint=checkpoint):
                self.setUp()
                self.kill("renamed", "*", checkpoint)


class OneRank(Killed):
    ranks = 3

    def test_the_job_ends_and_continues(self):
        for rank, point in ((0, "tensor"), (1, "created"), (2, "closed"), (0, "renamed")):
            with self.subTest(rank=rank, point=point):
                self.setUp()
                self.kill(point, rank, 1)


class Ended(Disturbed):
    lines = LONG

    def test_a_lock_that_a_killed_run_left_is_stale(self):
        process = self.start()
        self.wait_for_checkpoint()
        process.signal(signal.SIGKILL)
        self.assertEqual(process.end(), 137)
        self.assertTrue((self.run_folder / "run.lock").exists())
        self.assert_continues(2000)

    def test_term_and_a_kill_soon_after(self):
        for pause in (0.0, 0.001, 0.01, 0.1):
            last = max(self.steps(), default=-1)
            process = self.start()
            self.wait_for_checkpoint(last)
            process.signal(signal.SIGTERM)
            time.sleep(pause)
            process.signal(signal.SIGKILL)
            self.assertIn(process.end(), (75, 137))
        self.assert_continues(last)


class OfSpikes(Disturbed):
    lines = ("data.inputs = 8", "data.outputs = 1", "data.train_samples = 16", "data.batch = 2",
             "data.seed = 1", "model.depth = 1", "model.precision = 'f64'", "model.width = 64",
             "train.learning_rate_c = 1.2", "train.stop_steps = 100", "measure.kernel_every = 1",
             "measure.kernel_samples = 16", "measure.curvature = ['ntk', 'spikes']",
             "measure.error_modes = 3", "checkpoint.every = 4", "checkpoint.at = [100]")

    def test_before_within_and_after_one(self):
        with h5py.File(self.whole / "members/0000/series.h5") as file:
            self.assertGreater(len(file["spikes/step"]), 3)
        for number in (2, 5, 6, 9, 20):
            with self.subTest(number):
                self.setUp()
                process = self.start(CATAPULT_FAULT=f"checkpoint-pruned:0:{number}")
                self.assertEqual(process.end(), 137, process.told)
                self.assert_continues(INTERVAL * number)
                ours, theirs = ((path / "spikes.csv").read_text()
                                for path in (self.run_folder, self.whole))
                self.assertEqual(ours, theirs)


if __name__ == "__main__":
    unittest.main()
