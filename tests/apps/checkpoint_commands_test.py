"""Commands that start from a checkpoint: linearize and predict against the run that wrote it."""

import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np
from program import catapult, series, write_deck

STEPS, FORK = 14, 4


class Checkpoint(unittest.TestCase):
    """A run through the catapult with momentum and L2, twins forked at FORK, a checkpoint there."""

    lines = ()

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.run_folder = cls.folder / "run"
        deck = write_deck(cls.folder, 'model.precision = "f64"', "train.learning_rate_c = 2.4",
                          "train.momentum = 0.3", "train.l2 = 0.01", f"train.stop_steps = {STEPS}",
                          f"checkpoint.at = [{FORK}, {FORK + 2}, {STEPS}]", f"linearize.at = [{FORK}]",
                          'linearize.models = ["linear", "quadratic"]', *cls.lines)
        done = catapult("run", deck, "--out", cls.run_folder, ranks=2)
        assert done.returncode == 0, done.stderr
        cls.file = cls.run_folder / f"members/0000/checkpoints/step-{FORK:012d}.h5"

    def run_twin(self, model, what):
        return series(self.run_folder, 0, f"twins/at_{FORK}/{model}/{what}")


class Linearize(Checkpoint):
    def test_goes_on_as_the_run_did_on_any_number_of_ranks(self):
        for ranks in (1, 2, 3):
            out = self.folder / f"linearize-{ranks}"
            done = catapult("linearize", self.file, "--out", out, ranks=ranks)
            self.assertEqual(done.returncode, 0, done.stderr)
            np.testing.assert_allclose(series(out, 0, "loss"),
                                       series(self.run_folder, 0, "loss")[FORK:], rtol=1e-10)
            self.assertEqual(list(series(out, 0, "step")), list(range(FORK, STEPS + 1)))
            for model in ("linear", "quadratic"):
                np.testing.assert_allclose(series(out, 0, f"twins/at_{FORK}/{model}/loss"),
                                           self.run_twin(model, "loss"), rtol=1e-10)

    def test_stands_beside_the_checkpoints_and_takes_another_learning_rate(self):
        done = catapult("linearize", self.file, "--learning-rate", "0.01", "--models", "linear")
        self.assertEqual(done.returncode, 0, done.stderr)
        out = self.run_folder / f"members/0000/linearize-step-{FORK:012d}"
        self.assertEqual(set(series(out, 0, "learning_rate")), {0.01})
        with h5py.File(out / "members/0000/series.h5") as file:
            self.assertEqual(list(file[f"twins/at_{FORK}"]), ["linear"])

    def test_says_what_it_cannot_use(self):
        for path, code, words in ((self.folder / "none.h5", 3, "no such file"),
                                  (self.folder / "deck.toml", 3, "not an HDF5 file"),
                                  (self.run_folder / "members/0000/series.h5", 3, "complete")):
            done = catapult("linearize", path, "--out", self.folder / "x", ranks=2)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stderr.count("error:"), 1, done.stderr)


