"""Every command of the README, shortened by --set where it would take minutes."""

import os
import re
import shutil
import subprocess
import unittest

import h5py
import numpy as np
from program import BINARY, SOURCE, WithFolder, catapult
from program import commands as offered

SHORT = ["--set", "model.width=32", "--set", "train.stop_steps=60",
         "--set", "data.train_samples=64", "--set", "data.test_samples=16"]

WIDE_RESIDUAL = """
study.output = "{folder}/run"
data.source = "gaussian"
data.image = [3, 8, 8]
data.train_samples = 8
data.outputs = 10
model.kind = "wrn"
model.depth = 10
model.shortcut = "preact1"
model.bias = "dense"
model.parametrization = "standard"
model.weights = "{folder}/weights.h5"
train.learning_rate = 0.01
train.stop_steps = 1
checkpoint.at = [0]
"""


def write_torch_state(folder):
    """Random tensors under the names that PyTorch's usual wide residual network has, in
    state.npz: one block a group, width 1."""
    draw, state = np.random.default_rng(0), {}

    def add(module, *shape, bias=False):
        state[f"{module}.weight"] = draw.standard_normal(shape).astype(np.float32)
        if bias:
            state[f"{module}.bias"] = draw.standard_normal(shape[0]).astype(np.float32)

    def add_norm(module, channels):
        add(module, channels, bias=True)
        state[f"{module}.running_mean"] = np.zeros(channels, np.float32)
        state[f"{module}.num_batches_tracked"] = np.array(1)

    add("conv1", 16, 3, 3, 3)
    for group, (inputs, outputs) in enumerate(((16, 16), (16, 32), (32, 64)), 1):
        block = f"block{group}.layer.0."
        add_norm(block + "bn1", inputs)
        add(block + "conv1", outputs, inputs, 3, 3)
        add_norm(block + "bn2", outputs)
        add(block + "conv2", outputs, outputs, 3, 3)
        add(block + "convShortcut", outputs, inputs, 1, 1)
    add_norm("bn1", 64)
    add("fc", 10, 64, bias=True)
    np.savez(folder / "state.npz", **state)
    return state


def blocks():
    return re.findall(r"```(\w*)\n(.*?)```", (SOURCE / "README.md").read_text(), re.DOTALL)


def commands():
    lines = [line for kind, text in blocks() if kind in ("", "sh", "bash")
             for line in text.splitlines()]
    return [line.split("  #")[0].strip() for line in lines if line.strip()]


class Readme(WithFolder):
    def run_line(self, line, folder):
        return subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True,
                              timeout=250, env=dict(os.environ))

    def test_files_and_programs_that_it_names_exist(self):
        for document in ("README.md", "CONTRIBUTING.md"):
            text = (SOURCE / document).read_text()
            for path in re.findall(r"\b(?:inputs|jobscripts|tests|cmake|apps|src)/[\w./-]+", text):
                exists = (SOURCE / path.rstrip(".")).exists()
                self.assertTrue(exists or "NAME" in path, f"{document}: {path}")

    def test_commands_of_the_program(self):
        link = self.folder / "build/release/bin"
        link.mkdir(parents=True)
        (link / "catapult").symlink_to(BINARY)
        for name in ("inputs", "apps", "tests"):
            (self.folder / name).symlink_to(SOURCE / name)
        run = [line for line in commands() if "bin/catapult" in line or "apps/plots/" in line
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
        write_torch_state(self.folder)
        for reader in (text for kind, text in blocks() if kind == "python"):
            (self.folder / "read.py").write_text(reader)
            done = self.run_line("/usr/bin/python3 read.py", self.folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater(len(done.stdout.splitlines()), 1)

    def test_weights_of_torch_start_a_network(self):
        reader = next(text for kind, text in blocks() if kind == "python" and "state.npz" in text)
        state = write_torch_state(self.folder)
        (self.folder / "import.py").write_text(reader)
        done = self.run_line("/usr/bin/python3 import.py", self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        deck = self.folder / "deck.toml"
        deck.write_text(WIDE_RESIDUAL.format(folder=self.folder))
        done = catapult("run", deck)
        self.assertEqual(done.returncode, 0, done.stderr)
        (checkpoint,) = self.folder.glob("run/members/0000/checkpoints/*.h5")
        with h5py.File(checkpoint) as file:
            layers = [file[f"layers/{number:02}"] for number in range(18)]
            for name, number, tensor in (
                    ("conv1.weight", 0, "weight"), ("block1.layer.0.bn2.bias", 3, "beta"),
                    ("block2.layer.0.convShortcut.weight", 10, "weight"),
                    ("block3.layer.0.conv2.weight", 14, "weight"), ("bn1.weight", 16, "gamma"),
                    ("fc.weight", 17, "weight"), ("fc.bias", 17, "bias")):
                np.testing.assert_array_equal(layers[number][tensor][:], state[name], name)

    def test_every_table_row_is_a_command_of_the_program(self):
        listed = set(re.findall(r"^\| `catapult (\w+)", (SOURCE / "README.md").read_text(), re.M))
        self.assertEqual(listed, set(offered()))


if __name__ == "__main__":
    unittest.main()
