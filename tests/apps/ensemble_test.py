"""Ensembles: studies of the warm-up model that ask for the summary alone train their members
together."""

import json
import shutil
import signal
import subprocess
import time
import unittest

import h5py
import numpy as np
import pandas as pd
from program import BINARY, SOURCE, WithFolder, catapult, series, write_deck

TOY = """
study.name = "t"
data.source = "toy"
model.kind = "solvable"
model.representation = "gram"
model.precision = "f64"
measure.tolerance = 1e-13
measure.kernel_every = 60
train.stop_steps = 60
study.sweep."train.learning_rate_c" = [0.5, 1.9, 2.5, 3.5, 4.2, 20.0]
study.sweep."model.width" = [1, 2, 1000, 1_000_000_000_000_000_000]
study.sweep."model.seed" = { from = 3, count = 2 }
"""
GAUSSIAN = """
study.name = "t"
data.source = "gaussian"
data.inputs = 3
data.outputs = 1
data.train_samples = 7
model.kind = "solvable"
model.representation = "gram"
model.precision = "f64"
model.width = 100
measure.tolerance = 1e-13
train.stop_steps = 60
train.stop_loss = 1e-9
train.stop_time = 400.0
study.sweep."train.l2" = [0.0, 0.01]
study.sweep."train.learning_rate" = [0.02, 0.1, 30.0]
study.sweep."train.momentum" = [0.0, 0.5]
study.sweep."train.decay" = [[], [{ step = 10, learning_rate = 0.05 }]]
"""
WEIGHTS = """
study.name = "t"
data.source = "gaussian"
data.inputs = 2
data.outputs = 1
data.train_samples = 2
model.kind = "solvable"
model.representation = "gram"
model.precision = "f64"
model.width = 40
measure.tolerance = 1e-13
train.stop_steps = 20
study.sweep."train.learning_rate_c" = [0.5, 2.5]
"""
PLOT = SOURCE / "apps/plots/catapult_plot.py"


