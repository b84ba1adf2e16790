"""Short versions of decks: those of the paper through their first members, on random images in the
formats of MNIST, CIFAR-10 and CIFAR-100; and a short run beside the full one."""

import csv
import tomllib
import unittest

import numpy as np
from program import SOURCE, WithFolder, catapult, write_deck

# A few steps on a few samples are enough to train, measure and fork: in place of the deck's.
FEW = {("measure", "kernel_samples"): 16, ("model", "batch_norm_group"): 16,
       ("linearize", "at"): [0, 2], ("measure", "kernel_change"): [1, 3]}


def plant_images(folder):
    draw = np.random.default_rng(0)

    def plant(name, records, pixels, label_bytes, header=b""):
        table = draw.integers(0, 256, (records, label_bytes + pixels), dtype=np.uint8)
        table[:, :label_bytes] %= 10
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(header + table.tobytes())

    for part in ("train", "t10k"):
        for kind, shape, label_bytes in (("images-idx3", (2000, 28, 28), 0),
                                         ("labels-idx1", (2000,), 1)):
            header = b"".join(n.to_bytes(4, "big") for n in (0x800 + len(shape), *shape))
            plant(f"mnist/{part}-{kind}-ubyte", 2000, 784 * (1 - label_bytes), label_bytes, header)
    for part in ("data_batch_1", "test_batch"):
        plant(f"cifar-10-batches-bin/{part}.bin", 600, 3072, 1)
    for part in ("train", "test"):
        plant(f"cifar-100-binary/{part}.bin", 600, 3072, 2)


def first_members(deck):
    """--set of the first two values of each axis of a short version, and of FEW; how many axes."""
    deck = tomllib.loads(deck.read_text())
    study = deck["study"]
    axes = {**study["sweep"], **study["short"].get("study", {}).get("sweep", {})}
    settings = [f'study.sweep."{key}"={values[:2]}' for key, values in axes.items()
                if key not in study["short"]]
    few = [f"{table}.{key}={value}" for (table, key), value in FEW.items()
           if key in deck.get(table, {})]
    words = [word for setting in (*settings, *few, "train.stop_steps=3")
             for word in ("--set", setting)]
    return words, len(settings)


class ShortVersions(WithFolder):
    def test_of_the_paper_run_through_their_first_members(self):
        decks = sorted(SOURCE.glob("inputs/paper/*.toml"))
        self.assertGreater(len(decks), 15)
        plant_images(self.folder)
        for deck in decks:
            settings, axes = first_members(deck)
            out = self.folder / deck.stem
            done = catapult("run", deck, "--short", "--out", out, *settings, ranks=2,
                            CATAPULT_DATA=str(self.folder))
            self.assertEqual(done.returncode, 0, f"{deck}: {done.stdout}{done.stderr}")
            with open(out / "summary.csv", newline="") as file:
                self.assertEqual(len(list(csv.DictReader(file))), 2 ** axes, deck)

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