class Slice(Checkpoint):
    def slice(self, *arguments, ranks=0, code=0):
        out = Path(tempfile.mkdtemp(dir=self.folder))
        done = catapult("slice", self.file, "--out", out, *arguments, ranks=ranks)
        self.assertEqual(done.returncode, code, done.stderr)
        if code:
            return done.stderr
        file, = out.glob(f"slice-step-{FORK:012d}-*.h5")
        with h5py.File(file) as h5:
            return {key: h5[key][()] for key in ("a", "b", "loss", "barrier")}

    def at(self, step):
        return self.file.with_name(f"step-{step:012d}.h5")

    def test_ends_of_a_line_have_the_losses_of_the_run(self):
        loss = series(self.run_folder, 0, "loss")
        for ranks in (0, 2, 3):
            line = self.slice("--to", self.at(STEPS), "--points", 9, ranks=ranks)
            seen = dict(zip(line["a"].round(9), line["loss"][0], strict=True))
            self.assertAlmostEqual(seen[0.0] / loss[FORK], 1, delta=1e-10)
            self.assertAlmostEqual(seen[1.0] / loss[STEPS], 1, delta=1e-10)
            inside = [(a, value) for a, value in seen.items() if 0 <= a <= 1]
            highest = max(value - (1 - a) * loss[FORK] - a * loss[STEPS] for a, value in inside)
            self.assertAlmostEqual(line["barrier"][0], highest, delta=1e-9)

    def test_a_plane_holds_its_three_checkpoints(self):
        loss = series(self.run_folder, 0, "loss")
        plane = self.slice("--to", self.at(FORK + 2), "--to", self.at(STEPS), "--points", 4,
                           "--reach", 1)  # -1, 0, 1, 2
        for a, b, step in ((0, 0, FORK), (1, 0, FORK + 2), (0, 1, STEPS)):
            self.assertAlmostEqual(plane["loss"][b + 1, a + 1] / loss[step], 1, delta=1e-10)

    def test_random_directions_start_at_the_checkpoint_on_any_ranks(self):
        alone = self.slice("--points", 3, "--reach", 0.5)
        self.assertAlmostEqual(alone["loss"][1, 1] / series(self.run_folder, 0, "loss")[FORK], 1,
                               delta=1e-10)
        self.assertGreater(np.ptp(alone["loss"]), 0)
        # Not towards the initial weights, at the end of which f = 0.
        far, zero = self.slice("--points", 3, "--reach", 1), 1 / 6
        self.assertGreater(abs(far["loss"][1, 0] / zero - 1), 0.2)
        spread = self.slice("--points", 3, "--reach", 0.5, ranks=3)
        np.testing.assert_allclose(spread["loss"], alone["loss"], rtol=1e-10)
        other = self.slice("--points", 3, "--reach", 0.5, "--seed", 5)
        self.assertGreater(abs(other["loss"][0, 0] / alone["loss"][0, 0] - 1), 1e-6)

    def test_says_what_it_cannot_use(self):
        told = self.slice(*["--to", self.at(STEPS)] * 3, code=2)
        self.assertIn("name two at most", told)
        self.assertIn("below 2", self.slice("--points", 1, code=2))
        self.assertIn("no such file", self.slice("--to", self.folder / "none.h5", code=3))


