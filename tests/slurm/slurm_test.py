"""The job scripts on a real Slurm: restarts until a study is done, arrays, nodes, lost ranks."""

import json
import os
import signal
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np
from cluster import PROGRAMS, Cluster
from namespace import enter_namespace
from program import SOURCE, catapult, series, write_deck

STEPS = 40000
LONG = (f"train.stop_steps = {STEPS}", "measure.every = 100", "measure.kernel_every = 0",
        "checkpoint.every = 2000", f"checkpoint.at = [{STEPS}]")


def checkpoints(run):
    """The last steps first."""
    return sorted((path.name for path in Path(run).glob("members/*/checkpoints/step-*.h5")),
                  reverse=True)


def state_of(run):
    return json.loads((Path(run) / "status.json").read_text())["state"]


def written(path):
    """When a file was last written; 0 where there is none."""
    return path.stat().st_mtime_ns if path.exists() else 0


def ranks_of(run):
    """Process numbers of the program's ranks that work on a run folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended
        if words[0] == os.environ["CATAPULT"].encode() and str(run).encode() in words:
            found.append(int(process.name))
    return found


class OnSlurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.slurm = Cluster(cls.folder / "slurm")
        cls.addClassCleanup(cls.slurm.stop)

    def setUp(self):
        self.place = self.folder / self.id().rsplit(".", 1)[1]
        self.place.mkdir()
        self.run_folder = self.place / "run"
        self.log = self.place / "job.log"

    def submit(self, script, *arguments, options=()):
        return self.slurm.submit(f"--chdir={SOURCE}", f"--output={self.log}", "--time=60", *options,
                                 SOURCE / "jobscripts" / script, *arguments)

    def study(self, *lines, options=("--ntasks-per-node=2",)):
        """Submits the generic script for a deck with these lines."""
        return self.submit("generic.sbatch", write_deck(self.place, *LONG, *lines), "--out",
                           self.run_folder, options=options)

    def wait_for_new_checkpoint(self, run, old=()):
        Cluster.wait(lambda: set(checkpoints(run)) - set(old), 30, f"checkpoint in {run}")

    def told(self):
        return self.log.read_text() if self.log.exists() else "no log"

    def assert_ends(self, job, state, code):
        self.assertEqual(self.slurm.end_of(job), (state, code), self.told())

    def assert_like_unbroken(self, run, *lines, ranks):
        """The run is that of a program that was never stopped, bit for bit and step for step."""
        whole = self.place / "whole"
        done = catapult("run", write_deck(self.place, *LONG, *lines), "--out", whole, ranks=ranks)
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("step", "loss", "test_accuracy"):
            np.testing.assert_array_equal(series(run, 0, name), series(whole, 0, name))
        last = f"members/0000/checkpoints/step-{STEPS:012d}.h5"
        with h5py.File(run / last) as ours, h5py.File(whole / last) as theirs:
            np.testing.assert_array_equal(ours["layers/00/weight"], theirs["layers/00/weight"])
        self.assertEqual(state_of(run), "finished")

    def test_a_job_shorter_than_its_study_requeues_itself_until_done(self):
        job = self.study()
        seen = []
        for restarts in (1, 2):
            self.wait_for_new_checkpoint(self.run_folder, seen)
            self.slurm.command("scancel", "--signal=USR1", job)
            Cluster.wait(lambda: self.slurm.show(job, "Restarts") == str(restarts), 30, "requeue")
            seen = checkpoints(self.run_folder)
        self.assert_ends(job, "COMPLETED", 0)
        self.assertEqual(self.told().count("goes back into the queue"), 2, self.told())
        self.assert_like_unbroken(self.run_folder, ranks=2)

    def test_a_signal_stops_the_job_and_submitting_again_continues_it(self):
        job = self.study(options=("--ntasks-per-node=1", "--no-requeue"))
        self.wait_for_new_checkpoint(self.run_folder)
        rank, = ranks_of(self.run_folder)
        os.kill(rank, signal.SIGSTOP)
        self.assert_ends(self.study(options=("--ntasks-per-node=1",)), "FAILED", 6)
        self.assertIn(f"{self.run_folder} is in use", self.told())
        self.slurm.command("scancel", "--signal=USR1", job)
        os.kill(rank, signal.SIGCONT)
        self.assert_ends(job, "FAILED", 75)
        self.assertEqual(state_of(self.run_folder), "stopped")
        self.assertIn("the same sbatch command line continues the run", self.told())
        self.assert_ends(self.study(options=("--ntasks-per-node=1",)), "COMPLETED", 0)
        self.assert_like_unbroken(self.run_folder, ranks=1)

    def test_a_lost_rank_ends_the_job_and_submitting_again_continues_it(self):
        job = self.study()
        self.wait_for_new_checkpoint(self.run_folder)
        os.kill(max(ranks_of(self.run_folder)), signal.SIGKILL)
        state, code = self.slurm.end_of(job, 30)
        self.assertEqual((state, code), ("FAILED", 137), self.told())
        kept = checkpoints(self.run_folder)
        self.assert_ends(self.study(), "COMPLETED", 0)
        self.assertIn(f"continues from {self.run_folder}/members/0000/checkpoints/{kept[0]}",
                      self.told())
        self.assert_like_unbroken(self.run_folder, ranks=2)

    def test_an_array_submitted_again_runs_only_what_is_unfinished(self):
        widths, killed = (24, 25, 26, 27, 28), (1, 2, 4)
        deck = write_deck(self.place, *LONG, f'study.output = "{self.run_folder}"')
        runs = [self.run_folder / f"model.width={width}" for width in widths]

        def submit():
            return self.submit("array.sbatch", deck, "model.width", ",".join(map(str, widths)),
                               options=("--array=0-4", "--ntasks-per-node=1"))

        array = submit()
        for task in killed:
            self.wait_for_new_checkpoint(runs[task])
            os.kill(max(ranks_of(runs[task])), signal.SIGKILL)
        for task in range(len(widths)):
            self.assert_ends(f"{array}_{task}", *(("FAILED", 137) if task in killed else
                                                  ("COMPLETED", 0)))
        finished = [written(run / "members/0000/series.h5") for run in runs]
        self.assertEqual([time > 0 for time in finished],
                         [task not in killed for task in range(len(widths))])
        array = submit()
        for task, run in enumerate(runs):
            self.assert_ends(f"{array}_{task}", "COMPLETED", 0)
            rerun = written(run / "members/0000/series.h5") != finished[task]
            self.assertEqual(rerun, task in killed, f"task {task}")
        self.assert_like_unbroken(runs[2], "model.width = 26", ranks=1)

    def test_two_nodes_run_one_member(self):
        lines = (f"train.stop_steps = {STEPS // 20}", "checkpoint.at = []")
        job = self.study(*lines, options=("--nodes=2", "--ntasks-per-node=1"))
        self.assert_ends(job, "COMPLETED", 0)
        with h5py.File(self.run_folder / "members/0000/series.h5") as file:
            hosts = str(file["provenance/hosts"][()])
        self.assertTrue("n1 " in hosts and "n2 " in hosts, hosts)
        whole = self.place / "whole"
        catapult("run", self.place / "deck.toml", "--out", whole, ranks=2)
        np.testing.assert_array_equal(series(self.run_folder, 0, "loss"), series(whole, 0, "loss"))

    def test_two_nodes_share_the_members_of_a_study(self):
        job = self.study(f"train.stop_steps = {STEPS // 20}", "checkpoint.at = []",
                         'study.sweep."model.seed" = [0, 1, 2]',
                         options=("--nodes=2", "--ntasks-per-node=1"))
        self.assert_ends(job, "COMPLETED", 0)
        self.assertEqual([len(series(self.run_folder, member, "loss")) for member in range(3)],
                         [STEPS // 20 // 100 + 1] * 3)


if __name__ == "__main__":
    enter_namespace("a real Slurm", PROGRAMS)
    unittest.main()
