"""Spikes of the loss: the tables of a run, a run that was killed, and their picture."""

import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from program import SOURCE, catapult, write_deck

sys.path.insert(0, str(SOURCE / "apps/plots"))
from run_folder import read_run  # noqa: E402
from spikes import draw_spikes, power_of_rate, tell_spikes  # noqa: E402
from style import save, use_style  # noqa: E402

SPIKED = ("data.inputs = 8", "data.outputs = 1", "data.train_samples = 16", "data.test_samples = 0",
          "data.batch = 2", "model.depth = 1", "model.precision = 'f64'", "model.width = 64",
          "train.learning_rate_c = 1.1", "train.stop_steps = 60", "measure.kernel_every = 1",
          "measure.kernel_samples = 16", "measure.curvature = ['ntk', 'spikes']",
          "measure.tolerance = 1e-6", "measure.error_modes = 3")


def spikes_by_hand(loss, rise=1.0, window=20):
    """(start, peak, end, returned), from the whole series at once."""
    found, first, step = [], 0, 1
    while step < len(loss):
        begin = max(first, step - window)
        start = step - 1 - int(np.argmin(loss[begin:step][::-1]))
        if loss[step] <= (1 + rise) * loss[start]:
            step += 1
            continue
        peak = end = step
        while end < len(loss) and loss[end] > np.sqrt(loss[start] * loss[peak]):
            peak = end if loss[end] > loss[peak] else peak
            end += 1
        found.append((start, peak, min(end, len(loss) - 1), int(end < len(loss))))
        first, step = end, end + 1
    return found


class OfARun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        deck = write_deck(cls.folder, *SPIKED, "study.sweep.'model.width' = [32, 64, 128]",
                          "study.sweep.'data.seed' = [0, 1, 2]")
        for ranks in (0, 3):
            done = catapult("run", deck, "--out", cls.folder / str(ranks), "--set",
                            "study.members_at_once=1", ranks=ranks)
            if done.returncode:
                raise AssertionError(done.stdout + done.stderr)
        cls.run_folder = cls.folder / "0"

    def table(self, folder):
        return pd.read_csv(folder / "spikes.csv", dtype={"member": str},
                           float_precision="round_trip")

    def test_are_those_of_the_loss_of_the_kernel_samples(self):
        table, count = self.table(self.run_folder), 0
        for name in (f"{number:04d}" for number in range(9)):
            with h5py.File(self.run_folder / f"members/{name}/series.h5") as h5:
                loss, lam = h5["kernel_loss/loss"][:], h5["kernel/lambda"][:]
                whole = h5["summary/outcome"][0] != b"diverged"
            rows = table[table.member == name]
            expected = [spike for spike in spikes_by_hand(loss) if whole or spike[-1]]
            self.assertEqual(list(zip(rows.step, rows.step_peak, rows.step_end, rows.returned)),
                             expected)
            np.testing.assert_array_equal(rows.lambda_before, lam[rows.step])
            np.testing.assert_array_equal(rows.lambda_after, lam[rows.step_end])
            np.testing.assert_allclose(rows.height, loss[rows.step_peak] / loss[rows.step])
            count += len(rows)
        self.assertGreater(count, 20)
        self.assertTrue(table.top_share.between(0, 1).all())
        with h5py.File(self.run_folder / "study.h5") as h5:
            np.testing.assert_array_equal(h5["spikes/step_peak"][:], table.step_peak)

    def test_are_the_same_on_other_ranks(self):
        one, three = (self.table(self.folder / ranks) for ranks in ("0", "3"))
        self.assertEqual(list(one.step_peak), list(three.step_peak))
        np.testing.assert_allclose(three.top_share, one.top_share, atol=1e-3)

    def test_are_drawn_and_told(self):
        use_style()
        run = read_run(self.run_folder)
        figure = draw_spikes(run)
        save(figure, self.folder, "spikes")
        loss = figure.axes[0]
        table = self.table(self.run_folder)
        name = loss.get_title(loc="left").split(",")[0].removeprefix("member ")
        peaks = {label: line.get_xydata() for line in loss.get_lines()
                 if (label := line.get_label())}["peaks"]
        rows = table[table.member == name]
        for step, height in peaks:
            np.testing.assert_allclose(rows.loss_peak[rows.step_peak == step], [height])
        self.assertEqual(len(peaks), min(len(rows), 12))
        self.assertIn(f"{len(table)} spikes in 9 runs", next(tell_spikes(run)))


class Powers(unittest.TestCase):
    def test_of_counts_that_follow_one(self):
        x, steps = np.array([10, 40, 160, 640.0]), np.array([1e4, 2e4, 3e4, 4e4])
        a, p, error = power_of_rate(x, steps * 0.2 * x ** -0.7, steps)
        self.assertAlmostEqual(p, -0.7, places=6)
        self.assertAlmostEqual(np.exp(a), 0.2, places=6)
        self.assertGreater(error, 0)

    def test_are_covered_by_their_error(self):
        draws = np.random.default_rng(5)
        x, steps = 10.0 * 2 ** np.arange(7), np.full(7, 4000.0)
        fits = [power_of_rate(x, draws.poisson(steps * 0.02 * x ** -0.5), steps)
                for _ in range(300)]
        within = np.mean([abs(p + 0.5) < error for _, p, error in fits])
        self.assertGreater(within, 0.6)  # one standard error: 0.68, widened at times
        self.assertLess(within, 0.85)

    def test_of_too_little_is_not_fitted(self):
        self.assertIsNone(power_of_rate([1, 2], [3, 4], [10, 10]))
        self.assertIsNone(power_of_rate([1, 2, 3], [0, 0, 5], [10, 10, 10]))


if __name__ == "__main__":
    unittest.main()