class Spectrum(Checkpoint):
    lines = ('measure.curvature = ["ntk", "hessian"]', "measure.eigenvalues = 3",
             "measure.tolerance = 1e-8", "model.width = 24")
    PARAMETERS = 24 * (6 + 24 + 3)

    def spectrum(self, *arguments, of="hessian", ranks=0, code=0):
        out = Path(tempfile.mkdtemp(dir=self.folder))
        done = catapult("spectrum", self.file, "--operator", of, "--out", out, *arguments,
                        ranks=ranks)
        self.assertEqual(done.returncode, code, done.stderr)
        if code:
            return done.stderr
        file, = out.glob("*.h5")
        self.assertEqual(file.name, {"ntk": "spectrum", "hessian": "spectrum-hessian"}[of]
                         + f"-step-{FORK:012d}.h5")
        found = {}
        with h5py.File(file) as h5:
            h5.visititems(lambda name, item: found.update({name: item[()]})
                          if isinstance(item, h5py.Dataset) else None)
        return found

    def test_of_the_hessian_is_what_the_run_measured_on_any_ranks(self):
        row = list(series(self.run_folder, 0, "hessian/step")).index(FORK)
        measured = series(self.run_folder, 0, "hessian/eigenvalues")[row]
        for ranks in (0, 2, 3):
            found = self.spectrum("--eigenvalues", 3, ranks=ranks)
            np.testing.assert_allclose(found["eigenvalues"], measured, rtol=1e-7)
            self.assertLess(found["residual"].max(), 1e-7 * measured[0])
            self.assertEqual(found["size"][0], self.PARAMETERS)
        self.assertEqual(self.spectrum()["eigenvalues"].size, 10)

    def test_density_and_trace_are_those_of_all_eigenvalues(self):
        for of, size in (("ntk", 24 * 3), ("hessian", self.PARAMETERS)):
            every = self.spectrum("--eigenvalues", "all", of=of)["eigenvalues"]
            self.assertEqual(every.size, size)
            found = self.spectrum("--density", "--probes", 12, "--lanczos-steps", 20, "--trace",
                                  "--products", 45, of=of)
            self.assertLess(abs(found["trace/value"][0] - every.sum()),
                            4 * found["trace/error"][0] + 1e-9 * every.sum())
            self.assertLess(found["trace/error"][0], 0.1 * every.sum())
            self.assertLess(abs(found["density/mean"][0] - every.mean()),
                            4 * found["density/mean_error"][0])
            grid, density = found["density/grid"], found["density/density"]
            self.assertAlmostEqual(density.sum() * (grid[1] - grid[0]), 1, places=5)
            self.assertEqual(found["density/nodes"].shape, (12, 20))
            np.testing.assert_allclose(found["density/weights"].sum(axis=1), 1, rtol=1e-10)
            self.assertAlmostEqual(found["density/nodes"].max() / every[0], 1, places=6)
            spread = self.spectrum("--density", "--probes", 12, "--lanczos-steps", 20, "--trace",
                                   "--products", 45, of=of, ranks=3)
            np.testing.assert_allclose(spread["density/density"], density, rtol=1e-4,
                                       atol=1e-6 * density.max())
            np.testing.assert_allclose(spread["trace/value"], found["trace/value"], rtol=1e-8)

    def test_says_what_it_cannot_use(self):
        for arguments, word in ((("--vectors",), "--vectors"), (("--probes", 3), "--density"),
                                (("--trace", "--products", 3), "--products 3"),
                                (("--products", 9), "--trace")):
            self.assertIn(word, self.spectrum(*arguments, code=2))
        self.assertIn("--operator", self.spectrum(of="gauss", code=2))

    def test_refuses_what_no_memory_holds(self):
        deck = write_deck(self.folder, "model.width = 600", "train.stop_steps = 1",
                          "checkpoint.at = [0]")
        done = catapult("run", deck, "--out", self.folder / "wide")
        self.assertEqual(done.returncode, 0, done.stderr)
        file = self.folder / f"wide/members/0000/checkpoints/step-{0:012d}.h5"
        for arguments in (("--density", "--lanczos-steps", 10**6), ("--eigenvalues", "all"),
                          ("--trace", "--products", 10**7), ("--eigenvalues", 10**5)):
            done = catapult("spectrum", file, "--operator", "hessian", *arguments, ranks=2)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("GB a rank", done.stderr)
            self.assertEqual(done.stderr.count("error:"), 1, done.stderr)


class Predict(Checkpoint):
    def test_tells_what_stepping_gives(self):
        for ranks in (1, 3):
            out = self.folder / f"predict-{ranks}"
            done = catapult("predict", self.file, "--steps", f"{FORK},9,{STEPS}", "--out", out,
                            ranks=ranks)
            self.assertEqual(done.returncode, 0, done.stderr)
            rows = [0, 9 - FORK, STEPS - FORK]
            with h5py.File(out / f"predict-step-{FORK:012d}.h5") as file:
                for what in ("loss", "accuracy", "test_loss", "test_accuracy"):
                    np.testing.assert_allclose(file[what][()], self.run_twin("linear", what)[rows],
                                               rtol=1e-9, err_msg=what)
                self.assertEqual(file["f"].shape, (3, 24, 3))
                self.assertEqual(file["f_test"].shape, (3, 8, 3))

    def test_tells_when_the_linear_regime_must_end(self):
        eta = 3.0 / series(self.run_folder, 0, "kernel/lambda")[1]  # measured at step 4
        done = catapult("predict", self.file, "--learning-rate", eta, "--out", self.folder / "far",
                        "--set", "train.momentum=0.0", "--set", "train.l2=0.0")
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(self.folder / "far" / f"predict-step-{FORK:012d}.h5") as file:
            self.assertAlmostEqual(file["growth_rates"][0], 2.0, places=3)  # |1 - eta lambda|
            self.assertGreater(file["leaves_linear_regime"][0], FORK)

    def test_refuses_what_has_no_closed_form(self):
        for arguments, words in ((("--set", "data.batch=8"), "data.batch"),
                                 (("--set", 'data.augment=["mixup"]'), "data.augment"),
                                 (("--steps", "1"), "step 4"),
                                 (("--set", "train.decay=[{step = 9, learning_rate = 0.1}]"),
                                  "train.decay")):
            done = catapult("predict", self.file, *arguments, ranks=2)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stderr.count("error:"), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
