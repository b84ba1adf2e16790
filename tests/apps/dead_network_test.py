"""ReLU networks all of whose neurons die in the first steps of a large learning rate: f = 0, the
kernel and the Hessian are zero, and training goes on."""

import csv
import unittest

import numpy as np
from program import WithFolder, catapult, series, write_deck

STEPS = 10


class DeadNetwork(WithFolder):
    def run_deck(self, *lines, out="run", ranks=0, code=0, arguments=(), **environment):
        deck = write_deck(self.folder, 'data.source = "idx"', 'data.path = "inputs/data/digits"',
                          "data.outputs = 0", "model.depth = 1", "train.learning_rate_c = 100.0",
                          f"train.stop_steps = {STEPS}", "measure.kernel_every = 1", *lines)
        text = deck.read_text().replace("data.outputs = 0\n", "").replace("data.inputs = 6\n", "")
        deck.write_text(text)
        done = catapult("run", deck, "--out", self.folder / out, *arguments, ranks=ranks,
                        **environment)
        self.assertEqual(done.returncode, code, done.stderr)
        return self.folder / out

    def expect_dead(self, run, member=0):
        """From step 3 on at the latest: nothing moves any more."""
        self.assertGreater(series(run, member, "kernel/lambda")[0], 0)
        for name in ("kernel/lambda", "kernel/residual"):
            np.testing.assert_array_equal(series(run, member, name)[3:], 0)
        self.assertTrue(series(run, member, "kernel/converged").all())
        loss = series(run, member, "loss")
        self.assertEqual(len(loss), STEPS + 1)
        np.testing.assert_array_equal(loss[3:], loss[-1])

    def test_is_a_finished_member_with_lambda_zero(self):
        for ranks, *lines in ((2,), (0, 'model.precision = "f64"'), (2, 'measure.solver = "slepc"'),
                              (0, "measure.eigenvalues = 3"), (2, 'measure.method = "assembled"'),
                              (2, "measure.kernel_batches = 2", "measure.kernel_samples = 12")):
            run = self.run_deck(*lines, ranks=ranks, arguments=("--resume", "never"))
            self.expect_dead(run)
            with open(run / "summary.csv", newline="") as file:
                row, = csv.DictReader(file)
            self.assertEqual((row["outcome"], row["phase"]), ("running", "catapult"), lines)
            self.assertEqual(float(row["lambda_end"]), 0)

    def test_all_else_is_measured_too(self):
        curvature = ["ntk", "hessian", "gradient", "critical_rate", "alignment", "spikes"]
        run = self.run_deck(f"measure.curvature = {curvature}".replace("'", '"'),
                            "measure.smallest = true", "measure.kernel_change = [0, 6, 8]",
                            "linearize.at = [0, 5]", 'linearize.models = ["linear", "quadratic"]')
        self.expect_dead(run)
        for name in ("hessian/lambda", "hessian/smallest", "gradient/norm"):
            np.testing.assert_array_equal(series(run, 0, name)[3:], 0)
        for model in ("linear", "quadratic"):
            np.testing.assert_array_equal(series(run, 0, f"twins/at_5/{model}/distance"), 0)

    def test_continues_from_its_checkpoints(self):
        lines = ("checkpoint.at = [6]", 'measure.curvature = ["ntk", "hessian"]')
        whole = self.run_deck(*lines)
        killed = self.run_deck(*lines, out="killed", code=-9,
                               CATAPULT_FAULT="checkpoint-renamed:*:1")
        self.run_deck(*lines, out="killed")
        for name in ("loss", "kernel/lambda", "kernel/matvecs", "hessian/lambda"):
            np.testing.assert_array_equal(series(killed, 0, name), series(whole, 0, name))
        checkpoint = whole / "members/0000/checkpoints/step-000000000006.h5"
        for command in (("spectrum", "--eigenvalues", 3), ("spectrum", "--density", "--trace"),
                        ("spectrum", "--operator", "hessian", "--density", "--trace"),
                        ("predict", "--steps", "9"), ("slice", "--points", 3), ("linearize",)):
            done = catapult(command[0], checkpoint, *command[1:], "--out", self.folder / "look")
            self.assertEqual(done.returncode, 0, f"{command} {done.stderr}")
        done = catapult("run", self.folder / "deck.toml", "--from", checkpoint, "--out",
                        self.folder / "on")
        self.assertEqual(done.returncode, 4)
        self.assertIn("lambda_0 is 0 and cannot set the learning rate", done.stderr)

    def test_keeps_the_last_rate_that_lambda_has_set(self):
        run = self.run_deck("train.follow_lambda = true", "model.precision = \"f64\"")
        self.expect_dead(run)
        rates = series(run, 0, "learning_rate")
        self.assertTrue(np.isfinite(rates).all())
        dead = list(series(run, 0, "kernel/lambda")).index(0)
        np.testing.assert_array_equal(rates[dead:], rates[dead - 1])

    def test_biases_alone_have_a_kernel(self):
        run = self.run_deck("model.sigma_b = 0.5", 'model.precision = "f64"')
        last = series(run, 0, "kernel/lambda")[-1]
        outputs = 10
        self.assertAlmostEqual(last, 0.25 / outputs, delta=1e-6)

    def test_boundaries_are_searched_among_dead_networks(self):
        deck = self.folder / "search.toml"
        self.run_deck()
        text = (self.folder / "deck.toml").read_text().replace(
            "train.learning_rate_c = 100.0\n", "")
        deck.write_text(text + 'boundary.find = ["lambda_falls", "diverges"]\n'
                        "boundary.between = [1.0, 1000.0]\nboundary.resolution = 200.0\n")
        done = catapult("run", deck, "--out", self.folder / "search")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.folder / "search/boundaries.csv", newline="") as file:
            found = list(csv.DictReader(file))
        self.assertEqual([row["boundary"] for row in found], ["lambda_falls", "diverges"])
        with open(self.folder / "search/summary.csv", newline="") as file:
            ends = [row["lambda_end"] for row in csv.DictReader(file)]
        self.assertIn("0", ends)


if __name__ == "__main__":
    unittest.main()
