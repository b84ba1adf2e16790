"""Convolutional networks with batch norm through all commands, on any number of ranks."""

import tempfile
import unittest
from pathlib import Path

import checkpoint_commands_test as commands
import h5py
import numpy as np
from image_decks import CNN, SGD, WRN
from program import catapult, series, write_deck

KEPT = ("loss", "accuracy", "test_loss", "kernel/lambda", "kernel/samples", "kernel_change/change",
        "twins/at_2/linear/loss", "twins/at_2/quadratic/test_loss")


class Ranks(unittest.TestCase):
    def assert_alike(self, samples, *lines):
        """On 1, 2 and 3 ranks: batches, groups, kernel `samples` and test samples are the same."""
        with tempfile.TemporaryDirectory() as folder:
            deck = write_deck(folder, 'model.precision = "f64"', "measure.tolerance = 1e-9",
                              "measure.kernel_change = [0, 6]", "linearize.at = [2]",
                              'linearize.models = ["linear", "quadratic"]', *lines)
            runs = []
            for ranks in (1, 2, 3):
                runs.append(Path(folder) / str(ranks))
                done = catapult("run", deck, "--out", runs[-1], ranks=ranks)
                self.assertEqual(done.returncode, 0, done.stderr)
            for name in KEPT:
                for run in runs[1:]:
                    np.testing.assert_allclose(series(run, 0, name), series(runs[0], 0, name),
                                               rtol=1e-7, err_msg=f"{name} of {run}")
            self.assertEqual(set(series(runs[0], 0, "kernel/samples")), {samples})

    def test_do_not_change_a_wide_residual_network(self):
        self.assert_alike(12, *WRN, *SGD, "measure.kernel_batches = 2")

    def test_do_not_change_a_convolutional_network_of_groups_that_fit_no_rank(self):
        self.assert_alike(24, *CNN, "model.batch_norm_group = 7", "data.test_samples = 10")


class LinearizeWideResidual(commands.Linearize):
    lines = WRN


class PredictWideResidual(commands.Predict):
    lines = WRN


class Kernel(commands.Checkpoint):
    lines = (*CNN, "measure.tolerance = 1e-8")

    def test_has_the_spectrum_whose_largest_was_followed(self):
        followed = series(self.run_folder, 0, "kernel/lambda")[1]  # of step 4
        for ranks, count in ((1, "all"), (3, "all"), (3, "2")):
            done = catapult("spectrum", self.file, "--out", self.folder, "--eigenvalues", count,
                            ranks=ranks)
            self.assertEqual(done.returncode, 0, done.stderr)
            with h5py.File(self.folder / f"spectrum-step-{commands.FORK:012d}.h5") as file:
                values = file["eigenvalues"][()]
            self.assertEqual(len(values), 72 if count == "all" else 2)
            self.assertAlmostEqual(values[0] / followed, 1.0, places=6)

    def test_of_hours_is_refused_before_it_is_begun(self):
        done = catapult("run", self.folder / "deck.toml", "--out", self.folder / "far",
                        "--set", "data.train_samples=200000", "--set", "measure.kernel_samples=0",
                        "--set", 'measure.method="assembled"', ranks=2)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("600000 products", done.stderr)


class Earlier(unittest.TestCase):
    def test_checkpoints_without_the_number_of_samples_continue(self):
        with tempfile.TemporaryDirectory() as folder:
            deck, run = write_deck(folder, "checkpoint.at = [4]", *CNN), Path(folder) / "run"
            stopped = catapult("run", deck, "--out", run, CATAPULT_FAULT="checkpoint-pruned:0:1")
            self.assertEqual(stopped.returncode, -9, stopped.stderr)
            kept = run / "members/0000/checkpoints/step-000000000004.h5"
            with h5py.File(kept, "a") as file:
                del file["series/kernel/samples"], file["contents"]  # which lists it
            done = catapult("run", deck, "--out", run)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(list(series(run, 0, "kernel/step")), [0, 4, 8, 12])
            self.assertEqual(list(series(run, 0, "kernel/samples")), [0, 24, 24, 24])
            told = (run / "members/0000/series.csv").read_text().splitlines()
            self.assertTrue(told[1].endswith(","), told[1])
            self.assertTrue(told[5].endswith(",24"), told[5])


if __name__ == "__main__":
    unittest.main()
