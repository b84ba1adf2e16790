"""A job that no longer gets on ends by itself; one that only waits does not."""

import os
import signal
import time
import unittest
from pathlib import Path

from faults import SHORT, Disturbed

# Long enough for a start on a busy machine.
SECONDS_3 = "study.watchdog_minutes = 0.05"


class Hanging(Disturbed):
    lines = (*SHORT, SECONDS_3)
    ranks = 2

    def test_a_rank_that_hangs_ends_the_job_and_leaves_its_stack(self):
        told = self.run_to(134, CATAPULT_FAULT="checkpoint-begin:1:2:hang")
        self.assertIn("no step has ended", told)
        self.assertEqual(self.steps(), [4])
        self.assertTrue(list(self.run_folder.glob("backtrace.*")), told)
        self.assert_continues(4)


class Waiting(Disturbed):
    """Two groups of one rank: the short member is done seconds before the long one."""

    lines = (SECONDS_3, "data.batch = 8", "measure.every = 100000", "measure.kernel_every = 0",
             "train.learning_rate_c = 0.5", 'study.sweep."train.stop_steps" = [20, 500000]')
    ranks = 2

    def test_ranks_without_work_are_not_taken_for_hanging(self):
        self.run_to(0)

    def test_a_signal_to_a_waiting_rank_stops_the_others(self):
        process = self.start()
        process.wait_for("member 0000  lazy            20 steps")
        time.sleep(0.3)
        idle = self.waiting_rank(process)
        os.kill(idle, signal.SIGUSR1)
        self.assertEqual(process.end(), 75, process.told)

    def waiting_rank(self, process):
        """The rank that sleeps most of its time."""
        def busy(rank):
            return sum(map(int, Path(f"/proc/{rank}/stat").read_text().split()[13:15]))
        ranks = process.ranks()
        before = {rank: busy(rank) for rank in ranks}
        time.sleep(0.5)
        return min(ranks, key=lambda rank: busy(rank) - before[rank])


if __name__ == "__main__":
    unittest.main()
