"""Signals, files and time limits stop a run: 75, a valid checkpoint, the same bits after it."""

import json
import os
import random
import signal
import time
import unittest

from faults import LONG, Disturbed


class Begun(Disturbed):
    """What the tests of a run under way share."""

    def begun(self, *arguments, **options):
        """A run whose training is under way."""
        process = self.start(*arguments, **options)
        process.wait_for("run folder")
        self.wait_for_checkpoint(max(self.steps(), default=-1))
        return process

    def assert_stopped(self, process):
        self.assertEqual(process.end(), 75, process.told)
        status = json.loads((self.run_folder / "status.json").read_text())
        self.assertEqual(status["state"], "stopped")


class Stopped(Begun):
    lines = LONG

    def test_usr1_term_and_int(self):
        for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGINT):
            process = self.begun()
            process.signal(number)
            self.assert_stopped(process)
        self.assert_continues(6000)

    def test_a_second_signal_stops_without_a_checkpoint(self):
        process = self.begun()
        for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGCONT):
            process.signal(number)
        self.assertIn(process.end(), (128 + signal.SIGTERM, 128 + signal.SIGINT), process.told)
        self.assertEqual(self.steps()[-1] % 2000, 0)
        self.assert_continues(2000)

    def test_the_third_signal_ends_a_run_that_hangs(self):
        process = self.start(CATAPULT_FAULT="checkpoint-begin:0:2:hang")
        self.wait_for_checkpoint()
        for _ in range(3):
            time.sleep(0.2)
            process.signal(signal.SIGTERM)
        self.assertEqual(process.end(), 128 + signal.SIGTERM, process.told)
        self.assert_continues(2000)

    def test_times_that_are_none(self):
        for text in ("soon", "1:2:3:4", "1-", "3 minutes", "1h"):
            self.run_to(2, "--max-time", text)
        self.assertFalse(self.run_folder.exists())

    def test_two_jobs_in_one_folder(self):
        first = self.begun()
        told = self.run_to(6)
        self.assertIn(str(self.run_folder), told)
        self.assertIn(str(first.handle.pid), told)
        self.assertEqual(first.end(), 0, first.told)
        self.assert_like_whole()


class OneRankIsTold(Disturbed):
    lines = LONG
    ranks = 2

    def test_usr1_to_any_rank_at_any_time(self):
        draw = random.Random(5)
        for _ in range(8):
            process = self.start()
            process.wait_for("run folder")
            time.sleep(draw.uniform(0, 0.2))
            os.kill(draw.choice(process.ranks()), signal.SIGUSR1)
            self.assertEqual(process.end(), 75, process.told)
        self.assert_continues(0)


class LookedAfter(Begun):
    """Files and the clock, which the program looks at every half second."""

    # Several times the seconds needed, on any machine.
    lines = tuple(line.replace("60000", "300000").replace("2000", "20000") for line in LONG)

    def test_the_file_stop(self):
        process = self.begun()
        (self.run_folder / "STOP").touch()
        self.assert_stopped(process)
        self.assertFalse((self.run_folder / "STOP").exists())
        self.assert_continues(20000)

    def test_the_file_checkpoint_and_usr2(self):
        process = self.begun()
        for ask in (lambda: process.signal(signal.SIGUSR2), (self.run_folder / "CHECKPOINT").touch):
            before = set(self.steps())
            ask()
            end = time.monotonic() + 20
            while not any(step % 20000 for step in set(self.steps()) - before):
                self.assertLess(time.monotonic(), end, "no checkpoint")
        self.assertEqual(process.end(), 0, process.told)
        self.assertFalse((self.run_folder / "CHECKPOINT").exists())
        self.assert_like_whole()

    def test_max_time(self):
        begin = time.monotonic()
        self.run_to(75, "--max-time", "0:02")
        self.assertLess(time.monotonic() - begin, 10)
        self.assertGreater(max(self.steps()), 0)
        self.run_to(0, "--max-time", "1-00:00:00")
        self.assert_like_whole()


if __name__ == "__main__":
    unittest.main()
