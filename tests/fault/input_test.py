"""What lies around a run: data that are gone when it continues, planted options of PETSc."""

import os
import shutil
import tempfile
import unittest
from pathlib import Path

from faults import SHORT, Disturbed
from program import SOURCE


class UnreadableData(Disturbed):
    """The digits, copied so that they can be damaged after checkpoint 4."""

    lines = (*SHORT, 'data.source = "idx"', 'data.path = "digits"')

    @classmethod
    def setUpClass(cls):
        cls.data = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        shutil.copytree(SOURCE / "inputs/data/digits", cls.data / "digits")
        os.environ["CATAPULT_DATA"] = str(cls.data)
        super().setUpClass()

    def test_data_that_are_gone_leave_the_checkpoints_alone(self):
        images = next((self.data / "digits").glob("train-images*"))
        whole = images.read_bytes()
        self.run_to(137, CATAPULT_FAULT="checkpoint-begin:*:2")

        def damage(name):
            images.unlink()
            if name == "a folder":
                images.mkdir()
            elif name != "nothing":
                images.write_bytes({"empty": b"", "cut": whole[:-9], "text": b"digits\n"}[name])

        for name in ("nothing", "empty", "cut", "text", "a folder"):
            for ranks in (0, 2):
                with self.subTest(data=name, ranks=ranks):
                    damage(name)
                    told = self.run_to(3, ranks=ranks)
                    self.assertIn(str(images if name != "nothing" else images.parent), told)
                    self.assertEqual(told.count("error:"), 1, told)
                    self.assertEqual(self.steps(), [4])
                    images.rmdir() if images.is_dir() else images.unlink(missing_ok=True)
                    images.write_bytes(whole)
        self.assert_continues(4)


class PlantedOptions(Disturbed):
    def test_files_of_petsc_options_have_no_effect(self):
        planted = self.run_folder.parent
        for name in (".petscrc", "petscrc"):
            (planted / name).write_text("-log_view\n-eps_max_it 1\n-eps_ncv 3\n-no_such_option 3\n")
        told = self.run_to(0, cwd=planted, HOME=str(planted))
        self.assertNotIn("PETSc", told)
        self.assert_like_whole()


if __name__ == "__main__":
    unittest.main()
