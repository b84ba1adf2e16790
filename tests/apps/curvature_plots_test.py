"""Pictures of curvature and of densities, and the lines of stability in them."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import synthetic_run
from program import SOURCE

sys.path.insert(0, str(SOURCE / "apps/plots"))
from curvature import stability_limit  # noqa: E402

ETA, GAMMA = 0.1, 0.7


def grows(curvature, optimizer, l2=0.0):
    """Whether steps on a quadratic loss of this curvature lead away from its minimum."""
    x, v = 1.0, 0.0
    for _ in range(4000):
        if optimizer == "nesterov":
            v = GAMMA * v - ETA * (curvature + l2) * (x + GAMMA * v)
            x += v
        elif optimizer == "adam":  # its preconditioner at rest
            v = GAMMA * v + (1 - GAMMA) * (curvature + l2) * x
            x -= ETA * v
        else:
            v = (GAMMA if optimizer == "momentum" else 0.0) * v + (curvature + l2) * x
            x -= ETA * v
        if abs(x) > 1e6:
            return True
    return abs(x) > 1


class StabilityLimit(unittest.TestCase):
    def limit(self, swept=(), **keys):
        run = SimpleNamespace(deck={"train": keys})
        member = SimpleNamespace(swept=dict(swept), rates=np.array([ETA, ETA / 2]))
        values, name = stability_limit(run, member)
        np.testing.assert_allclose(values[1] + keys.get("l2", 0),
                                   2 * (values[0] + keys.get("l2", 0)))
        return values[0], name

    def test_is_where_steps_begin_to_grow(self):
        for optimizer, l2, keys in (
                ("gd", 0.0, {}), ("gd", 3.0, {"l2": 3.0}), ("momentum", 0.0, {"momentum": GAMMA}),
                ("momentum", 2.0, {"optimizer": "gd", "momentum": GAMMA, "l2": 2.0}),
                ("nesterov", 0.0, {"optimizer": "nesterov", "momentum": GAMMA}),
                ("adam", 0.0, {"optimizer": "adam", "beta_1": GAMMA, "momentum": 0.0})):
            limit, _ = self.limit(**keys)
            self.assertFalse(grows(0.99 * limit, optimizer, l2), (optimizer, keys))
            self.assertTrue(grows(1.01 * limit, optimizer, l2), (optimizer, keys))

    def test_is_that_of_the_member_where_the_key_is_swept(self):
        self.assertEqual(self.limit(momentum=0.5, swept={"train.momentum": 0.0}),
                         (2 / ETA, r"$2/\eta$"))


class Pictures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.run_folder = Path(folder.name)

    def draw(self):
        done = subprocess.run([SOURCE / "apps/plots/catapult_plot.py", self.run_folder],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn("Warning", done.stderr)
        return {path.name for path in (self.run_folder / "plots").glob("*.png")}

    def write(self, strengths, groups):
        """A run of these c, with tables of these groups, some of whose numbers are NaN."""
        synthetic_run.write(self.run_folder, [synthetic_run.member(c) for c in strengths])
        for number in range(len(strengths)):
            with h5py.File(self.run_folder / f"members/{number:04d}/series.h5", "r+") as file:
                steps, values = file["step"][::5], 1.1 * file["kernel/lambda"][::5]
                values[-1:] = np.nan
                for group, column in groups.items():
                    file[f"{group}/step"], file[f"{group}/{column}"] = steps, values

    def test_of_several_members_with_one_that_diverged(self):
        self.write((0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 5.0),
                   {"hessian": "lambda", "gradient": "sharpness"})
        self.assertIn("curvature.png", self.draw())

    def test_of_one_quantity_of_one_member(self):
        for group, column in (("gradient", "sharpness"), ("preconditioned", "lambda")):
            with self.subTest(group):
                self.setUp()
                self.write((1.5,), {group: column})
                self.assertIn("curvature.png", self.draw())

    def test_of_the_kernel_alone_is_not_drawn(self):
        self.write((1.5,), {})
        self.assertNotIn("curvature.png", self.draw())

    def test_of_densities_at_checkpoints(self):
        self.write((1.5, 3.0), {})
        grid = np.linspace(-1, 4, 200)
        for name, size in (("spectrum", 30), ("spectrum-hessian", 500), ("spectrum-one", 30)):
            with h5py.File(self.run_folder / f"members/0001/{name}-step-000000000010.h5", "w") as file:
                file["operator"] = "hessian" if "hessian" in name else "ntk"
                file["step"], file["size"], file["eigenvalues"] = [10], [size], [3.2, 1.0]
                if name != "spectrum-one":  # eigenvalues alone
                    file["density/width"], file["density/grid"] = [0.025], grid
                    file["density/density"] = np.exp(-grid**2)
                    file["density/error"] = np.full(grid.shape, np.nan if size == 30 else 0.01)
        self.assertIn("densities.png", self.draw())


if __name__ == "__main__":
    unittest.main()
