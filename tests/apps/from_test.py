"""run --from: all members of a deck start from a checkpoint of another run."""

import csv
import json
import shutil
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np
from program import catapult, series, write_deck

STEPS, FORK, MIDDLE = 14, 4, 8
F64 = 'model.precision = "f64"'
KERNEL = ("measure.tolerance = 1e-10", "measure.kernel_every = 1")


def summary(run):
    with open(Path(run) / "summary.csv") as file:
        return list(csv.DictReader(file))


class From(unittest.TestCase):
    """A run with momentum; decks that start from its checkpoint before step FORK."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.first = cls.folder / "first"
        cls.deck("train.learning_rate_c = 1.8", "train.momentum = 0.3",
                 f"checkpoint.at = [{FORK}, {MIDDLE}, {STEPS}]")
        cls.go(cls.first, "run", cls.folder / "deck.toml")
        cls.rate = series(cls.first, 0, "learning_rate")[0]

    @classmethod
    def deck(cls, *lines):
        return write_deck(cls.folder, F64, f"train.stop_steps = {STEPS}", *KERNEL, *lines)

    @classmethod
    def go(cls, out, *arguments, code=0, **options):
        done = catapult(*arguments, "--out", out, **options)
        assert done.returncode in (code, -code), (done.returncode, done.stdout, done.stderr)
        return done

    def at(self, step, run=None):
        return (run or self.first) / f"members/0000/checkpoints/step-{step:012d}.h5"

    def out(self):
        return Path(tempfile.mkdtemp(dir=self.folder)) / "run"

    def test_the_same_deck_goes_on_as_the_run_did_on_any_ranks(self):
        deck = self.deck("train.learning_rate_c = 0.0", f"train.learning_rate = {self.rate!r}",
                         "train.momentum = 0.3")
        for ranks in (1, 2, 3):
            out = self.out()
            self.go(out, "run", deck, "--from", self.at(FORK), ranks=ranks)
            self.assertEqual(list(series(out, 0, "step")), list(range(FORK, STEPS + 1)))
            for name in ("time", "loss", "kernel/lambda"):
                np.testing.assert_allclose(series(out, 0, name),
                                           series(self.first, 0, name)[FORK:], rtol=1e-9)

    def test_rates_are_relative_to_lambda_there(self):
        deck = self.deck('study.sweep."train.learning_rate_c" = [0.5, 2.2]',
                         'study.sweep."train.loss" = ["mse", "cross_entropy"]')
        out = self.out()
        done = self.go(out, "run", deck, "--from", self.at(FORK), ranks=2)
        self.assertIn(f"{self.at(FORK)} (step {FORK}, deck ", done.stdout + done.stderr)
        there = series(self.first, 0, "kernel/lambda")[FORK]
        self.assertGreater(abs(there / series(self.first, 0, "kernel/lambda")[0] - 1), 1e-3)
        for member, row in enumerate(summary(out)):
            c = float(row["train.learning_rate_c"])
            rate = series(out, member, "learning_rate")[0]
            measured = series(out, member, "kernel/lambda")[0]
            self.assertAlmostEqual(rate * measured / c, 1, delta=1e-8)
            self.assertAlmostEqual(float(row["lambda_0"]) / measured, 1, delta=1e-8)
            if row["train.loss"] == "mse":
                self.assertAlmostEqual(measured / there, 1, delta=1e-8)
                self.assertAlmostEqual(series(out, member, "loss")[0]
                                       / series(self.first, 0, "loss")[FORK], 1, delta=1e-10)

    def test_velocity_is_that_of_the_same_optimizer_alone(self):
        def loss(*lines, step=FORK, run=None):
            out = self.out()
            self.go(out, "run", self.deck("train.learning_rate_c = 0.0",
                                          f"train.learning_rate = {self.rate!r}", *lines),
                    "--from", self.at(step, run))
            return series(out, 0, "loss")
        # After one step the plain rule differs from one with a velocity, but not from one at rest.
        plain, polyak = loss(), loss("train.momentum = 0.3")
        self.assertGreater(abs(polyak[1] / plain[1] - 1), 1e-6)
        # At rest its first step is (1 + gamma) of the plain one; so is that of plain rate.
        nesterov = loss('train.optimizer = "nesterov"', "train.momentum = 0.3")
        at_rest = loss(f"train.learning_rate = {1.3 * self.rate!r}")
        self.assertAlmostEqual(nesterov[1] / at_rest[1], 1, delta=1e-10)
        # m, s and updates: its second half is the whole run's.
        lines = ('train.optimizer = "adam"', "train.learning_rate_c = 0.0",
                 "train.learning_rate = 0.01")
        whole = self.out()
        self.go(whole, "run", self.deck(*lines, f"checkpoint.at = [{FORK}]"))
        np.testing.assert_allclose(loss(*lines, run=whole), series(whole, 0, "loss")[FORK:],
                                   rtol=1e-10)

    def test_files_tell_where_members_started(self):
        deck = self.deck(f"checkpoint.at = [{MIDDLE}]")
        one, same, beyond, further = (self.out() for _ in range(4))
        runs = ((one, self.at(FORK), FORK), (same, self.at(FORK), FORK),
                (beyond, self.at(MIDDLE, one), MIDDLE), (beyond, self.at(MIDDLE, same), MIDDLE),
                (further, self.at(MIDDLE, beyond), MIDDLE))
        told = []
        for out, start, step in runs:
            self.go(out, "run", deck, "--from", start)
            with h5py.File(self.at(MIDDLE, out)) as file:
                kept = file["provenance/from_deck_hash"][()].decode()
            with h5py.File(out / "members/0000/series.h5") as file:
                found = {name: value[()].decode() for name, value in file["provenance"].items()
                         if name.startswith("from")}
            self.assertEqual(found["from_step"], str(step))
            self.assertEqual(found["from_deck_hash"], kept)
            told.append((found["from"], found["from_deck_hash"]))
        self.assertEqual(told[:3], [(str(self.at(FORK)), told[0][1])] * 2
                         + [(str(self.at(MIDDLE, one)), told[2][1])])
        # The same trajectory wherever it lies: the folder of its second run is that of its first.
        self.assertEqual(told[3], told[2])
        self.assertEqual(told[4][0], str(self.at(MIDDLE, beyond)))
        self.assertEqual(len({found[1] for found in (told[0], told[2], told[4])}), 3)

    def test_continues_after_a_kill_from_its_own_checkpoints(self):
        deck = self.deck("train.momentum = 0.3", "checkpoint.every = 5",
                         'study.sweep."train.learning_rate_c" = [0.5, 2.2]')
        whole, killed = self.out(), self.out()
        arguments = ("run", deck, "--from", self.at(FORK))
        self.go(whole, *arguments, ranks=2)
        # Two checkpoints a member; both ranks die in the one before step 10.
        self.go(killed, *arguments, ranks=2, code=137, CATAPULT_FAULT="checkpoint-begin:*:2")
        done = self.go(killed, *arguments, ranks=2)
        self.assertIn("continues from", done.stdout + done.stderr)
        for member in range(2):
            for name in ("step", "time", "learning_rate", "loss", "kernel/lambda"):
                np.testing.assert_array_equal(series(killed, member, name),
                                              series(whole, member, name))

    def test_searches_boundaries_from_there(self):
        deck = self.folder / "search.toml"
        text = self.deck().read_text().replace("train.learning_rate_c = 1.5\n", "")
        deck.write_text(text + 'boundary.find = ["loss_rises"]\nboundary.between = [0.5, 6.0]\n'
                        "boundary.resolution = 0.5\n")
        out = self.out()
        self.go(out, "run", deck, "--from", self.at(FORK), ranks=2)
        with open(out / "boundaries.csv") as file:
            found, = csv.DictReader(file)
        low, high = float(found["c_low"]), float(found["c_high"])
        self.assertLessEqual(high - low, 0.5)
        for trial in (out / "members").iterdir():
            with h5py.File(trial / "series.h5") as file:
                loss, step = file["loss"][()], file["step"][0]
                c = file["learning_rate"][0] * file["kernel/lambda"][0]
            self.assertEqual(step, FORK)
            self.assertEqual(loss[np.isfinite(loss)].max() > 1.001 * loss[0], c > (low + high) / 2)

    def refused(self, out, words, *arguments, code=2):
        for ranks in (2, 0):
            done = catapult("run", *arguments, "--out", out, ranks=ranks)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stderr.count("error:"), 1, done.stderr)
        return done.stderr

    def refused_by_check_as_well(self, out, words, *arguments, code=2):
        told = self.refused(out, words, *arguments, code=code)
        done = catapult("check", *arguments)
        self.assertEqual((done.returncode, done.stderr), (code, told))

    def test_says_what_it_cannot_use(self):
        start, out = ("--from", self.at(FORK)), self.folder / "refused"
        for line, words in (
                ("model.width = 33", "model.width is 32 there, 33 here"),
                ('model.activation = "tanh"', "model.activation is relu there, tanh here"),
                ('study.sweep."model.depth" = [2, 3]', "model.depth is 2 there, 3 here"),
                ('study.sweep."model.seed" = [2, 3]', "model.seed is swept"),
                (f'model.weights = "{self.at(FORK)}"', "with model.weights"),
                (f"train.stop_steps = {FORK}", f"training ends at step {FORK}")):
            self.refused_by_check_as_well(out, words, self.deck(line), *start)
        self.assertFalse(out.exists())
        ensemble = self.folder / "ensemble.toml"
        ensemble.write_text('data.source = "toy"\nmodel.kind = "solvable"\n'
                            'model.representation = "gram"\nmodel.precision = "f64"\n'
                            'train.learning_rate = 1.0\n'
                            "train.stop_steps = 9\nmeasure.every = 0\n")
        self.refused_by_check_as_well(out, "measure.every = 1", ensemble, *start)
        deck = self.deck()
        for path, words in ((self.folder / "none.h5", "no such file"),
                            (deck, "not an HDF5 file"),
                            (self.first / "members/0000/series.h5", "complete")):
            self.refused_by_check_as_well(out, words, deck, "--from", path, code=3)
        # Other data: the parameters of the first layer do not fit.
        self.refused_by_check_as_well(out, "must be that of the file",
                                      self.deck("data.inputs = 7"), *start, code=3)

    def test_check_tells_of_the_steps_that_are_left(self):
        def told(*lines, start=("--from", self.at(FORK))):
            deck = self.deck("train.learning_rate_c = 0.0", f"train.learning_rate = {self.rate!r}",
                             *lines)
            done = catapult("check", deck, *start, "--machine", "cluster", "--json", ranks=2)
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)
        whole, left = told(start=()), told()
        member, = left["members"]
        self.assertEqual(member["steps"], STEPS - FORK)
        # A measurement from cold comes before the steps, in either.
        self.assertLess(member["total"]["flops"], whole["members"][0]["total"]["flops"])
        self.assertNotIn("from", whole)
        with h5py.File(self.at(FORK)) as file:
            self.assertEqual((left["from"]["step"], left["from"]["time"]),
                             (FORK, file["time"][0]))
        stop = f"train.stop_time = {(FORK + 2.5) * self.rate!r}"
        self.assertAlmostEqual(told(stop)["members"][0]["steps"], 2.5)
        text = catapult("check", self.folder / "deck.toml", "--from", self.at(FORK), "--machine",
                        "cluster").stdout
        self.assertIn(f"# all members start from {self.at(FORK)} (step {FORK}, deck ", text)

    def test_a_damaged_checkpoint_is_an_error_of_data(self):
        damaged = self.folder / "damaged.h5"
        shutil.copy(self.at(FORK), damaged)
        with h5py.File(damaged, "r+") as file:
            file["layers/01/weight"][3, 2] = np.nan
        done = catapult("run", self.deck(), "--from", damaged, "--out", self.out(), ranks=2)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("expected finite numbers", done.stdout + done.stderr)

    def test_a_run_folder_has_one_origin(self):
        deck, out, moved = self.deck(), self.out(), self.folder / "moved.h5"
        self.go(out, "run", deck)
        self.refused(out, "start from initial parameters", deck, "--from", self.at(FORK))
        self.go(out, "run", deck, "--from", self.at(FORK), "--resume", "never")
        self.refused(out, f"start from a checkpoint (step {FORK}", deck)
        self.refused(out, f"not from a checkpoint (step {MIDDLE}", deck, "--from", self.at(MIDDLE))
        shutil.copy(self.at(FORK), moved)
        done = self.go(out, "run", deck, "--from", moved)
        self.assertIn("(1 done before)", done.stdout + done.stderr)
        self.go(out, "run", deck, "--resume", "never")
        self.assertEqual(series(out, 0, "step")[0], 0)


if __name__ == "__main__":
    unittest.main()
