"""How often a study reads its data."""

import ctypes
import os
import shutil
import tempfile
import unittest
from pathlib import Path

from program import SOURCE, catapult, write_deck

IMAGES = "train-images-idx3-ubyte.gz"
DIGITS = ('data.source = "idx"', "data.inputs = 32", "data.outputs = 4", "model.width = 8",
          "train.stop_steps = 1")


class Opens:
    """How often a file is opened meanwhile, as inotify tells."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        library, opened, closed = ctypes.CDLL(None), 0x20, 0x10
        self.events = library.inotify_init1(os.O_NONBLOCK)
        library.inotify_add_watch(self.events, os.fsencode(self.file), opened | closed)
        return self

    def __exit__(self, *_):
        self.count = len(os.read(self.events, 1 << 20)) // 32  # 16 bytes to open, 16 to close
        os.close(self.events)


class Data(unittest.TestCase):
    def opens(self, ranks, sweep):
        with tempfile.TemporaryDirectory() as folder:
            # A copy: other tests may read the digits at the same time.
            digits = Path(shutil.copytree(SOURCE / "inputs/data/digits", Path(folder) / "digits"))
            deck = write_deck(Path(folder), *DIGITS, f'data.path = "{digits}"',
                              f'study.sweep."{sweep}')
            return self.opens_of(digits / IMAGES, deck, ranks)

    def opens_of(self, file, deck, ranks):
        with Opens(file) as opens:
            done = catapult("run", deck, "--out", deck.parent / "run", ranks=ranks)
            self.assertEqual(done.returncode, 0, done.stderr)
        return opens.count

    def test_are_read_once_for_all_members(self):
        once = self.opens(1, 'model.seed" = [0]')
        self.assertGreater(once, 0)
        for ranks in (1, 2, 3):  # members one after another, or groups of ranks side by side
            self.assertEqual(self.opens(ranks, 'model.seed" = [0, 1, 2]'), once)

    def test_are_read_again_where_they_differ(self):
        once = self.opens(1, 'data.train_samples" = [24]')
        self.assertGreater(self.opens(1, 'data.train_samples" = [24, 16]'), once)


if __name__ == "__main__":
    unittest.main()
