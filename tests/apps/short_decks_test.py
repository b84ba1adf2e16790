"""Short versions of decks: those of the paper through their first members, on random images in the
formats of MNIST, CIFAR-10 and CIFAR-100; and a short run beside the full one."""

import csv
import tempfile
import tomllib
import unittest
from pathlib import Path

import numpy as np
from program import SOURCE, catapult, write_deck

# A few steps are enough to train, measure and fork.
FEW_STEPS = ("train.stop_steps=3",)
OF_DECK = {"fig6": ("linearize.at=[0,2]",), "figS13ab": ("linearize.at=[0,2]",),
           "figS13c": ("measure.kernel_change=[1,3]",)}


def plant_images(folder):
    draw = np.random.default_rng(0)

    def plant(name, records, pixels, label_bytes, header=b""):
        table = draw.integers(0, 256, (records, label_bytes + pixels), dtype=np.uint8)
        table[:, :label_bytes] %= 10
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(header + table.tobytes())

    for part in ("train", "t10k"):
        for kind, shape in (("images-idx3", (2000, 28, 28)), ("labels-idx1", (2000,))):
            header = b"".join(n.to_bytes(4, "big") for n in (0x800 + len(shape), *shape))
            images = len(shape) == 3
            plant(f"mnist/{part}-{kind}-ubyte", 2000, 784 if images else 0, 0 if images else 1, header)
    for part in ("data_batch_1", "test_batch"):
        plant(f"cifar-10-batches-bin/{part}.bin", 600, 3072, 1)
    for part in ("train", "test"):
        plant(f"cifar-100-binary/{part}.bin", 600, 3072, 2)


def first_members(deck):
    """--set of the first two values of each axis of the short version."""
    study = tomllib.loads(deck.read_text())["study"]
    axes = {**study["sweep"], **study["short"].get("study", {}).get("sweep", {})}
    return [f'study.sweep."{key}"={values[:2]}' for key, values in axes.items()
            if key not in study["short"]]


class ShortVersions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_of_the_paper_run_through_their_first_members(self):
        decks = sorted(SOURCE.glob("inputs/paper/*.toml"))
        self.assertGreater(len(decks), 15)
        plant_images(self.folder)
        for deck in decks:
            axes = first_members(deck)
            settings = [word for setting in (*axes, *FEW_STEPS, *OF_DECK.get(deck.stem, ()))
                        for word in ("--set", setting)]
            out = self.folder / deck.stem
            done = catapult("run", deck, "--short", "--out", out, *settings, ranks=2,
                            CATAPULT_DATA=str(self.folder))
            self.assertEqual(done.returncode, 0, f"{deck}: {done.stdout}{done.stderr}")
            with open(out / "summary.csv", newline="") as file:
                self.assertEqual(len(list(csv.DictReader(file))), 2 ** len(axes), deck)

    def test_have_a_run_folder_of_their_own_and_checkpoints_of_what_ran(self):
        deck = write_deck(self.folder, f'study.output = "{self.folder}/run"', "checkpoint.at = [2]",
                          'study.short."model.width" = 16')
        for version, run, width in (((), "run", 32), (("--short",), "run-short", 16)):
            done = catapult("run", deck, *version, ranks=2)
            self.assertEqual(done.returncode, 0, done.stderr)
            resolved = tomllib.loads((self.folder / run / "resolved.toml").read_text())
            self.assertEqual(resolved["model"]["width"], width)
        self.assertIn("(1 done before)", catapult("run", deck, "--short").stderr)
        file = self.folder / "run-short/members/0000/checkpoints/step-000000000002.h5"
        self.assertEqual(catapult("spectrum", file).returncode, 0)
        for version, code in (((), 2), (("--short",), 0)):
            done = catapult("run", deck, *version, "--from", file, "--out", self.folder / "fork")
            self.assertEqual(done.returncode, code, done.stderr)
        done = catapult("bench", deck, "--short", "--steps", 1, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