class Ensembles(WithFolder):
    def run_deck(self, text, out, *more, every=0, ranks=0, code=0):
        path = self.folder / "deck.toml"
        path.write_text(text)
        done = catapult("run", path, "--out", self.folder / out, "--set", f"measure.every={every}",
                        *more, ranks=ranks)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def summary(self, out):
        return pd.read_csv(self.folder / out / "summary.csv", dtype={"member": str})

    def expect_same(self, text, code=0):
        self.run_deck(text, "members", every=1, code=code)
        told = self.run_deck(text, "ensemble", code=code)
        self.assertIn("an ensemble of", told)
        self.assertFalse((self.folder / "ensemble/members").exists())
        ours, theirs = self.summary("ensemble"), self.summary("members")
        self.assertEqual(list(ours.columns), list(theirs.columns))
        self.assertEqual(len(ours), len(theirs))
        for column in theirs.columns:
            a, b = ours[column], theirs[column]
            if b.dtype == object or column in ("steps", "step_loss_max"):
                self.assertEqual(a.tolist(), b.tolist(), column)
                continue
            # Rounding grows with the loss.
            bound = 1e-6 * b.abs() + 1e-12 * (theirs.loss_0 if column == "loss_end" else 0)
            same = ((a - b).abs() <= bound) | (a.isna() & b.isna())
            self.assertTrue(same.all(), f"{column}\n{a[~same]}\n{b[~same]}")
        return ours

    def test_equals_members_trained_one_by_one(self):
        table = self.expect_same(TOY)
        self.assertEqual(set(table.phase), {"lazy", "catapult", "divergent"})
        self.assertEqual(len(table), 48)

    def test_equals_members_with_momentum_weight_decay_and_decay(self):
        table = self.expect_same(GAUSSIAN)
        self.assertEqual(set(table.outcome), {"running", "diverged"})

    def test_starts_from_a_file(self):
        path = self.folder / "weights.h5"
        draws = np.random.default_rng(1)
        for scale, code in ((1.0, 0), (0.0, 4)):
            with h5py.File(path, "w") as file:
                file["layers/00/weight"] = scale * draws.normal(size=(40, 2))
                file["layers/01/weight"] = scale * draws.normal(size=(1, 40))
            table = self.expect_same(WEIGHTS + f'model.weights = "{path}"\n', code=code)
            self.assertEqual(set(table.outcome), {"running"} if scale else {"failed"})
            for out in ("members", "ensemble"):
                shutil.rmtree(self.folder / out)
        told = self.run_deck(WEIGHTS + 'model.weights = "nowhere.h5"\n', "none", ranks=2, code=3)
        self.assertIn("nowhere.h5", told)

    def test_gives_the_same_on_any_ranks(self):
        self.run_deck(TOY, "one")
        for ranks in (2, 3):
            self.run_deck(TOY, f"ranks{ranks}", ranks=ranks)
            self.assertEqual((self.folder / f"ranks{ranks}/summary.csv").read_text(),
                             (self.folder / "one/summary.csv").read_text())

    def test_keeps_what_is_finished_and_makes_what_is_damaged_again(self):
        self.run_deck(TOY, "run")
        file = self.folder / "run/study.h5"
        with h5py.File(file) as study:
            self.assertEqual(study["summary/phase"].shape, (48,))
            table = self.summary("run")
            np.testing.assert_allclose(study["summary/lambda_0"][:], table.lambda_0, rtol=1e-14)
        before = file.stat().st_mtime_ns
        self.assertIn("done before", self.run_deck(TOY, "run", ranks=2))
        self.assertEqual(file.stat().st_mtime_ns, before)
        text = (self.folder / "run/summary.csv").read_text()
        file.write_bytes(file.read_bytes()[:5000])
        self.assertNotIn("done before", self.run_deck(TOY, "run"))
        self.assertEqual((self.folder / "run/summary.csv").read_text(), text)
        status = json.loads((self.folder / "run/status.json").read_text())
        self.assertEqual((status["state"], status["finished"]), ("finished", 48))

    def test_stops_when_told_and_begins_again(self):
        path = self.folder / "deck.toml"
        path.write_text(TOY.replace("stop_steps = 60", "stop_steps = 1_000_000")
                        .replace("kernel_every = 60", "kernel_every = 0")
                        + "measure.every = 0\n" + 'study.sweep."train.l2" = [0.0, 1e-9]\n')
        run = subprocess.Popen([BINARY, "run", path, "--out", self.folder / "run"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        status = self.folder / "run/status.json"
        while not status.exists() and run.poll() is None:
            time.sleep(0.01)
        run.send_signal(signal.SIGTERM)
        told, _ = run.communicate(timeout=60)
        self.assertIn(run.returncode, (75, 128 + signal.SIGTERM), told)
        self.assertFalse((self.folder / "run/summary.csv").exists())
        self.assertEqual(json.loads(status.read_text())["finished"], 0)

    def test_others_keep_their_last_row(self):
        deck = write_deck(self.folder, "measure.every = 0")
        done = catapult("run", deck, "--out", self.folder / "run")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(series(self.folder / "run", 0, "step").tolist(), [12])
        self.assertEqual(series(self.folder / "run", 0, "kernel/step").tolist(), [0, 4, 8, 12])

    def test_the_shipped_deck_has_three_phases_and_pictures(self):
        deck = SOURCE / "inputs/asymptotics/million.toml"
        done = catapult("check", deck, "--ranks", 2)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("an ensemble of 1000000 members", done.stdout)
        done = catapult("run", deck, "--short", "--out", self.folder / "run", ranks=2)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        table = self.summary("run")
        self.assertEqual(len(table), 10_000)
        for phase, low, high in (("lazy", 0, 2), ("catapult", 2, 4), ("divergent", 4, 6)):
            within = table[(table.c > low + 1e-6) & (table.c < high - 1e-6)]
            wide = within[within["model.width"] > 1000]
            self.assertEqual(set(wide.phase), {phase})
            self.assertGreater((within.phase == phase).mean(), 0.98)
        drawn = subprocess.run([PLOT, self.folder / "run"], capture_output=True, text=True,
                               timeout=120)
        self.assertEqual(drawn.returncode, 0, drawn.stdout + drawn.stderr)
        for name in ("ensemble.png", "final_lambda.png", "asymptotics.png"):
            self.assertIn(name, drawn.stdout)
        self.assertEqual(drawn.stderr, "")
        laws = json.loads((self.folder / "run/plots/fits.json").read_text())
        slope = next(law for law in laws
                     if law["law"].startswith("steps") and abs(law["at"]["c"] - 3) < 1e-9)
        self.assertLess(abs(slope["value"] / slope["theory"] - 1), 0.02)


if __name__ == "__main__":
    unittest.main()
