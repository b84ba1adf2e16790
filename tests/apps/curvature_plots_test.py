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
from alignment import draw_alignment  # noqa: E402
from curvature import draw_curvature, stability_limit  # noqa: E402
from densities import draw_densities  # noqa: E402
from run_folder import read_run  # noqa: E402
from style import save, use_style  # noqa: E402
from widths import draw_widths  # noqa: E402

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


def lines_of(ax):
    """The points of its lines by their labels, which may be formulas."""
    return {line.get_label(): line.get_xydata() for line in ax.get_lines()}


class Pictures(unittest.TestCase):
    def setUp(self):
        use_style()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.run_folder = Path(folder.name)

    def write(self, strengths, groups):
        """A run of these c, with tables of these groups: 1.1 times the kernel's lambda at every
        fifth step, the last one NaN."""
        synthetic_run.write(self.run_folder, [synthetic_run.member(c) for c in strengths])
        for number in range(len(strengths)):
            with h5py.File(self.run_folder / f"members/{number:04d}/series.h5", "r+") as file:
                steps, values = file["step"][::5], 1.1 * file["kernel/lambda"][::5]
                values[-1:] = np.nan
                for group, column in groups.items():
                    file[f"{group}/step"], file[f"{group}/{column}"] = steps, values
        return read_run(self.run_folder)

    def panels(self, figure):
        """Its axes with lines in them, in their order; the figure can be written."""
        save(figure, self.run_folder / "plots", "picture")
        return [ax for ax in figure.axes if ax.get_lines()]

    def test_of_several_members_with_one_that_diverged(self):
        run = self.write((0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 5.0),
                         {"hessian": "lambda", "gradient": "sharpness"})
        panels = self.panels(draw_curvature(run))
        self.assertEqual(len(panels), 6)  # the first and the last among them
        for ax, c in ((panels[0], 0.5), (panels[-1], 5.0)):
            self.assertIn(f"c = {c:g}", ax.get_title(loc="left"))
            lines = lines_of(ax)
            series = synthetic_run.member(c)[1]
            np.testing.assert_allclose(lines["NTK"],
                                       np.column_stack([series["step"], series["kernel"]]))
            np.testing.assert_allclose(lines["Hessian of the loss"][:-1, 1],
                                       1.1 * series["kernel"][::5][:-1])
            np.testing.assert_allclose(lines[r"$2/\eta$"][:, 1], 2 / c)
            self.assertGreater(ax.get_ylim()[1], 2 / c)

    def test_of_one_quantity_of_one_member(self):
        for group, column, scale in (("gradient", "sharpness", "linear"),
                                     ("preconditioned", "lambda", "log")):
            with self.subTest(group):
                self.setUp()
                ax, = self.panels(draw_curvature(self.write((1.5,), {group: column})))
                self.assertEqual(len(ax.get_lines()), 3)  # beside the kernel and the limit
                self.assertEqual(ax.get_yscale(), scale)

    def test_the_limit_follows_the_learning_rate(self):
        self.write((1.5,), {"hessian": "lambda"})
        path = self.run_folder / "members/0000/series.h5"
        with h5py.File(path, "r+") as file:
            file["learning_rate"] = np.where(file["step"][:] < 20, 1.5, 0.5)
        ax, = self.panels(draw_curvature(read_run(self.run_folder)))
        limit = lines_of(ax)[r"$2/\eta$"]
        np.testing.assert_allclose(limit[:, 1], np.where(limit[:, 0] < 20, 2 / 1.5, 4))

    def test_of_the_kernel_alone_is_not_drawn(self):
        self.assertIsNone(draw_curvature(self.write((1.5,), {})))

    def write_alignment(self, number, steps, columns):
        """Columns of (steps, layers)."""
        with h5py.File(self.run_folder / f"members/{number:04d}/series.h5", "r+") as file:
            file["alignment/step"] = steps
            for name, values in columns.items():
                file[f"alignment/{name}"] = values

    def test_of_alignment_a_column_a_layer(self):
        self.assertIsNone(draw_alignment(self.write((1.5, 3.0), {})))
        steps = np.arange(5)
        for number, sign in enumerate((-1.0, 1.0)):
            cosine = sign * np.column_stack([steps, 2 * steps]) / 10
            self.write_alignment(number, steps, {"cosine": cosine, "active": np.abs(cosine)})
        panels = self.panels(draw_alignment(read_run(self.run_folder)))
        self.assertEqual([ax.get_title(loc="left") for ax in panels],
                         ["hidden layer 1", "hidden layer 2", "", ""])
        for layer, scale in ((0, 0.1), (1, 0.2)):
            first, second = (line.get_ydata() for line in panels[layer].get_lines()[:2])
            np.testing.assert_allclose((first, second), (-scale * steps, scale * steps))
            active = panels[2 + layer].get_lines()[0].get_ydata()
            np.testing.assert_allclose(active, scale * steps)

    def test_of_parametrizations_against_width(self):
        starts = [(kind, width) for kind in ("standard", "mup") for width in (10, 100)]
        swept = [{"model.parametrization": kind, "model.width": width} for kind, width in starts]
        # lambda_0 grows with the width in one of them; c is 4 everywhere.
        members = [synthetic_run.member(1.5, lambda_0=float(width) if kind == "standard" else 2.0,
                                        **keys) for (kind, width), keys in zip(starts, swept)]
        synthetic_run.write(self.run_folder, members)
        rows = ["member,model.parametrization,model.width,boundary,c,c_low,c_high,members,monotone"]
        rows += [f"{i:04d},{kind},{width},diverges,4,3.9,4.1,9,yes"
                 for i, (kind, width) in enumerate(starts)]
        (self.run_folder / "boundaries.csv").write_text("\n".join(rows) + "\n")
        panels = self.panels(draw_widths(read_run(self.run_folder)))
        self.assertEqual(len(panels), 2)
        rates, lambdas = map(lines_of, panels)
        np.testing.assert_allclose(rates["standard, $n^{-1.00}$"], [(10, 0.4), (100, 0.04)])
        np.testing.assert_allclose(lambdas["standard, $n^{1.00}$"], [(10, 10), (100, 100)])
        np.testing.assert_allclose([line[:, 1] for name, line in rates.items() if "mup" in name],
                                   [(2, 2)])

    def test_of_activations_at_one_learning_rate(self):
        members = [synthetic_run.member(0.01 * width, lambda_0=float(width), **{
            "model.parametrization": kind, "model.width": width})
            for kind in ("standard", "mup") for width in (10, 100)]
        synthetic_run.write(self.run_folder, members)
        for number in range(4):
            last = (number + 1.0) * np.ones(2)
            self.write_alignment(number, [0, 3], {"mean_abs": [np.ones(2), last]})
        titles = [ax.get_title(loc="left") for ax in
                  self.panels(draw_widths(read_run(self.run_folder)))]
        self.assertIn("mean $|h_2|$ at step 3", titles)
        lines = lines_of(self.panels(draw_widths(read_run(self.run_folder)))[-1])
        np.testing.assert_allclose([line[:, 1] for line in lines.values()], [(1, 2), (3, 4)])

    def write_density(self, name, of, size, error, density=True):
        grid = np.linspace(-1, 4, 200)
        path = self.run_folder / f"members/0001/{name}-step-000000000010.h5"
        with h5py.File(path, "w") as file:
            file["operator"] = of
            file["step"], file["size"], file["eigenvalues"] = [10], [size], [3.2, 1.0]
            if density:
                file["density/width"], file["density/grid"] = [0.025], grid
                file["density/density"] = np.exp(-grid**2)
                file["density/error"] = np.full(grid.shape, error)

    def test_of_densities_at_checkpoints(self):
        run = self.write((1.5, 2.5), {})
        self.assertIsNone(draw_densities(run))
        self.write_density("spectrum", "ntk", 30, np.nan)  # of one probe
        self.write_density("spectrum-hessian", "hessian", 500, 0.01)
        self.write_density("spectrum-alone", "ntk", 30, 0.0, density=False)
        panels = self.panels(draw_densities(run))
        self.assertEqual([ax.get_title(loc="left") for ax in panels],
                         ["Hessian, member 0001, c = 2.5, step 10",
                          "NTK, member 0001, c = 2.5, step 10"])
        lines = lines_of(panels[0])
        grid = np.linspace(-1, 4, 200)
        np.testing.assert_allclose(lines["density, standard error"],
                                   np.column_stack([grid, np.exp(-grid**2)]))
        np.testing.assert_allclose(lines["2 largest eigenvalues"][:, 0], [3.2, 1.0])
        np.testing.assert_allclose(lines[r"$2/\eta$"][:, 0], 2 / 2.5)
        # One eigenvalue by itself can be seen.
        self.assertLess(panels[0].get_ylim()[0], 1 / 500 / (0.025 * np.sqrt(2 * np.pi)))

    def test_the_program_draws_them(self):
        self.write((1.5, 3.0), {"hessian": "lambda"})
        self.write_density("spectrum", "ntk", 30, 0.01)
        done = subprocess.run([SOURCE / "apps/plots/catapult_plot.py", self.run_folder],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn("Warning", done.stderr)
        drawn = {path.name for path in (self.run_folder / "plots").glob("*.png")}
        self.assertLessEqual({"curvature.png", "densities.png"}, drawn)


if __name__ == "__main__":
    unittest.main()
