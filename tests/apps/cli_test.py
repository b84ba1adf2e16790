"""The program as its users see it: commands, exit codes, messages, run folders."""

import csv
import fcntl
import gzip
import json
import shutil
import unittest
from pathlib import Path

import h5py
import numpy as np
from program import SOURCE, WithFolder, catapult, series, write_deck


class RunsDecks(WithFolder):
    def run_deck(self, *lines, ranks=1, code=0, arguments=()):
        deck = write_deck(self.folder, *lines)
        done = catapult("run", deck, "--out", self.run_folder, *arguments, ranks=ranks)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def summary(self):
        with open(self.run_folder / "summary.csv", newline="") as file:
            return list(csv.DictReader(file))


class Commands(RunsDecks):
    def test_defaults_are_a_deck(self):
        defaults = catapult("defaults")
        self.assertEqual(defaults.returncode, 0)
        (self.folder / "deck.toml").write_text(defaults.stdout)
        checked = catapult("check", self.folder / "deck.toml", "--set",
                           "data.path=inputs/data/digits", "--set", "train.learning_rate_c=1.0",
                           "--set", "train.stop_steps=3", "--set", "data.train_samples=32")
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_info_names_the_libraries(self):
        told = catapult("info").stdout.lower()
        for library in ("mpi", "petsc", "slepc", "hdf5", "kokkos"):
            self.assertIn(library, told)
        self.assertIn("@", catapult("info", "--cite").stdout)

    def test_products_of_doubles_run_kernels_of_this_processor_or_those_asked_for(self):
        cpu = Path("/proc/cpuinfo").read_text()
        if "OpenBLAS" not in catapult("info").stdout or "avx2" not in cpu:
            self.skipTest("another library of products, or another processor")
        self.assertNotIn("Prescott", catapult("info").stdout)
        asked = catapult("info", OPENBLAS_CORETYPE="Prescott").stdout
        self.assertIn("kernels Prescott", asked)

    def test_selftest_passes_on_three_ranks(self):
        done = catapult("selftest", ranks=3)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout.count("all is well"), 1)

    def test_bench_prints_json(self):
        done = catapult("bench", write_deck(self.folder), "--steps", 7, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        figures = json.loads(done.stdout)
        self.assertEqual(figures["lambda followed, steps"], 7)
        self.assertGreaterEqual(figures["products a measurement"], 1)
        self.assertGreater(figures["lambda followed, a measurement"], 0)

    def test_unknown_commands_are_refused(self):
        for arguments in ((), ("rnu",), ("run",), ("run", "x.toml", "--resume", "perhaps"),
                          ("check", "x.toml", "--ranks", "0")):
            self.assertEqual(catapult(*arguments).returncode, 2, arguments)


class SpectrumOfACheckpoint(RunsDecks):
    def setUp(self):
        super().setUp()
        self.run_deck("checkpoint.at = [4]", 'model.precision = "f64"', "measure.eigenvalues = 3")
        self.checkpoint = self.run_folder / "members/0000/checkpoints/step-000000000004.h5"

    def spectrum(self, *arguments, ranks=1, code=0):
        done = catapult("spectrum", self.checkpoint, *arguments, ranks=ranks)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def test_is_what_the_run_measured_on_any_ranks(self):
        measured = series(self.run_folder, 0, "kernel/eigenvalues")[1]
        for ranks in (1, 3):
            self.spectrum("--eigenvalues", "3", ranks=ranks)
            with h5py.File(self.run_folder / "members/0000/spectrum-step-000000000004.h5") as file:
                np.testing.assert_allclose(file["eigenvalues"][()], measured, rtol=1e-9)
                self.assertEqual(file["samples"][()], 24)
                self.assertIn("provenance/deck", file)

    def test_eigenvectors_of_the_whole_kernel_are_orthonormal(self):
        self.spectrum("--samples", "5", "--vectors", "--out", self.folder, ranks=2)
        with h5py.File(self.folder / "spectrum-step-000000000004.h5") as file:
            vectors = file["eigenvectors"][()]
            self.assertEqual(file["eigenvalues"].shape, (15,))
            np.testing.assert_allclose(vectors.T @ vectors, np.eye(15), atol=1e-12)

    def test_refuses_what_is_no_checkpoint_of_a_run(self):
        told = catapult("spectrum", self.folder / "none.h5", ranks=2)
        self.assertEqual((told.returncode, told.stderr.count("error:")), (3, 1), told.stderr)
        with h5py.File(self.folder / "foreign.h5", "w") as file:
            file["x"] = 1
        told = catapult("spectrum", self.folder / "foreign.h5")
        self.assertEqual(told.returncode, 3)
        self.assertIn("provenance/member_deck", told.stderr)
        self.spectrum("--samples", "25", code=2)
        self.spectrum("--eigenvalues", "few", code=2)
        with open(self.checkpoint, "r+b") as file:
            file.truncate(2000)
        self.spectrum(code=3)


class Refusals(RunsDecks):
    def test_a_bad_deck_is_told_once_on_any_number_of_ranks(self):
        for ranks in (1, 3):
            done = self.run_deck("model.witdh = 3", "train.l2 = -1", ranks=ranks, code=2)
            self.assertEqual(done.stderr.count("error:"), 1, done.stderr)
            self.assertEqual(done.stderr.count('did you mean "width"'), 1, done.stderr)
            self.assertEqual(done.stderr.count("train.l2 is -1"), 1, done.stderr)
            self.assertFalse(self.run_folder.exists())

    def test_a_missing_deck(self):
        done = catapult("run", self.folder / "none.toml")
        self.assertEqual(done.returncode, 2)
        self.assertIn("none.toml", done.stderr)

    def test_classes_that_the_data_do_not_have(self):
        done = self.run_deck('data.source = "idx"', 'data.path = "inputs/data/digits"',
                             "data.classes = [3, 11]", code=2)
        self.assertIn("11", done.stderr)

    def test_data_that_are_not_there(self):
        done = self.run_deck('data.source = "idx"', 'data.path = "no/such/folder"', code=3, ranks=2)
        self.assertIn("no/such/folder", done.stderr)
        self.assertEqual(done.stderr.count("error:"), 1, done.stderr)

    def test_truncated_data(self):
        shutil.copytree(SOURCE / "inputs/data/digits", self.folder / "digits")
        images = next((self.folder / "digits").glob("train-images*"))
        whole = gzip.decompress(images.read_bytes())
        images.write_bytes(gzip.compress(whole[:-100]))
        done = self.run_deck('data.source = "idx"', f'data.path = "{self.folder}/digits"',
                             "data.train_samples = 0", code=3)
        self.assertIn(images.name, done.stderr)

    def test_too_many_width_ranks_are_refused_before_anything_runs(self):
        self.run_deck("parallel.width_ranks = 3", "parallel.sample_ranks = 1", ranks=2, code=2)

    def test_a_run_folder_in_use(self):
        self.run_deck()
        with open(self.run_folder / "run.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertIn(str(self.run_folder), self.run_deck(code=6).stderr)

    def test_a_run_folder_of_another_study(self):
        self.run_deck()
        self.assertIn(str(self.run_folder), self.run_deck("model.width = 33", code=2).stderr)
        self.run_deck("model.width = 33", arguments=("--resume", "never"))

    def test_a_run_folder_that_cannot_be_made(self):
        (self.folder / "file").write_text("")
        done = catapult("run", write_deck(self.folder), "--out", self.folder / "file" / "run")
        self.assertEqual(done.returncode, 5, done.stderr)


class Runs(RunsDecks):
    def test_a_member_that_diverges_leaves_the_others_untouched(self):
        rates = 'study.sweep."train.learning_rate_c"'
        self.run_deck(f"{rates} = [1.0, 1e5, 1.5]", ranks=2)
        outcomes = [row["outcome"] for row in self.summary()]
        self.assertEqual(outcomes, ["running", "diverged", "running"])
        steps = int(self.summary()[1]["steps"])
        self.assertLess(steps, 12)
        self.assertEqual(len(series(self.run_folder, 1, "loss")), steps + 1)
        with_it = [series(self.run_folder, member, "loss") for member in (0, 2)]
        shutil.rmtree(self.run_folder)
        self.run_deck(f"{rates} = [1.0, 1.5]", ranks=2)
        for member in (0, 1):
            np.testing.assert_array_equal(with_it[member], series(self.run_folder, member, "loss"))

    def test_a_finished_study_runs_again_without_work(self):
        self.run_deck()
        written = self.run_folder / "members/0000/series.h5"
        before = written.stat().st_mtime_ns
        self.run_deck()
        self.assertEqual(written.stat().st_mtime_ns, before)

    def test_a_run_folder_of_a_version_with_fewer_keys_is_the_same_study(self):
        self.run_deck()
        resolved = self.run_folder / "resolved.toml"
        newer = ("solver = ", "leaky_slope = ", "residual = ")
        lines = resolved.read_text().splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(newer)]
        self.assertEqual(len(kept), len(lines) - len(newer))
        resolved.write_text("".join(kept))
        self.run_deck()
        self.assertEqual(resolved.read_text(), "".join(lines))

    def test_members_that_are_missing_are_run(self):
        sweep = 'study.sweep."model.seed" = [0, 1, 2]'
        self.run_deck(sweep, ranks=2)
        kept = series(self.run_folder, 1, "loss")
        shutil.rmtree(self.run_folder / "members/0001")
        self.run_deck(sweep, ranks=2)
        np.testing.assert_array_equal(series(self.run_folder, 1, "loss"), kept)

    def test_series_are_the_same_on_one_to_four_ranks(self):
        losses = []
        for ranks in (1, 2, 3, 4):
            self.run_deck('model.precision = "f64"', "measure.tolerance = 1e-9", ranks=ranks,
                          arguments=("--resume", "never"))
            losses.append(np.concatenate([series(self.run_folder, 0, name) for name in
                                          ("loss", "kernel/lambda", "time")]))
        for other in losses[1:]:
            np.testing.assert_allclose(other, losses[0], rtol=1e-8)

    def test_initial_weights_are_the_same_bits_on_any_number_of_ranks(self):
        weights = []
        for ranks in (1, 2, 3):
            self.run_deck("checkpoint.at = [0]", "parallel.sample_ranks = 1", ranks=ranks,
                          arguments=("--resume", "never"))
            path = next((self.run_folder / "members/0000").rglob("*0.h5"))
            with h5py.File(path) as file:
                found = {}
                file.visititems(lambda name, item: found.update({name: item[()]})
                                if name.endswith("weight") else None)
            self.assertEqual(len(found), 3)
            weights.append(found)
        for other in weights[1:]:
            for name, value in weights[0].items():
                np.testing.assert_array_equal(other[name], value)

    def test_a_weights_file_continues_where_it_was_written(self):
        self.run_deck("checkpoint.at = [5]", ranks=2)
        path = next((self.run_folder / "members/0000").rglob("*5.h5"))
        expected = series(self.run_folder, 0, "loss")[5]
        shutil.move(path, self.folder / "weights.h5")
        self.run_deck(f'model.weights = "{self.folder}/weights.h5"', arguments=("--resume", "never"))
        self.assertAlmostEqual(series(self.run_folder, 0, "loss")[0] / expected, 1.0, places=6)

    def test_recorded_decks_give_the_same_run(self):
        self.run_deck("train.stop_steps = 4")
        loss = series(self.run_folder, 0, "loss")
        deck = shutil.copy(self.run_folder / "resolved.toml", self.folder / "again.toml")
        done = catapult("run", deck, "--out", self.folder / "again")
        self.assertEqual(done.returncode, 0, done.stderr)
        np.testing.assert_array_equal(series(self.folder / "again", 0, "loss"), loss)

    def test_the_csv_of_a_member_is_its_series(self):
        self.run_deck()
        with open(self.run_folder / "members/0000/series.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        np.testing.assert_allclose([float(row["loss"]) for row in rows],
                                   series(self.run_folder, 0, "loss"), rtol=1e-12)


if __name__ == "__main__":
    unittest.main()
