"""What people type, bring and suffer without meaning harm."""

import re
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from program import BINARY, MPIEXEC, SOURCE, catapult, write_deck

TINY = ("train.stop_steps = 2", "measure.kernel_every = 0")


class Habits(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def run_deck(self, *lines, code=0, arguments=(), ranks=0, **environment):
        done = catapult("run", write_deck(self.folder, *lines), "--out", self.folder / "run",
                        *arguments, ranks=ranks, **environment)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def start(self, *lines, before=None):
        deck = write_deck(self.folder, "train.stop_steps = 3000", "measure.kernel_every = 0",
                          "measure.every = 100", "data.test_samples = 0", "model.width = 256", *lines)
        process = subprocess.Popen([BINARY, "run", deck, "--out", self.folder / "run"],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   cwd=SOURCE, preexec_fn=before)
        self.addCleanup(process.stdout.close)
        return process

    def summary(self):
        return pd.read_csv(self.folder / "run/summary.csv", dtype={"member": str})

    def test_overflow_is_divergence(self):
        for kernel_every in (0, 1):
            self.run_deck("model.depth = 12", "train.learning_rate_c = 192.0", "train.stop_steps = 60",
                          f"measure.kernel_every = {kernel_every}", arguments=("--resume", "never"))
            self.assertEqual(self.summary().outcome[0], "diverged")

    def test_weights_are_finite(self):
        shapes = ((32, 6), (32, 32), (3, 32))
        for value in (np.nan, np.inf):
            with h5py.File(self.folder / "w.h5", "w") as file:
                for i, shape in enumerate(shapes):
                    weight = np.full(shape, 0.1)
                    if i == 1:
                        weight[3, 5] = value
                    file[f"layers/{i:02d}/weight"] = weight
            told = self.run_deck(f'model.weights = "{self.folder}/w.h5"', code=3)
            self.assertIn("layers/01/weight", told)

    def test_networks_of_more_than_100_layers_are_read_again(self):
        self.run_deck(*TINY, "model.depth = 101", "model.width = 16", "checkpoint.at = [1]",
                      "train.learning_rate_c = 0.0", "train.learning_rate = 1e-3")
        checkpoint = self.folder / "run/members/0000/checkpoints/step-000000000001.h5"
        self.assertEqual(catapult("spectrum", checkpoint, "--eigenvalues", 1).returncode, 0)

    def test_a_changed_deck_in_a_checkpoint_is_found(self):
        self.run_deck(*TINY, "checkpoint.at = [1]")
        path = self.folder / "run/members/0000/checkpoints/step-000000000001.h5"
        content = path.read_bytes()
        self.assertIn(b"sigma_w = 1.4", content)
        path.write_bytes(content.replace(b"sigma_w = 1.4", b"sigma_w = 2.4"))
        self.assertEqual(catapult("spectrum", path).returncode, 3)

    def test_a_suspended_job_goes_on(self):
        process = self.start("study.watchdog_minutes = 0.05")
        time.sleep(1)
        process.send_signal(signal.SIGSTOP)
        time.sleep(5)
        process.send_signal(signal.SIGCONT)
        self.assertEqual(process.communicate(timeout=100) and process.returncode, 0)

    def test_ignored_signals_stay_ignored(self):
        process = self.start(before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        time.sleep(1)
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.communicate(timeout=100) and process.returncode, 0)

    def test_a_closed_pipe_does_not_end_a_run(self):
        process = self.start()
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=100), 0)

    def test_no_training_without_an_end(self):
        told = self.run_deck("data.outputs = 1", "train.stop_steps = 0", "train.stop_accuracy = 0.9",
                             code=2)
        self.assertIn("train.stop_accuracy", told)

    def test_noise_of_batches_is_no_catapult(self):
        self.run_deck("data.batch = 8", "train.learning_rate_c = 0.0", "train.learning_rate = 1e-9",
                      "train.stop_steps = 20", "measure.kernel_every = 0")
        self.assertNotEqual(self.summary().phase.fillna("")[0], "catapult")

    def test_folders_are_text(self):
        deck = write_deck(self.folder, *TINY)
        for name in ("123456", "true", "1e5"):
            done = subprocess.run([BINARY, "run", deck, "--out", name], cwd=self.folder, timeout=60,
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue((self.folder / name / "summary.csv").exists())
        done = catapult("run", deck, "--out=~/there", HOME=str(self.folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.folder / "there/summary.csv").exists())
        self.assertEqual(catapult("run", deck, "--out=$NOWHERE_AT_ALL/x").returncode, 2)

    def test_sizes_that_no_memory_holds(self):
        for key in ("model.depth", "model.width", "data.train_samples", "data.inputs"):
            for value in (9223372036854775807, 10**12):
                done = catapult("check", write_deck(self.folder, f"{key} = {value}"))
                self.assertEqual(done.returncode, 2, f"{key} = {value}: {done.stderr}")

    def test_options_of_other_programs(self):
        self.run_deck(*TINY, "measure.eigenvalues = 2", "measure.kernel_every = 1",
                      PETSC_OPTIONS="-eps_type power -eps_target 0.01 -vec_type nonsense")
        self.run_deck(*TINY, arguments=("--resume", "never"), PETSC_OPTIONS="-options_file /nowhere")

    def test_version_and_misspelt_options(self):
        self.assertEqual(catapult("--version").returncode, 0)
        told = self.run_deck(arguments=("--max-tiem", "5"), code=2, ranks=2)
        self.assertEqual(told.count("--max-tiem"), 1, told)
        self.assertIn("--max-time", told)
        for word, meant in (("rnu", "run"), ("SPECTRUM", "spectrum"), ("--verison", "--version"),
                            ("version", "--version")):
            done = catapult(word, "deck.toml")
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"did you mean {meant}?", done.stderr)
        told = catapult("check", "deck.toml", "--ranks", "nan").stderr
        self.assertIn("nan (must be an integer above 0)", told)

    def test_dotted_names_and_boolean_labels(self):
        for file in (SOURCE / "inputs/data/digits").iterdir():
            shutil.copy(file, self.folder / file.name.replace("-idx", ".idx"))
        self.run_deck(*TINY, 'data.source = "idx"', f'data.path = "{self.folder}"')
        with h5py.File(self.folder / "data.h5", "w") as file:
            file["x"], file["y"] = np.ones((24, 5)), np.eye(3, dtype=bool)[np.arange(24) % 3]
        hdf5 = ('data.source = "hdf5"', f'data.path = "{self.folder}/data.h5"',
                "data.test_samples = 0", 'data.preprocessing = "none"')
        self.run_deck(*TINY, *hdf5, arguments=("--resume", "never"))
        with h5py.File(self.folder / "data.h5", "w") as file:
            file.create_dataset("x", data=np.ones((24, 5)), compression="lzf")
            file["y"] = np.eye(3)[np.arange(24) % 3]
        self.assertIn("lzf", self.run_deck(*TINY, *hdf5, code=3, arguments=("--resume", "never")))

    def test_a_first_batch_that_is_met_exactly(self):
        rng = np.random.default_rng(0)
        with h5py.File(self.folder / "data.h5", "w") as file:
            file["x"], file["y"] = rng.normal(size=(8, 4)), np.arange(8).reshape(8, 1) % 2.0
        with h5py.File(self.folder / "w.h5", "w") as file:
            file["layers/00/weight"], file["layers/01/weight"] = rng.normal(size=(16, 4)), np.zeros((1, 16))
        deck = ('data.source = "hdf5"', f'data.path = "{self.folder}/data.h5"', "data.batch = 2",
                "data.train_samples = 0", "data.test_samples = 0", 'data.preprocessing = "none"',
                f'model.weights = "{self.folder}/w.h5"', "model.width = 16", "model.depth = 1",
                "train.learning_rate = 0.1", "train.learning_rate_c = 0.0", "measure.kernel_every = 0")
        first = []
        for seed in range(8):
            self.run_deck(*deck, f"data.seed = {seed}", arguments=("--resume", "never"))
            self.assertEqual(self.summary().outcome[0], "running")
            first.append(self.summary().loss_0[0])
        self.assertIn(0.0, first)  # or the seeds are wrong

    def test_fewer_inputs_than_width_ranks(self):
        found = []
        for ranks, grid in ((0, ()), (4, ("parallel.width_ranks = 4",))):
            self.run_deck("data.inputs = 2", "data.outputs = 2", "data.train_samples = 2",
                          'model.precision = "f64"', "measure.kernel_every = 1", *TINY[:1], *grid,
                          ranks=ranks, arguments=("--resume", "never"))
            found.append(self.summary().lambda_0[0])
        self.assertAlmostEqual(found[0], found[1], delta=1e-6 * found[0])

    def test_labels_counted_from_1(self):
        def write(name, values, *shape):
            head = struct.pack(f">{1 + len(shape)}I", 0x800 + len(shape), *shape)
            (self.folder / name).write_bytes(head + bytes(values))

        for part, samples in (("train", 260), ("t10k", 26)):
            write(f"{part}-images-idx3-ubyte", (i % 251 for i in range(samples * 16)), samples, 4, 4)
            write(f"{part}-labels-idx1-ubyte", (i % 26 + 1 for i in range(samples)), samples)
        letters = (*TINY, 'data.source = "idx"', f'data.path = "{self.folder}"')
        told = self.run_deck(*letters)
        proposal = re.search(r"data\.classes = (\[.*\])", told)[1]
        self.assertIn("warning:", told)
        self.assertIn("label 0 ", told)
        self.assertIn(proposal, (self.folder / "run/log.txt").read_text())
        check = ("check", self.folder / "deck.toml", "--machine", "cluster")
        self.assertIn(proposal, catapult(*check).stderr)
        done = catapult(*check, "--set", f"data.classes={proposal}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_labels_in_a_column(self):
        hdf5 = ('data.source = "hdf5"', f'data.path = "{self.folder}/data.h5"',
                "data.test_samples = 0", "data.train_samples = 0")
        for y, words, code in ((np.arange(24).reshape(24, 1) % 3, "write one column a class", 0),
                               (np.arange(24).reshape(24, 1) % 2, "", 0),
                               (np.arange(24) % 3, "write one column a class", 3),
                               (np.ones((5, 5)), "transposed", 3)):
            with h5py.File(self.folder / "data.h5", "w") as file:
                file["x"], file["y"] = np.random.default_rng(0).normal(size=(24, 5)), y
            done = catapult("check", write_deck(self.folder, *hdf5), "--machine", "cluster")
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stderr == "", words == "")

    def test_advice_is_accepted(self):
        def check(*settings):
            settings = [word for setting in settings for word in ("--set", setting)]
            return catapult("check", deck, "--machine", "cluster", *settings)

        for key, value in (("train.momentum", ".5"), ("measure.kernel_change", "1,2"),
                           ("linearize.watch", "True"), ("linearize.models", "linear"),
                           ("model.activation", "Relu"), ("train.stop_steps", "1e1"),
                           ("model.width", "[8, 16]")):
            deck = write_deck(self.folder, *TINY)
            refused = check(f"{key}={value}")
            self.assertEqual(refused.returncode, 2, refused.stderr)
            advice = re.search(r"(?:write|did you mean) (.*?)\??$", refused.stderr, re.MULTILINE)[1]
            better = advice if "=" in advice else f"{key} = {advice}"
            self.assertEqual(check(better).returncode, 0, refused.stderr)
            write_deck(self.folder, *TINY, better)
            self.assertEqual(check().returncode, 0, refused.stderr)

    def test_paths_of_weights_and_data(self):
        told = self.run_deck('model.weights = "$NOWHERE_AT_ALL/w.h5"', code=2)
        self.assertIn("NOWHERE_AT_ALL", told)
        self.assertIn("model.weights", self.run_deck('model.weights = "~/w.h5"', code=3, HOME="/none"))
        check = ("check", self.folder / "deck.toml", "--set", "model.weights=", "--machine", "cluster",
                 "--set", "data.source=idx", "--set", "data.path=digits")
        root = SOURCE / "inputs"
        self.assertEqual(catapult(*check, HOME=str(root), CATAPULT_DATA="~/data").returncode, 0)
        self.assertEqual(catapult(*check, CATAPULT_DATA="$NOWHERE_AT_ALL").returncode, 2)

    def test_a_variable_that_only_some_ranks_have(self):
        deck = write_deck(self.folder, *TINY)
        for other in (["env", f"PLACE={self.folder}/b"], []):
            done = subprocess.run(
                [MPIEXEC, "-n", "1", "env", f"PLACE={self.folder}/a", BINARY, "run", deck, "--set",
                 "study.output=$PLACE", ":", "-n", "1", *other, BINARY, "run", deck, "--set",
                 "study.output=$PLACE"], capture_output=True, text=True, timeout=60, cwd=SOURCE)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(done.stderr.count("error:"), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
