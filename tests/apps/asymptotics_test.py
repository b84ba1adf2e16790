"""The limit of large width from decks to numbers: phase boundaries by bisection, laws of the warm-up
model at any width."""

import json
import shutil
import subprocess
import sys
import unittest

import h5py
import numpy as np
import pandas as pd
from program import SOURCE, WithFolder, catapult

TOY = """
study.name = "t"
data.source = "toy"
model.kind = "solvable"
model.representation = "gram"
model.precision = "f64"
train.stop_steps = 2000
train.stop_loss = 1e-12
measure.every = 2000
"""
BOUNDARY = TOY + """
boundary.find = ["loss_rises", "diverges"]
boundary.between = [1.0, 9.0]
boundary.resolution = 0.05
study.sweep."model.width" = [100, 1_000_000, 1_000_000_000_000]
"""
PLOT = SOURCE / "apps/plots/catapult_plot.py"
sys.path.insert(0, str(PLOT.parent))
from warm_up import warm_up  # noqa: E402

REAL = """
study.name = "t"
data.source = "idx"
data.path = "inputs/data/digits"
data.train_samples = 16
data.test_samples = 1
model.kind = "fc"
model.depth = 1
model.activation = "relu"
model.precision = "f64"
train.stop_steps = 30
measure.kernel_every = 1
measure.tolerance = 1e-7
measure.kernel_change = [0, 30]
study.sweep."train.learning_rate_c" = [1.0, 3.0]
study.sweep."model.width" = [1_000, 3_000, 8_000, 20_000]
"""


