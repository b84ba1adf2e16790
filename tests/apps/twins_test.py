"""Networks and their twins as the paper compares them, from decks to numbers: the twin of step 10
ends as accurate as the network, that of step 0 diverges, and wide kernels move less."""

import os
import unittest
from pathlib import Path

import h5py
import numpy as np
from program import SOURCE, WithFolder, catapult

DATA = Path(os.environ.get("CATAPULT_DATA", SOURCE / "../shared/data"))


class Twins(WithFolder):
    def series(self, deck, *settings):
        """Of every member, by number."""
        overrides = [word for setting in settings for word in ("--set", setting)]
        done = catapult("run", SOURCE / "inputs" / deck, "--out", self.folder, *overrides, ranks=2,
                        timeout=250, CATAPULT_DATA=str(DATA))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        files = sorted((self.folder / "members").glob("*/series.h5"))
        for file in files:
            h5 = h5py.File(file)
            self.addCleanup(h5.close)
            yield h5

    @unittest.skipUnless((DATA / "mnist").is_dir(), f"needs MNIST in {DATA}/mnist")
    def test_the_twin_of_step_10_ends_as_accurate_as_the_network(self):  # T16
        rates = [2.5, 3.0]
        members = self.series("paper/fig6.toml", "model.width=512", "data.test_samples=2000",
                              "measure.every=5000", f'study.sweep."train.learning_rate_c"={rates}')
        for c, h5 in zip(rates, members, strict=True):
            self.assertEqual(h5["accuracy"][-1], 1.0)
            first, later = h5["twins/at_0/linear"], h5["twins/at_10/linear"]
            self.assertEqual(later["step"][-1], h5["step"][-1])
            for key in ("accuracy", "test_accuracy"):
                self.assertLess(abs(later[key][-1] - h5[key][-1]), 0.02, f"{key} at c = {c}")
            # It has learned: far from what guessing gets.
            self.assertGreater(h5["test_accuracy"][-1], 0.4)
            self.assertEqual(first["outcome"][()], b"diverged")

    def test_kernels_of_wide_networks_move_less(self):  # Fig. S13c on digits
        widths = [128, 256, 512, 1024, 2048]
        members = self.series("paper/figS13c.toml", 'data.path="inputs/data/digits"',
                              "data.test_samples=0", 'study.sweep."model.seed"=[0, 1]',
                              'study.sweep."train.learning_rate_c"=[3.0]',
                              f'study.sweep."model.width"={widths}')
        changes = []
        for h5 in members:
            self.assertEqual((h5["kernel_change/reference"][0], h5["kernel_change/step"][0]),
                             (50, 1000))
            changes.append(h5["kernel_change/change"][0])
        exponent = np.polyfit(np.log(np.repeat(widths, 2)), np.log(changes), 1)[0]
        self.assertGreater(exponent, -1.4)
        self.assertLess(exponent, -0.5)


if __name__ == "__main__":
    unittest.main()
