"""Pictures of run folders, written as the program writes them and spoilt in places."""

import subprocess
import tempfile
import unittest
from pathlib import Path

import synthetic_run
from program import SOURCE

PLOT = SOURCE / "apps/plots/catapult_plot.py"
PNG = b"\x89PNG\r\n\x1a\n"
ALL = {"loss.png", "lambda.png", "final_lambda.png", "accuracy.png"}


class Plots(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.run_folder = Path(folder.name)

    def draw(self, code=0):
        done = subprocess.run([PLOT, self.run_folder], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def drawn(self):
        pictures = list((self.run_folder / "plots").glob("*.png"))
        for picture in pictures:
            data = picture.read_bytes()
            self.assertTrue(data.startswith(PNG) and len(data) > 10_000, picture)
        return {picture.name for picture in pictures}

    def test_all_phases(self):
        synthetic_run.write(self.run_folder,
                            [synthetic_run.member(c) for c in (0.5, 1.5, 2.5, 3.5, 5.0)])
        told = self.draw().stdout
        self.assertEqual(self.drawn(), ALL)
        for name in ALL:
            self.assertIn(name, told)

    def test_one_diverged_member_alone(self):
        synthetic_run.write(self.run_folder, [synthetic_run.member(5.0)])
        self.draw()
        self.assertIn("loss.png", self.drawn())

    def test_what_was_not_measured_is_said(self):
        synthetic_run.write(self.run_folder, [synthetic_run.member(1.0)], kernel=False)
        told = self.draw().stdout
        self.assertEqual(self.drawn() & {"loss.png", "lambda.png", "final_lambda.png"}, {"loss.png"})
        self.assertIn("no lambda.png", told)

    def test_a_member_that_cannot_be_read_is_left_out(self):
        synthetic_run.write(self.run_folder, [synthetic_run.member(c) for c in (1.0, 3.0)])
        (self.run_folder / "members/0001/series.h5").write_bytes(b"")
        self.assertIn("0001", self.draw().stderr)
        self.assertIn("loss.png", self.drawn())

    def test_a_folder_that_is_no_run(self):
        self.assertIn(str(self.run_folder), self.draw(code=3).stderr)


if __name__ == "__main__":
    unittest.main()
