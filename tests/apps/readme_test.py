"""Every command of the README, shortened by --set where it would take minutes."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import BINARY, SOURCE, catapult

SHORT = ["--set", "model.width=32", "--set", "train.stop_steps=60",
         "--set", "data.train_samples=64", "--set", "data.test_samples=16"]


def blocks():
    return re.findall(r"```(\w*)\n(.*?)```", (SOURCE / "README.md").read_text(), re.DOTALL)


def commands():
    lines = [line for kind, text in blocks() if kind in ("", "sh", "bash")
             for line in text.splitlines()]
    return [line.split("  #")[0].strip() for line in lines if line.strip()]


class Readme(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_line(self, line, folder):
        return subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True,
                              timeout=250, env=dict(os.environ))

    def test_files_and_programs_that_it_names_exist(self):
        text = (SOURCE / "README.md").read_text()
        for path in re.findall(r"\b(?:inputs|jobscripts|tests|cmake|apps|src)/[\w./-]+", text):
            self.assertTrue((SOURCE / path.rstrip(".")).exists(), path)

    def test_commands_of_the_program(self):
        link = self.folder / "build/release/bin"
        link.mkdir(parents=True)
        (link / "catapult").symlink_to(BINARY)
        for name in ("inputs", "apps", "tests"):
            (self.folder / name).symlink_to(SOURCE / name)
        run = [line for line in commands() if "bin/catapult" in line or "catapult_plot" in line
               or line.startswith("tests/bench")]
        self.assertGreaterEqual(len(run), 3)
        for line in run:
            if "bin/catapult run" in line:
                line += " " + " ".join(SHORT)
            done = self.run_line(line, self.folder)
            self.assertEqual(done.returncode, 0, line + "\n" + done.stdout + done.stderr)
        self.assertGreaterEqual(len(list(self.folder.glob("runs/*/plots/*.png"))), 3)

    def test_its_deck_and_its_readers_of_results(self):
        deck = self.folder / "deck.toml"
        deck.write_text(next(text for kind, text in blocks() if kind == "toml"))
        for source, name in ((deck, "quickstart"), (SOURCE / "inputs/linearize.toml", "linearize")):
            done = catapult("run", source, *SHORT, "--out", self.folder / "runs" / name)
            self.assertEqual(done.returncode, 0, done.stderr)
        last = sorted((self.folder / "runs/quickstart/members").iterdir())[-1]
        if last.name < "0004":  # the reader looks at member 0004
            shutil.copytree(last, last.parent / "0004")
        for reader in (text for kind, text in blocks() if kind == "python"):
            (self.folder / "read.py").write_text(reader)
            done = self.run_line("/usr/bin/python3 read.py", self.folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater(len(done.stdout.splitlines()), 1)

    def test_every_table_row_is_a_command_of_the_program(self):
        listed = set(re.findall(r"^\| `catapult (\w+)", (SOURCE / "README.md").read_text(), re.M))
        offered = set(re.findall(r"^  (\w+) +\S", catapult("--help").stdout, re.M))
        self.assertEqual(listed, offered - {"Options", "Subcommands"})


if __name__ == "__main__":
    unittest.main()
