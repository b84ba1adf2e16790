"""What the program tells of itself: help, examples, completion; by one rank of several."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import BINARY, SOURCE, catapult, commands, write_deck


def options_of(command):
    """All words of options that the command's help lists."""
    text = catapult(command, "--help").stdout
    return {word for names in re.findall(r"^  (-\S+)", text, re.M) for word in names.split(",")}


class Help(unittest.TestCase):
    def test_of_the_program_fits_a_screen(self):
        text = catapult("--help").stdout
        self.assertLess(len(text.splitlines()), 80)
        self.assertEqual(commands()[:2], ["run", "check"])
        for code in (0, 1, 2, 3, 4, 5, 6, 75):
            self.assertRegex(text, rf"\n +{code}  \w")

    def test_examples_run_as_they_stand(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            (folder / "bin").mkdir()
            (folder / "bin/catapult").symlink_to(BINARY)
            (folder / "inputs").symlink_to(SOURCE / "inputs")
            path = f"{folder / 'bin'}:{os.environ['PATH']}"
            for command in commands():
                lines = catapult(command, "--help").stdout.rstrip().splitlines()
                self.assertEqual(lines[-2], "Example:", command)
                self.assertRegex(lines[-1], rf"^  catapult {command}\b")
                done = subprocess.run(lines[-1], shell=True, cwd=folder, capture_output=True,
                                      text=True, timeout=60, env={**os.environ, "PATH": path})
                self.assertEqual(done.returncode, 0, lines[-1] + "\n" + done.stderr)


class Completion(unittest.TestCase):
    """What bash offers for words of which the last one is not complete."""

    @classmethod
    def setUpClass(cls):
        cls.script = catapult("completion", "bash").stdout

    def offered(self, *words, breaks=" =:"):
        drive = (self.script + '\nCOMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()\n'
                 f"COMP_WORDBREAKS='{breaks}'\n_catapult\n"
                 'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "--norc", "-c", drive, "bash", "catapult", *words],
                              capture_output=True, text=True, timeout=20, cwd=SOURCE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_knows_all_commands_and_their_options(self):
        self.assertEqual(self.offered(""), commands())
        for command in commands():
            self.assertEqual(set(self.offered(command, "-")), options_of(command), command)

    def test_knows_values(self):
        deck = "inputs/quickstart.toml"
        for words, values in (
                (("run", deck, "--resume", ""), ["auto", "never"]),
                (("run", deck, "--resume", "=", "n"), ["never"]),
                (("check", "--machine", "a"), ["a100"]),
                (("completion", "z"), ["zsh"]),
                (("run", deck, "--max-time", "1"), []),
                (("slice", "a.h5", "--points", "5", "--see"), ["--seed"]),
                (("run", "inputs/quick"), [deck, "inputs/quickstart.png"]),
                (("run", "--set", "model.width", "=", "3", "inputs/quickstart.t"), [deck]),
                (("run", deck, "--out", "inputs/d"), ["inputs/data"])):
            self.assertEqual(sorted(self.offered(*words)), sorted(values), words)

    def test_knows_the_keys_of_a_deck(self):
        keys = re.findall(r"^(\w+) = ", catapult("defaults").stdout, re.M)
        offered = self.offered("run", "--set", "")
        self.assertEqual([key.split(".")[1] for key in offered], [key + "=" for key in keys])
        self.assertEqual(self.offered("run", "--set", "model.ac"), ["model.activation="])
        self.assertEqual(self.offered("run", "--set", "model.activation", "=", "t"), ["tanh"])
        self.assertEqual(self.offered("check", "--set", "=", "model.residual", "=", ""),
                         ["true", "false"])
        self.assertEqual(self.offered("run", "--set", "data.path", "=", "inputs/da"),
                         ["inputs/data"])
        self.assertEqual(self.offered("run", "--set=model.activation=t", breaks=" "),
                         ["--set=model.activation=tanh"])

    def test_is_registered_and_the_other_shells_have_theirs(self):
        self.assertIn("complete -F _catapult catapult", self.script)
        for shell in ("zsh", "fish"):
            script = catapult("completion", shell).stdout
            for command in commands():
                self.assertIn(command, script)
                for option in options_of(command):
                    self.assertRegex(script, rf"\b{option.lstrip('-')}\b", shell)
            self.assertNotRegex(script, "@[A-Z_]+@")

    def test_in_fish_offers_a_command_its_own_options(self):
        script = catapult("completion", "fish").stdout
        for command in commands():
            lines = re.findall(rf"^complete -c catapult -n '__catapult_is {command}' .*", script, re.M)
            names = {f"--{name}" for line in lines for name in re.findall(r" -l ([\w-]+)", line)}
            self.assertEqual(names, options_of(command) - {"-h"}, command)

    @unittest.skipUnless(shutil.which("fish"), "needs fish")
    def test_in_fish_knows_the_command_from_other_words(self):
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "catapult.fish"
            script.write_text(catapult("completion", "fish").stdout)
            for line, wanted in (("watch run --", ["--help", "--once"]),
                                 ("run --out watch --on", []), ("run --resume ", ["auto", "never"])):
                told = subprocess.run(
                    ["fish", "--no-config", "-c", f"source {script}; complete -C 'catapult {line}'"],
                    capture_output=True, text=True, timeout=20).stdout
                self.assertEqual([word.split("\t")[0] for word in told.splitlines()], wanted, line)

    def test_is_sound_for_those_who_know_shells(self):
        for shell, *reader in (("bash", "shellcheck", "-s", "bash", "-"), ("zsh", "zsh", "-n"),
                               ("fish", "fish", "-n")):
            if shutil.which(reader[0]):
                done = subprocess.run(reader, input=catapult("completion", shell).stdout,
                                      capture_output=True, text=True, timeout=20)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class OneOfSeveralRanks(unittest.TestCase):
    def test_answers(self):
        with tempfile.TemporaryDirectory() as folder:
            deck = write_deck(folder)
            for arguments in (("check", deck), ("defaults",), ("info", "--cite"), ("--help",),
                              ("completion", "fish")):
                alone, together = catapult(*arguments), catapult(*arguments, ranks=2)
                self.assertEqual(together.returncode, 0, together.stderr)
                self.assertEqual(len(together.stdout.splitlines()),
                                 len(alone.stdout.splitlines()), arguments)

    def test_tells_what_is_wrong(self):
        for arguments in (("check", "none.toml"), ("rnu",), ("check", "x.toml", "--ranks", "0")):
            done = catapult(*arguments, ranks=3)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(done.stderr.count("error:"), 1, done.stderr)


class WrongCommandLines(unittest.TestCase):
    def test_are_told_in_plain_words(self):
        for arguments, words in (
                ((), "no command is given"),
                (("rnu",), "unknown command rnu; did you mean run?"),
                (("run",), "deck is required (catapult run --help"),
                (("run", "a", "b"), "unexpected b"),
                (("run", "a", "--ou", "b"), "unexpected --ou b; did you mean --out?"),
                (("run", "a", "--out"), "--out is given no FOLDER"),
                (("run", "a", "--resume", "so"), "--resume: so (must be one of auto,never)"),
                (("check", "a", "--ranks", "1.5"), "--ranks: 1.5 (must be an integer above 0)"),
                (("check", "a", "--ranks", "99999999999"), "--ranks: 99999999999 is too large"),
                (("check", "a", "--node-memory", "x"), "--node-memory: x (must be a number"),
                (("spectrum", "a", "--probes", "3"), "--probes requires --density")):
            done = catapult(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn("error: ", done.stderr)
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main()
