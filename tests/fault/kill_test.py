"""Ranks that are killed at every point of a checkpoint's writing: at most one interval is lost."""

import signal
import time
import unittest

from faults import LONG, Disturbed

POINTS = ("begin", "created", "tensor", "written", "closed", "synced", "renamed", "pruned")


class AllRanks(Disturbed):
    ranks = 2

    def test_at_every_point_of_the_first_second_and_last_checkpoint(self):
        for point in POINTS:
            for number, before in ((1, 0), (2, 4), (3, 8)):
                with self.subTest(point=point, number=number):
                    self.setUp()
                    code = self.start(CATAPULT_FAULT=f"checkpoint-{point}:*:{number}").end()
                    self.assertEqual(code, 137)
                    self.assert_continues(before + 4 if point in ("renamed", "pruned") else before)


class OneRank(Disturbed):
    ranks = 3

    def test_the_job_ends_and_continues(self):
        for rank, point in ((0, "tensor"), (1, "created"), (2, "closed"), (1, "renamed")):
            with self.subTest(rank=rank, point=point):
                self.setUp()
                code = self.start(CATAPULT_FAULT=f"checkpoint-{point}:{rank}:2").end()
                self.assertEqual(code, 137)
                self.assert_continues(4)


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
        last = -1
        for pause in (0.0, 0.001, 0.01, 0.1):
            process = self.start()
            self.wait_for_checkpoint(last)
            last = max(self.steps())
            process.signal(signal.SIGTERM)
            time.sleep(pause)
            process.signal(signal.SIGKILL)
            self.assertIn(process.end(), (75, 137))
        self.assert_continues(last)


if __name__ == "__main__":
    unittest.main()
