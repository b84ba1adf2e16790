"""Where people run: folders that are read-only, dangling, gone; limits and environments of queues
and of other programs."""

import ctypes
import fcntl
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from program import BINARY, SOURCE, catapult, write_deck

TINY = ("train.stop_steps = 2", "measure.kernel_every = 0", "checkpoint.at = [1]")


def without_rights():
    """Root obeys the rights of files as others do: for preexec_fn."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def limited(what, amount):
    return lambda: resource.setrlimit(what, (amount, resource.getrlimit(what)[1]))


class Places(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.run_folder = self.folder / "run"
        self.deck = write_deck(self.folder, *TINY)

    def call(self, *arguments, code=0, before=None, cwd=SOURCE, **environment):
        done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True,
                              timeout=60, cwd=cwd, preexec_fn=before,
                              env={**os.environ, **environment})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def run_deck(self, *arguments, **options):
        return self.call("run", self.deck, "--out", self.run_folder, *arguments, **options)

    def closed(self, folder):
        """Until the end of the test nobody may write there."""
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
            self.addCleanup(path.chmod, 0o755)

    def test_the_run_folder_of_a_colleague(self):
        self.run_deck()
        checkpoint = self.run_folder / "members/0000/checkpoints/step-000000000001.h5"
        self.closed(self.run_folder)
        for command, words in (("spectrum", "eigenvalue"), ("predict", "linear twin")):
            done = self.call(command, checkpoint, code=5, before=without_rights)
            self.assertIn(words, done.stdout)
            self.assertIn("--out", done.stderr)
            self.call(command, checkpoint, "--out", self.folder / "mine", before=without_rights)
        plot = [sys.executable, SOURCE / "apps/plots/catapult_plot.py", self.run_folder]
        for arguments, code in (((), 5), (("--out", self.folder / "pictures"), 0)):
            done = subprocess.run([*plot, *arguments], capture_output=True, text=True, timeout=60,
                                  preexec_fn=without_rights)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertEqual("--out" in done.stderr, code == 5, done.stderr)
        for command in (("linearize", checkpoint), ("run", self.deck, "--out", self.run_folder)):
            self.assertIn("--out", self.call(*command, code=5, before=without_rights).stderr)

    def test_a_dangling_link_as_run_folder(self):
        self.run_folder.symlink_to(self.folder / "purged")
        self.assertIn(str(self.folder / "purged"), self.run_deck(code=5).stderr)

    def test_links_in_a_circle_and_names_too_long(self):
        self.run_folder.symlink_to(self.run_folder)
        self.assertIn(str(self.run_folder), self.run_deck(code=5).stderr)
        self.assertIn("--out", self.call("run", self.deck, "--out", "x" * 300, code=5).stderr)

    def test_a_folder_that_cannot_be_emptied(self):
        self.run_deck()
        self.closed(self.run_folder / "members")
        told = self.run_deck("--resume", "never", code=5, before=without_rights).stderr
        self.assertIn("--out", told)
        self.assertNotIn("bug", told)

    def test_several_programs_that_srun_has_started_without_mpi(self):
        self.run_deck()
        with open(self.run_folder / "run.lock", "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            told = self.run_deck(code=6, SLURM_STEP_NUM_TASKS="4").stderr
        self.assertIn("--mpi=pmix", told)

    def test_a_working_folder_that_is_gone(self):
        gone = self.folder / "gone"
        for arguments, code in ((("check", self.deck), 0), (("run", self.deck), 5),
                                (("run", self.deck, "--out", self.run_folder), 0),
                                (("check", self.deck, "--set", "data.source=idx", "--set",
                                  "data.path=nowhere"), 3)):
            gone.mkdir()
            done = subprocess.run(["sh", "-c", 'cd "$0" && rmdir "$0" && exec "$@"', gone, BINARY,
                                   *map(str, arguments)], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)

    def test_less_memory_than_the_deck_needs(self):
        self.deck = write_deck(self.folder, *TINY, "model.width = 30000")
        for arguments in (("check", self.deck), ("run", self.deck, "--out", self.run_folder)):
            told = self.call(*arguments, code=2, before=limited(resource.RLIMIT_AS, 2_500_000_000)).stderr
            self.assertRegex(told, r"[0-9.]+ GB.*[0-9.]+ GB")
        self.assertFalse(self.run_folder.exists())

    def test_files_that_may_grow_no_further(self):
        for limit, words in ((600, "toml"), (8_000, "h5"), (1_500_000, "")):
            told = self.run_deck("--resume", "never", code=0 if words == "" else 5,
                                 before=limited(resource.RLIMIT_FSIZE, limit))
            self.assertIn(words, told.stderr)

    def test_a_limit_of_processor_time_stops_with_a_checkpoint(self):
        self.deck = write_deck(self.folder, "train.stop_steps = 100000000", "measure.every = 100000",
                               "measure.kernel_every = 0")
        self.run_deck(code=75, before=limited(resource.RLIMIT_CPU, 2))
        self.assertTrue(list(self.run_folder.rglob("step-*.h5")))

    def test_members_of_nobody_knows_which_study(self):
        self.run_deck()
        (self.run_folder / "resolved.toml").unlink()
        self.assertIn("resolved.toml", self.run_deck(code=2).stderr)
        self.assertIn("--out", self.run_deck("--resume", "never", code=2).stderr)
        self.assertTrue((self.run_folder / "members/0000/series.h5").exists())

    def test_files_that_cannot_be_opened_are_not_told_to_be_missing(self):
        closed = self.folder / "closed"
        shutil.copytree(SOURCE / "inputs/data/digits", closed / "digits")
        (closed / "k.h5").touch()
        (self.folder / "circle").symlink_to("circle")
        os.mkfifo(self.folder / "pipe")
        idx = ("--set", "data.source=idx", "--set")
        for folder in (closed, closed / "digits"):
            folder.chmod(0)
            told = self.call("check", self.deck, *idx, f"data.path={closed}/digits", code=3,
                             before=without_rights).stderr
            self.assertIn("Permission denied", told)
            if folder == closed:
                told = self.call("spectrum", closed / "k.h5", code=3, before=without_rights).stderr
                self.assertIn("Permission denied", told)
            folder.chmod(0o755)
        for name, words in (("circle", "levels of symbolic links"), ("pipe", "neither a file")):
            for arguments in (("spectrum", self.folder / name),
                              ("check", self.deck, "--set", f"model.weights={self.folder}/{name}"),
                              ("check", self.deck, "--set", "data.source=hdf5", "--set",
                               f"data.path={self.folder}/{name}")):
                self.assertIn(words, self.call(*arguments, code=3).stderr)

    def test_names_of_all_kinds(self):
        for name in ("two words", "it's", "100 %d {} ;", "名前/ümläut", "-", "a=b,c", "x" * 200):
            out = self.folder / "names" / name
            for _ in range(2):  # the second time nothing is left to do
                self.call("run", self.deck, "--out", out, "--set", "study.name=my study; \"1\"")
            self.call("spectrum", out / "members/0000/checkpoints/step-000000000001.h5")
        told = self.call("check", self.deck, "--set", 'study.name=my study; "1"').stdout
        self.assertIn('#SBATCH --job-name="my study; 1"\n', told)

    def test_weights_that_are_missing_are_told_before_the_run(self):
        for command in (("check", self.deck), ("run", self.deck, "--out", self.run_folder)):
            told = self.call(*command, "--set", "model.weights=none.h5", code=3).stderr
            self.assertIn("none.h5", told)
        self.assertFalse(self.run_folder.exists())

    def test_environments_of_other_programs(self):
        for number, (name, value) in enumerate((
                ("KOKKOS_NUM_THREADS", "abc"), ("KOKKOS_DEVICE_ID", "x"), ("KOKKOS_TOOLS_LIBS", "/no"),
                ("OMP_NUM_THREADS", "many"), ("OMP_NUM_THREADS", "0"), ("OMP_NUM_THREADS", "-1"),
                ("OMP_NUM_THREADS", "99999999"), ("OMP_STACKSIZE", "huge"), ("OMP_PLACES", "moon"),
                ("OMP_PROC_BIND", "maybe"), ("OPENBLAS_NUM_THREADS", "x"), ("LC_ALL", "xx_YY.nope"),
                ("TERM", ""), ("HDF5_USE_FILE_LOCKING", "perhaps"), ("TMPDIR", "/nowhere"),
                ("PETSC_OPTIONS", "-help -malloc_debug"), ("PETSC_OPTIONS_YAML", "{["))):
            with self.subTest(name=name, value=value):
                done = subprocess.run([BINARY, "run", self.deck, "--out", self.folder / str(number)],
                                      capture_output=True, text=True, timeout=60, cwd=SOURCE,
                                      env={**os.environ, name: value})
                told = done.stdout + done.stderr
                self.assertIn(done.returncode, (0, 2), told)
                if done.returncode == 2:
                    self.assertIn("KOKKOS_" if name.startswith("KOKKOS_") else name, told)


if __name__ == "__main__":
    unittest.main()
