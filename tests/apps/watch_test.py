"""What people see of a run: `catapult watch` while it goes on, and its log."""

import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import termios
import time
import unittest

import h5py
from program import BINARY, WithFolder, catapult, write_deck

# Minutes of steps, nobody waits for their end.
LONG = ("data.batch = 8", "measure.every = 1000", "measure.kernel_every = 1000",
        "train.stop_steps = 10_000_000", 'study.sweep."model.seed" = [0, 1]')
CAP = 60  # seconds


class RunsDecks(WithFolder):
    def run_deck(self, *lines, code=0, **options):
        deck = write_deck(self.folder, *lines)
        done = catapult("run", deck, "--out", self.run_folder, **options)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr

    def watch(self, code=0):
        done = catapult("watch", self.run_folder, "--once")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout or done.stderr


class Watch(RunsDecks):
    def start(self, until):
        """A run that goes on, once what is told of it has this pattern."""
        deck = write_deck(self.folder, *LONG)
        run = subprocess.Popen([BINARY, "run", deck, "--out", self.run_folder],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        end = time.monotonic() + CAP
        while not ((self.run_folder / "resolved.toml").exists() and
                   re.search(until, self.watch())):
            self.assertLess(time.monotonic(), end, "it was not told")
            time.sleep(0.1)
        return run

    def test_shows_a_run_until_it_ends(self):
        run = self.start(until="0000 +[1-9]")
        self.assertRegex(self.watch(),
                         r"^t: running, .* so far, about .* to go\n"
                         r"  0 of 2 members finished\n"
                         r"  member +step +loss +lambda +c +steps/s +to go +swept\n"
                         r"    0000 +\d+ of 10000000 +\S+ +[\d.]+ +1.5 +\S+ +.* +seed 0\n$")
        first, second = self.terminal(), self.terminal()
        time.sleep(2.3)  # of which they renew themselves once
        first.send_signal(signal.SIGINT)
        told = self.end(first)
        self.assertIn("\x1b[4A\x1b[J", told)  # over its four lines
        for line in re.sub(r"\x1b\[\d*[A-Z]", "", told).split("\r\n"):
            self.assertLess(len(line.replace("\r", "")), 50)
        run.terminate()
        self.assertEqual(run.wait(CAP), 75)
        self.assertIn("t: stopped early", self.end(second))
        self.assertRegex(self.watch(), r"^t: stopped early .* after .* s \(.*steps \d+ %.*\)\n"
                                       r"  0 of 2 members finished; trainings: 2 stopped\n$")
        self.assertFalse((self.run_folder / "progress").exists())

    def test_tells_that_a_run_was_killed(self):
        run = self.start(until="running")
        run.kill()
        run.wait()
        self.assertRegex(self.watch(), "^t: ended without a word .* continues it\n")

    def terminal(self):
        """`catapult watch` on a terminal of 50 columns."""
        screen, inside = os.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 50, 0, 0))
        process = subprocess.Popen([BINARY, "watch", self.run_folder], stdin=inside, stdout=inside,
                                   stderr=inside)
        os.close(inside)
        process.screen = screen
        return process

    def end(self, process):
        """What it has shown until its end, which is one without an error."""
        told = b""
        try:
            while more := os.read(process.screen, 1 << 16):
                told += more
        except OSError:  # nobody is behind the screen any more
            pass
        os.close(process.screen)
        self.assertEqual(process.wait(CAP), 0, told)
        return told.decode()

    def test_tells_what_has_ended_and_why_it_failed(self):
        sweep = 'study.sweep."train.learning_rate_c" = [1.0, 3.0, 1e5]'
        counts = r"\n  3 of 3 members finished; trainings: 1 lazy, 1 catapult, 1 divergent\n$"
        self.run_deck(sweep, ranks=2)
        self.assertRegex(self.watch(), r"^t: finished after .* m?s \(.*\)" + counts)
        status = json.loads((self.run_folder / "status.json").read_text())
        self.assertEqual(status["state"], "finished")
        self.assertGreater(status["seconds"]["steps"], 0)
        self.assertGreater(status["seconds"]["kernel"], 0)
        with h5py.File(self.run_folder / "members/0001/series.h5", "r+") as file:
            del file["loss"]
        left = self.run_folder / "progress/0007.json"  # by a run of more ranks that was killed
        left.parent.mkdir()
        left.write_text('{"finished": 2}')
        self.run_deck(sweep, code=3)
        self.assertRegex(self.watch(), r"^t: failed \(.*0001/series.h5.*\)" + counts)

    def test_refuses_what_is_no_run_folder(self):
        self.assertIn(f"{self.run_folder}: no run folder", self.watch(code=3))
        self.run_folder.mkdir()
        (self.run_folder / "status.json").write_text("nothing")
        self.assertIn("no run folder", self.watch(code=3))


class Log(RunsDecks):
    def test_tells_nothing_where_nothing_was_measured(self):
        told = self.run_deck('study.sweep."train.learning_rate" = [0.1, 1e5]',
                             "train.learning_rate_c = 0.0", "measure.kernel_every = 0",
                             "data.test_samples = 0")
        self.assertNotIn("nan", told)
        self.assertNotIn("test accuracy", told)
        self.assertRegex(told, r"member 0000  lazy +12 steps  eta +0.1  c +-  loss +\S+  lambda +-")

    def test_ends_with_a_table_and_what_took_the_time(self):
        told = self.run_deck('study.sweep."train.learning_rate_c" = [3.0, 1.0]',
                             'study.sweep."model.width" = [16, 32]', ranks=2).splitlines()
        begin = next(i for i, line in enumerate(told) if line.split()[:2] == ["member", "phase"])
        table = told[begin + 1:-1]
        self.assertEqual([line.split()[0] for line in table],
                         ["width", "0002", "0000", "width", "0003", "0001"])
        rows = [line for line in table if "width" not in line]
        self.assertEqual(len({len(line) for line in rows}), 1)
        self.assertRegex(told[-1], r"^took \S+ m?s \((\w+ \d+ %(, )?)+\)$")
        shares = [int(share) for share in re.findall(r"(\d+) %", told[-1])]
        self.assertEqual(shares, sorted(shares, reverse=True))
        self.assertAlmostEqual(sum(shares), 100, delta=4)


if __name__ == "__main__":
    unittest.main()
