"""train.follow_lambda: the rate of every step is c over the lambda last measured."""

import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np
from program import catapult, series, write_deck

WARM_UP = """
data.source = "toy"
data.preprocessing = "none"
model.kind = "solvable"
model.width = 50
model.precision = "f64"
measure.tolerance = 1e-13
train.follow_lambda = true
train.stop_steps = 10
"""


class FollowLambda(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)

    def go(self, deck, *arguments, command="run", **options):
        out = Path(tempfile.mkdtemp(dir=self.folder)) / "run"
        done = catapult(command, deck, "--out", out, *arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out

    def assert_follows(self, run, c, every):
        rate, time = series(run, 0, "learning_rate"), series(run, 0, "time")
        step, measured = series(run, 0, "kernel/step"), series(run, 0, "kernel/lambda")
        self.assertEqual(list(step), sorted({*range(0, len(rate), every), len(rate) - 1}))
        np.testing.assert_allclose(rate[step] * measured, c, rtol=1e-14)
        np.testing.assert_array_equal(rate[:-1], np.repeat(rate[:-1:every], every)[:len(rate) - 1])
        np.testing.assert_allclose(np.diff(time), rate[:-1], rtol=1e-12)
        self.assertGreater(np.ptp(rate), 1e-3 * rate[0])

    def test_on_any_ranks(self):
        lines = ('model.precision = "f64"', "measure.tolerance = 1e-10",
                 "train.learning_rate_c = 2.3", "train.follow_lambda = true", "data.batch = 12")
        for every in (1, 5):
            deck = write_deck(self.folder, *lines, f"measure.kernel_every = {every}",
                              "measure.kernel_samples = 24")
            alone = self.go(deck)
            self.assert_follows(alone, 2.3, every)
            for ranks in (2, 3):
                spread = self.go(deck, ranks=ranks)
                self.assert_follows(spread, 2.3, every)
                np.testing.assert_allclose(series(spread, 0, "loss"), series(alone, 0, "loss"),
                                           rtol=1e-8)

    def test_follows_the_maps_of_the_warm_up_model(self):
        deck = self.folder / "warm_up.toml"
        for c, every, ranks in ((0.5, 1, 1), (2.5, 1, 3), (2.5, 3, 2)):
            deck.write_text(WARM_UP + f"train.learning_rate_c = {c}\n"
                            f"measure.kernel_every = {every}\n")
            run = self.go(deck, ranks=ranks)
            self.assert_follows(run, c, every)
            loss, measured = series(run, 0, "loss"), series(run, 0, "kernel/lambda")
            f, curvature, rate = np.sqrt(2 * loss[0]), measured[0], 0.0
            for step, value in enumerate(loss):  # equations (6) and (7) of the paper
                if step % every == 0:
                    rate = c / curvature
                self.assertAlmostEqual(value / (f * f / 2), 1, delta=1e-9, msg=(c, step))
                f, curvature = (f * (1 - rate * curvature + rate**2 * f * f / 50),
                                curvature + rate * f * f / 50 * (rate * curvature - 4))

    def test_twins_and_forks_have_its_rates(self):
        deck = write_deck(self.folder, 'model.precision = "f64"', "train.learning_rate_c = 2.3",
                          "train.follow_lambda = true", "measure.kernel_every = 3",
                          "linearize.at = [5]", "checkpoint.at = [5]", "measure.tolerance = 1e-10")
        run = self.go(deck)
        file = run / f"members/0000/checkpoints/step-{5:012d}.h5"
        further = self.go(file, command="linearize", ranks=2)
        for name in ("learning_rate", "loss", "kernel/lambda"):
            whole = series(run, 0, name)
            np.testing.assert_allclose(series(further, 0, name),
                                       whole[whole.size - series(further, 0, name).size:], rtol=1e-9)
        self.assertEqual(series(further, 0, "step")[0], 5)
        np.testing.assert_allclose(series(further, 0, "twins/at_5/linear/loss"),
                                   series(run, 0, "twins/at_5/linear/loss"), rtol=1e-8)
        np.testing.assert_array_equal(series(run, 0, "twins/at_5/linear/time"),
                                      series(run, 0, "time")[5:])
        fixed = self.go(file, "--learning-rate", 0.01, command="linearize")
        self.assertEqual(set(series(fixed, 0, "learning_rate")), {0.01})
        begun = self.go(deck, "--from", file, "--set", "train.learning_rate_c=1.0")
        with h5py.File(file) as kept:
            before = kept["standing/lambda_last"][0]
        self.assertEqual(before, series(run, 0, "kernel/lambda")[1])
        rate, measured = series(begun, 0, "learning_rate"), series(begun, 0, "kernel/lambda")
        self.assertGreater(abs(rate[0] * before - 1), 1e-4)  # relative to lambda at step 5
        np.testing.assert_allclose(rate[1] * measured[0], 1, rtol=1e-14)
        done = catapult("predict", file)
        self.assertEqual(done.returncode, 2)
        self.assertIn("train.follow_lambda", done.stderr)

    def test_a_network_that_diverges_ends_as_ever(self):
        deck = write_deck(self.folder, "train.learning_rate_c = 12.0", "train.follow_lambda = true",
                          'model.activation = "linear"',
                          "measure.kernel_every = 1", "train.stop_steps = 200")
        for ranks in (0, 2):
            run = self.go(deck, ranks=ranks)
            self.assertIn("diverged", (run / "summary.csv").read_text())
            steps = series(run, 0, "step")
            self.assertEqual(list(steps), list(range(len(steps))))
            self.assertLess(len(series(run, 0, "kernel/step")), len(steps) + 1)


if __name__ == "__main__":
    unittest.main()