class Asymptotics(WithFolder):
    def deck(self, text):
        path = self.folder / "deck.toml"
        path.write_text(text)
        return path

    def run_deck(self, text, out="run", ranks=0, code=0):
        done = catapult("run", self.deck(text), "--out", self.folder / out, ranks=ranks)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def boundaries(self, out="run"):
        return (self.folder / out / "boundaries.csv").read_text()

    def draw(self, out="run"):
        done = subprocess.run([PLOT, self.folder / out], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_boundaries_are_found_by_few_trainings_on_any_ranks(self):
        told = self.run_deck(BOUNDARY)
        table = pd.read_csv(self.folder / "run/boundaries.csv")
        self.assertEqual(len(table), 6)
        for boundary, c in (("loss_rises", 2.0), ("diverges", 4.0)):
            found = table[table.boundary == boundary]
            self.assertTrue(((found.c - c).abs() < 0.1).all(), found)
            self.assertTrue(((found.c_high - found.c_low) <= 0.05).all())
            self.assertTrue((found.monotone == "yes").all())
            self.assertIn(boundary, told)
        self.assertTrue((table.members * 8 <= 8.0 / 0.05).all(), table)
        trials = pd.read_csv(self.folder / "run/summary.csv", dtype={"member": str})
        self.assertEqual(len(trials), table.drop_duplicates("member").members.sum())
        for ranks in (2, 3):
            self.run_deck(BOUNDARY, f"ranks{ranks}", ranks=ranks)
            self.assertEqual(self.boundaries(f"ranks{ranks}"), self.boundaries())
        self.assertIn("boundaries.png", self.draw())

    def test_a_search_goes_on_where_it_was(self):
        self.run_deck(BOUNDARY)
        whole, members = self.boundaries(), self.folder / "run/members"
        kept = members / "0001-03/series.h5"
        before = kept.stat().st_mtime_ns
        end = max(path.stat().st_mtime_ns for path in members.glob("*/series.h5"))
        for trial in ("0001-04", "0001-05", "0002-00"):
            shutil.rmtree(members / trial)
        (self.folder / "run/boundaries.csv").unlink()
        self.run_deck(BOUNDARY)
        self.assertEqual(self.boundaries(), whole)
        self.assertEqual(kept.stat().st_mtime_ns, before)
        self.assertGreater((members / "0001-04/series.h5").stat().st_mtime_ns, end)

    def test_tells_a_boundary_outside_of_the_range(self):
        told = self.run_deck(BOUNDARY.replace("[1.0, 9.0]", "[2.5, 3.5]"))
        table = pd.read_csv(self.folder / "run/boundaries.csv")
        self.assertTrue(table.c.isna().all())
        self.assertTrue((table[table.boundary == "diverges"].c_low == 3.5).all())
        self.assertTrue((table[table.boundary == "loss_rises"].c_high == 2.5).all())
        self.assertIn("above 3.5", told)
        self.assertIn("outside of the range", self.draw())

    def test_means_over_seeds_with_their_standard_errors(self):
        text = BOUNDARY.replace("[100, 1_000_000, 1_000_000_000_000]", "[8, 30]")
        text = text.replace("[1.0, 9.0]", "[1.0, 4.0]")  # none diverges in it
        self.run_deck(text + 'study.sweep."model.seed" = [0, 1, 2, 3, 4]\n', ranks=2)
        each = pd.read_csv(self.folder / "run/boundaries.csv")
        mean = pd.read_csv(self.folder / "run/boundaries_mean.csv", float_precision="round_trip")
        groups = each.groupby(["model.width", "boundary"]).c
        expected = groups.agg(["mean", "sem", "count", "size"])
        self.assertEqual(list(mean.columns), ["model.width", "boundary", "c_mean", "c_sem", "found",
                                              "seeds"])
        found = mean.set_index(["model.width", "boundary"]).loc[expected.index]
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        self.assertTrue((found.c_sem > 0).any() and (found.found < found.seeds).any(), found)
        with h5py.File(self.folder / "run/study.h5") as study:
            np.testing.assert_array_equal(study["boundaries_mean/c_sem"], mean.c_sem)
        told = self.draw()
        rises = found.loc[8, "loss_rises"]
        self.assertIn(f"loss_rises, model.width = 8: c = {rises.c_mean:.4g} +- {rises.c_sem:.2g}, "
                      f"{int(rises.found)} of 5 seeds", told)

    def test_lambda_falls_beyond_2_and_the_surface_is_drawn(self):
        text = TOY.replace("measure.every = 2000", "measure.kernel_every = 2000")
        self.run_deck(text + 'boundary.find = ["lambda_falls"]\nboundary.between = [1.0, 3.5]\n'
                      "boundary.resolution = 0.05\nmodel.width = 10000\n")
        table = pd.read_csv(self.folder / "run/boundaries.csv")
        self.assertTrue(2.0 <= table.c_low[0] < 2.1, table)
        self.run_deck(TOY.replace("measure.every = 2000", "measure.kernel_every = 1")
                      + "train.learning_rate_c = 3.0\nmodel.width = 1000\n", "plain")
        self.assertIn("landscape.png", self.draw("plain"))

    def test_twins_of_the_widest_end_where_the_deck_says(self):
        """The network may rise by its width; so may its quadratic twin, which is the network. A
        linear one has diverged at diverge_above times the loss of the run or of its fork."""
        self.run_deck(TOY.replace("= 2000", "= 60").replace("measure.every = 60", "")
                      + "train.learning_rate_c = 3.0\nmodel.width = 1_000_000_000_000_000\n"
                      "linearize.at = [0, 24, 32]\nlinearize.models = ['linear', 'quadratic']\n")
        with h5py.File(self.folder / "run/members/0000/series.h5") as member:
            loss, twins = member["loss"][:], member["twins"]
            self.assertGreater(loss.max(), 1e13 * loss[0])
            ends = {at: twins[f"at_{at}/linear/outcome"][()].decode() for at in (0, 24, 32)}
            self.assertEqual(ends, {0: "diverged", 24: "running", 32: "running"})
            own = twins["at_0/linear/loss"][:]
            self.assertTrue((own[:-1] <= 1e10 * own[0]).all() and own[-1] > 1e10 * own[0], own)
            self.assertGreater(loss[24], 1e10 * loss[0])  # a fork amid the catapult is none
            quadratic = twins["at_0/quadratic/loss"][:]
            np.testing.assert_allclose(quadratic[:30], loss[:30], rtol=1e-6)

    def test_refuses_bad_boundaries_at_their_place(self):
        good = 'boundary.find = ["loss_rises", "diverges"]'
        for line, better, tells in (
                (good, "boundary.find = []", "boundary.find is empty"),
                (good, 'boundary.find = ["explodes"]', "explodes"),
                (good, 'boundary.find = ["lambda_falls"]', "kernel_every"),
                (good, good + "\ndata.batch = 1", "loss_rises"),
                (good, good + "\ntrain.learning_rate_c = 3.0", "learning rate"),
                (good, good + '\nstudy.sweep."train.learning_rate_c" = [1.0]', "learning rate"),
                (good, good + '\nstudy.sweep."boundary.resolution" = [1.0]', "[boundary]"),
                ("[1.0, 9.0]", "[9.0, 1.0]", "boundary.between is [9, 1]"),
                ("[1.0, 9.0]", "[1.0]", "boundary.between is [1]"),
                ("[1.0, 9.0]", "[0.0, 9.0]", "boundary.between"),
                ("resolution = 0.05", "resolution = 0.0", "boundary.resolution"),
        ):
            text = BOUNDARY.replace(line, better)
            told = self.run_deck(text, code=2)
            self.assertIn(tells, told)
            self.assertRegex(told, r"deck\.toml:\d+:\d+: ")

    def test_refuses_widths_that_no_integer_counts(self):
        text = TOY + "train.learning_rate_c = 3.0\n"
        for width, code in ((10**18, 0), (2**62, 2)):
            told = self.run_deck(text + f"model.width = {width}\n", f"w{width}", code=code)
            if code:
                self.assertIn(f"ask for at most {2**62 - 1}", told)
        told = self.run_deck(text.replace('"f64"', '"f32"') + "model.width = 1000\n", code=2)
        self.assertIn('set precision = "f64"', told)
        told = self.run_deck(text.replace('"solvable"', '"fc"'), code=2)
        self.assertIn("model.representation", told)

    def test_laws_are_fitted_with_their_errors(self):  # T5, T7
        done = catapult("run", SOURCE / "inputs/asymptotics/log_n.toml", "--short", "--out",
                        self.folder / "run", ranks=2)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        told = self.draw()
        self.assertIn("asymptotics.png", told)
        laws = json.loads((self.folder / "run/plots/fits.json").read_text())
        slopes = {law["at"]["c"]: law for law in laws if law["law"].startswith("steps")}
        self.assertEqual(sorted(slopes), [2.5, 3.0, 3.5])
        for law in slopes.values():
            self.assertLess(abs(law["value"] / law["theory"] - 1), 0.04)
            self.assertLess(law["error"], 0.03)
            self.assertGreaterEqual(len(law["rows"]), 20)
        periods = [law for law in laws if "log-period" in law["law"]]
        self.assertEqual(len(periods), 2)
        for law in periods:
            self.assertGreater(law["value"], 0.9)
        self.assert_the_map_of_two_numbers_tells_all(pd.read_csv(self.folder / "run/summary.csv"))

    def assert_the_map_of_two_numbers_tells_all(self, summary):
        """Where |u|^2 = |v|^2 up to n^(-1/2), as it is supposed there."""
        wide = summary[(summary["model.width"] > 1e14) & (summary.loss_0 > 0.01)]
        self.assertGreater(len(wide), 9)
        told = warm_up(wide.c, wide.loss_0, wide.lambda_0, wide["model.width"], wide.steps.max())
        self.assertEqual(list(told.peak_step), list(wide.step_loss_max))
        for told_here, found in ((told.peak_loss / wide.loss_max, 1.0),
                                 (told.curvature_end, wide.learning_rate * wide.lambda_end),
                                 (told.lambda_change, 1 - wide.lambda_end / wide.lambda_0)):
            self.assertLess(abs(told_here - found).max(), 1e-4)

    def test_laws_of_real_networks_stand_beside_those_of_the_warm_up_model(self):
        self.run_deck(REAL)
        told = self.draw()
        self.assertIn("asymptotics.png", told)
        self.assertIn("(warm-up model 0.721)", told)
        laws = json.loads((self.folder / "run/plots/fits.json").read_text())
        found = {law["law"]: law["value"] for law in laws}
        self.assertLess(abs(found["exponent of the lazy shift of lambda"] + 1), 0.2)
        self.assertLess(abs(found["exponent of the peak loss"] - 1), 0.1)
        self.assertLess(abs(found["steps to the peak per ln n"] - 0.72), 0.15)

    def test_exponents_and_collapse_at_the_critical_learning_rate(self):  # T9
        done = catapult("run", SOURCE / "inputs/asymptotics/critical.toml", "--out",
                        self.folder / "run", ranks=2)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.draw()
        laws = json.loads((self.folder / "run/plots/fits.json").read_text())
        for name, low, high in (("above", -0.99, -0.85), ("below", -1.05, -1.0)):
            found = [law["value"] for law in laws if law["law"].startswith(f"critical exponent {name}")]
            self.assertEqual(len(found), 2, name)  # n = 1e7 and 1e8 are far from their rounding
            self.assertTrue(all(low < value < high for value in found), found)
        collapse = [law["value"] for law in laws if law["law"].startswith("collapse")]
        self.assertEqual(len(collapse), 2)
        for exponent in collapse:
            self.assertLess(abs(exponent - 0.5), 0.02)


if __name__ == "__main__":
    unittest.main()
