"""Checkpoints that were damaged: the one before is taken with a warning, never a wrong number."""

import random
import shutil
import unittest

import h5py
from faults import Disturbed


class Corrupt(Disturbed):
    """A run that was killed after its checkpoints 4 and 8, copied for each damage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_folder = cls.killed = cls.folder / "killed"
        process = cls.start(cls, ranks=0, CATAPULT_FAULT="checkpoint-begin:*:3")
        if process.end() != 137:
            raise AssertionError(process.told)

    def damaged(self, *damages):
        """Damages the newest checkpoints, the newest first; each is bytes -> bytes."""
        shutil.rmtree(self.run_folder, ignore_errors=True)
        shutil.copytree(self.killed, self.run_folder)
        self.assertEqual(self.steps(), [4, 8])
        for path, damage in zip(reversed(self.checkpoints()), damages):
            path.write_bytes(damage(path.read_bytes()))

    def assert_falls_back(self):
        told = self.run_to(0)
        self.assertIn("warning:", told)
        self.assertIn("step-000000000008.h5", told)
        self.assert_like_whole()

    def chunks(self):
        """(dataset, first byte, bytes) of every chunk of the newest checkpoint."""
        found = []
        with h5py.File(sorted(self.killed.rglob("step-*.h5"))[-1]) as file:
            def keep(name, item):
                if isinstance(item, h5py.Dataset) and item.chunks:
                    for i in range(item.id.get_num_chunks()):
                        chunk = item.id.get_chunk_info(i)
                        found.append((name, chunk.byte_offset, chunk.size))
            file.visititems(keep)
        return found

    def test_one_bit_in_the_chunks_of_every_dataset(self):
        names = set()
        for name, first, size in self.chunks():
            if name in names:
                continue
            names.add(name)
            with self.subTest(dataset=name):
                self.damaged(flip(first + size // 2))
                self.assert_falls_back()
        self.assertGreaterEqual(len(names), 6)  # weights and biases of three layers

    def test_one_bit_where_there_is_no_other_checkpoint(self):
        for dataset in ("layers/01/weight", "series/loss", "kernel/lambda"):
            name, first, size = next(c for c in self.chunks() if c[0].endswith(dataset))
            with self.subTest(dataset=name):
                self.damaged(flip(first + size // 2))
                self.checkpoints()[0].unlink()
                told = self.run_to(3)
                self.assertIn("none of the 1 checkpoints", told)

    def test_a_stop_after_a_fall_back_keeps_what_it_wrote(self):
        self.damaged(flip(0))
        told = self.run_to(137, CATAPULT_FAULT="checkpoint-renamed:*:1")  # the one before step 8
        self.assertIn("warning:", told)
        self.damaged(flip(0))
        (self.run_folder / "CHECKPOINT").touch()  # honoured at step 5
        self.run_to(137, CATAPULT_FAULT="checkpoint-pruned:*:1")
        self.assertEqual(self.steps(), [4, 5])
        self.assert_continues(5)

    def test_one_bit_in_what_describes_them(self):
        size = sorted(self.killed.rglob("step-*.h5"))[-1].stat().st_size
        inside = {byte for _, first, count in self.chunks() for byte in range(first, first + count)}
        outside = [byte for byte in range(size) if byte not in inside]
        draw = random.Random(3)
        places = [0, 5, 8, 40, *draw.sample(outside, 36), outside[-1], size - 1]
        for byte in places:
            with self.subTest(byte=byte):
                self.damaged(flip(byte, draw.randrange(8)))
                told = self.run_to(0)  # some of these bits mean nothing
                self.assert_like_whole()
                if byte == 0:
                    self.assertIn("warning:", told)

    def test_no_table_of_names_is_without_a_checksum(self):
        # HDF5 dies of damage in a fractal heap, a symbol table or a local heap.
        for path in (sorted(self.killed.rglob("step-*.h5"))[-1], self.whole / "study.h5"):
            for signature in (b"FRHP", b"FHDB", b"SNOD", b"HEAP", b"TREE"):
                self.assertNotIn(signature, path.read_bytes(), path)

    def test_one_bit_in_the_results_of_a_finished_member(self):
        shutil.rmtree(self.run_folder, ignore_errors=True)
        shutil.copytree(self.whole, self.run_folder)
        path = self.run_folder / "members/0000/series.h5"
        with h5py.File(path) as file:
            byte = file["loss"].id.get_chunk_info(0).byte_offset
        path.write_bytes(flip(byte)(path.read_bytes()))
        self.assertIn(f"{path}: dataset /loss", self.run_to(3))
        path.unlink()  # as it tells
        self.run_to(0)
        self.assert_like_whole()

    def test_truncation_at_a_hundred_lengths(self):
        size = sorted(self.killed.rglob("step-*.h5"))[-1].stat().st_size
        for i in range(100):
            length = size * i // 100
            with self.subTest(length=length):
                self.damaged(lambda whole, length=length: whole[:length])
                self.assert_falls_back()

    def test_other_files_in_its_place(self):
        for kind, damage in (("zeros", lambda whole: bytes(len(whole))), ("empty", lambda _: b""),
                             ("text", lambda _: b"no checkpoint\n" * 99)):
            with self.subTest(kind=kind):
                self.damaged(damage)
                self.assert_falls_back()

    def test_on_several_ranks(self):
        name, first, size = max(self.chunks(), key=lambda chunk: chunk[2])
        self.damaged(flip(first + size - 1))
        told = self.run_to(0, ranks=3)
        self.assertEqual(told.count("warning:"), 1, told)

    def test_no_valid_one_is_never_a_start_from_scratch(self):
        for ranks in (0, 2):
            self.damaged(flip(0), lambda whole: whole[:-1])
            told = self.run_to(3, ranks=ranks)
            self.assertIn("step-000000000008.h5", told)
            self.assertIn("step-000000000004.h5", told)
            self.assertEqual(self.steps(), [4, 8])
            self.assertEqual(told.count("error:"), 1, told)


def flip(byte, bit=4):
    def damage(whole):
        changed = bytearray(whole)
        changed[byte] ^= 1 << bit
        return bytes(changed)
    return damage


if __name__ == "__main__":
    unittest.main()
