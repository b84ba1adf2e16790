"""Pictures of run folders, written as the program writes them and spoilt in places."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np
import synthetic_run
from program import SOURCE

PLOT = SOURCE / "apps/plots/catapult_plot.py"
PNG = b"\x89PNG\r\n\x1a\n"
ALL = {"loss.png", "lambda.png", "final_lambda.png", "accuracy.png", "accuracy_in_time.png"}
TWINS = {"twins.png", "distance.png", "twin_accuracy.png"}


class Plots(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.run_folder = Path(folder.name)

    def draw(self, code=0):
        done = subprocess.run([PLOT, self.run_folder], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertNotIn("Warning", done.stderr)
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

    def test_a_slice_that_cannot_be_read_is_left_out(self):
        synthetic_run.write(self.run_folder, [synthetic_run.member(c) for c in (1.0, 3.0)])
        (self.run_folder / "members/0001/slice-step-000000000007-random.h5").write_bytes(b"no")
        told = self.draw()
        self.assertIn("0001/slice-step-000000000007-random.h5 cannot be read", told.stderr)
        self.assertNotIn("pictures cannot be written", told.stderr)
        self.assertEqual(self.drawn(), ALL)

    def test_a_first_and_a_last_row_are_no_course(self):
        members = [synthetic_run.member(c) for c in (1.0, 3.0)]
        synthetic_run.write(self.run_folder, members, every=60)
        self.assertIn("no loss.png", self.draw().stdout)
        self.assertEqual(self.drawn(), ALL - {"loss.png", "accuracy_in_time.png"})

    def test_twins_beside_networks_with_those_that_diverged(self):
        members = [synthetic_run.member(c) for c in (1.0, 2.5, 3.5, 5.0)]
        synthetic_run.write(self.run_folder, members, twins=(0, 10))
        told = self.draw().stdout
        self.assertEqual(self.drawn(), ALL | TWINS)
        for name in TWINS:
            self.assertIn(name, told)

    def test_watched_twins(self):
        synthetic_run.write(self.run_folder, [synthetic_run.member(c) for c in (1.0, 3.0, 3.5)],
                            twins=(0, 1, 2, 3, 4, 6, 8, 11, 16), watched=(0, 8, -1))
        (self.run_folder / "resolved.toml").write_text("[linearize]\nat = [0, 8]\n")
        told = self.draw().stdout
        self.assertIn("(c = 3): linearity restored at t = 8, eta*lambda = 1.3", told)
        self.assertIn("(c = 3.5): linearity is not restored", told)
        self.assertEqual(self.drawn(), ALL | TWINS | {"restored.png"})

    def test_twins_of_one_member_that_diverged_itself(self):
        synthetic_run.write(self.run_folder, [synthetic_run.member(5.0)], twins=(0, 2))
        self.draw()
        self.assertLessEqual({"twins.png", "distance.png"}, self.drawn())

    def test_the_exponent_of_the_kernel_change(self):
        widths = (64, 128, 256, 512)
        members = [synthetic_run.member(3.0, **{"model.width": width}) for width in widths]
        changes = 2.0 * np.array(widths) ** -0.9 * np.exp([0.1, -0.1, -0.1, 0.1])
        synthetic_run.write(self.run_folder, members, changes=changes)
        told = self.draw().stdout
        # One learning rate alone: nothing is drawn over it.
        self.assertEqual(self.drawn(), ALL - {"final_lambda.png", "accuracy.png"} |
                         {"kernel_change.png"})
        # The disturbance has no slope: the exponent stays, with this error.
        error = np.sqrt(4 * 0.1**2 / 2 / (5 * np.log(2) ** 2))
        found = re.search(r"width\^(\S+) \+- (\S+) over 4 members", told)
        self.assertIsNotNone(found, told)
        self.assertAlmostEqual(float(found[1]), -0.9, places=3)
        self.assertAlmostEqual(float(found[2]), error, places=3)

    def decayed(self, decay, **swept):
        """A run of four members, one of which diverges, and what the pictures tell of it."""
        members = [synthetic_run.member(c, **swept) for c in (0.5, 1.5, 3.0, 5.0)]
        synthetic_run.write(self.run_folder, members)
        (self.run_folder / "resolved.toml").write_text(f"[train]\ndecay = [{decay}]\n")
        return self.draw().stdout

    def test_accuracy_before_and_after_a_decay_in_physical_time(self):
        told = self.decayed("{time = 15.0, learning_rate = 0.1}")
        self.assertEqual(self.drawn(), ALL | {"decay.png"})
        # Test accuracy 0.8 / (1 + loss); at t*eta = 15 the loss of c = 0.5 is the smallest but
        # for that of c = 1.5, whose factor a step is the same, after a third of the steps.
        losses = {}
        for c in (0.5, 1.5, 3.0):
            series = synthetic_run.member(c)[1]
            losses[c] = series["loss"][np.flatnonzero(series["time"] <= 15.0)[-1]]
        best = min(losses, key=losses.get)
        self.assertIn(f"before the decay: {80 / (1 + losses[best]):.2f} %", told)
        self.assertIn(f"c = {best}", told)

    def test_accuracy_before_and_after_a_decay_at_a_step(self):
        self.assertIn("after the decay", self.decayed("{step = 4, learning_rate = 0.1}"))
        self.assertIn("decay.png", self.drawn())

    def test_a_decay_that_no_member_reached_is_not_drawn(self):
        self.assertNotIn("the decay:", self.decayed("{step = 4000, learning_rate = 0.1}"))
        self.assertEqual(self.drawn(), ALL)

    def test_a_folder_that_is_no_run(self):
        self.assertIn(str(self.run_folder), self.draw(code=3).stderr)


if __name__ == "__main__":
    unittest.main()
