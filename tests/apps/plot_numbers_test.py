"""The numbers in the pictures, of run folders whose answers are known."""

import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import synthetic_run
from program import SOURCE

sys.path.insert(0, str(SOURCE / "apps/plots"))
import asymptotics  # noqa: E402
import boundaries  # noqa: E402
import critical  # noqa: E402
import curves  # noqa: E402
import laws  # noqa: E402
import phases  # noqa: E402
import slices  # noqa: E402
from run_folder import read_run, short  # noqa: E402
from style import use_style  # noqa: E402


def lines_of(ax):
    """The points of its lines, by their labels; those without one numbered _child0, ..."""
    return {line.get_label(): line.get_xydata() for line in ax.get_lines()}


class PlotNumbers(unittest.TestCase):
    def setUp(self):
        use_style()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def summary(self, rows, deck=""):
        """A run of these rows of the summary, without series."""
        plain = dict(learning_rate=1.0, c=1.0, lambda_0=1.0, outcome="running", phase="catapult",
                     steps=100, loss_0=1.0, loss_max=2.0, step_loss_max=5, lambda_end=0.5)
        table = [dict(member=f"{number:04d}", **plain | row) for number, row in enumerate(rows)]
        pd.DataFrame(table).to_csv(self.folder / "summary.csv", index=False)
        (self.folder / "resolved.toml").write_text(deck)
        return read_run(self.folder)

    def members(self, *members, **options):
        synthetic_run.write(self.folder, members, **options)
        return read_run(self.folder)

    def write_slice(self, name, a, b, loss, barrier, towards):
        with h5py.File(self.folder / "members/0001" / name, "w") as file:
            file["step"], file["a"], file["b"] = [12], a, b
            file["loss"], file["barrier"] = loss, [barrier]
            file["towards"] = np.array([word.encode() for word in towards])

    # --- Slices ---

    def test_the_line_of_a_slice_and_its_barrier(self):
        synthetic_run.write(self.folder, [synthetic_run.member(c) for c in (1.0, 3.0)])
        a = np.linspace(-0.5, 1.5, 5)
        loss = np.array([9.0, 4.0, 6.5, 2.0, 8.0])
        self.write_slice("slice-step-000000000012-to.h5", a, [0.0], loss[None], 3.5,
                         ["/runs/x/members/0004/checkpoints/step-000000000120.h5"])
        run = read_run(self.folder)
        slices.read_slices(run)
        self.assertEqual(list(slices.tell_slices(run)),
                         ["loss barrier from member 0001, step 12 to 0004, step 120: 3.5"])
        ax = slices.draw_slices(run).axes[0]
        course, ends = (line.get_xydata() for line in ax.get_lines())
        np.testing.assert_array_equal(course, np.stack([a, loss], axis=1))
        np.testing.assert_array_equal(ends, [[0, 4.0], [1, 2.0]])
        self.assertIn("0004, step 120", ax.get_xlabel())

    def test_the_plane_of_a_slice(self):
        synthetic_run.write(self.folder, [synthetic_run.member(c) for c in (1.0, 3.0)])
        a, b = np.linspace(-1, 1, 5), np.linspace(-2, 2, 7)
        loss = 10.0 ** (a[None] + 2 * b[:, None])
        self.write_slice("slice-step-000000000012-random.h5", a, b, loss, 0.0,
                         ["random 1", "random 2"])
        run = read_run(self.folder)
        slices.read_slices(run)
        self.assertEqual(list(slices.tell_slices(run)), [])  # a barrier is of a line
        ax = slices.draw_slices(run).axes[0]
        np.testing.assert_array_equal(ax.get_lines()[0].get_xydata(), [[0, 0]])
        # log10 of the loss is a plane: contours are straight, a + 2 b constant along them.
        for contour in ax.collections:
            for path in contour.get_paths():
                lines = path.vertices @ [1, 2]
                if path.codes is None or len(lines) < 4:
                    self.assertLess(np.ptp(lines), 1e-9)
        self.assertEqual((ax.get_xlabel(), ax.get_ylabel()),
                         ("towards random 1", "towards random 2"))

    # --- The error along the top eigenvectors ---

    def share(self, *shares):
        members = [synthetic_run.member(c, steps=3) for c in (1.0, 3.0)]
        synthetic_run.write(self.folder, members)
        for number, share in enumerate(shares):
            with h5py.File(self.folder / f"members/{number:04d}/series.h5", "a") as h5:
                h5["kernel/error_share"] = share
        return curves.draw_error_share(read_run(self.folder))

    def test_the_error_share_is_drawn_over_steps_and_time(self):
        low, high = [0.1, 0.3, 0.2, 0.25], [0.2, 0.9, 0.8, 0.1]
        by_step, by_time = self.share(low, high).axes
        for line, share, c in zip(by_step.get_lines(), (low, high), (1.0, 3.0)):
            np.testing.assert_allclose(line.get_xydata(), np.stack([range(4), share], axis=1))
        for line, share, c in zip(by_time.get_lines(), (low, high), (1.0, 3.0)):
            time = c * np.arange(1, 4)
            np.testing.assert_allclose(line.get_xydata(), np.stack([time, share[1:]], axis=1))

    def test_the_error_share_of_a_single_eigenvector_is_not_drawn(self):
        self.assertIsNone(self.share([1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0]))

    # --- Laws of the width ---

    def law(self, run, name):
        found = [law for law in laws.laws_of(run) if law.law.startswith(name)]
        self.assertEqual(len(found), 1, found)
        return found[0]

    def test_the_variance_gain_of_nested_widths(self):
        seeds, a, b, correlation = 9, 0.3, 0.2, 0.8
        draws = np.random.default_rng(1).normal(size=(seeds, 3))
        e = np.linalg.qr(draws - draws.mean(axis=0))[0].T  # orthonormal, without a mean
        narrow = a * e[0]
        middle = b * (correlation * e[0] + np.sqrt(1 - correlation**2) * e[1])
        wide = b * e[2]  # independent of both
        rows = [{"model.width": width, "model.seed": seed, "c": 3.0,
                 "lambda_0": np.exp(value[seed]), "loss_max": 1.0 + 1e-3 * seed}
                for width, value in ((64, narrow), (128, middle), (256, wide))
                for seed in range(seeds)]
        run = self.summary(rows, '[model]\nkind = "fc"\n')
        law = self.law(run, "variance gain of nested widths, lambda_0")
        gain = (a**2 + b**2) / (a**2 + b**2 - 2 * a * b * correlation)
        self.assertAlmostEqual(law.value, np.sqrt(gain), places=9)  # geometric mean with 1
        x, y, error = np.array(law.points).T
        np.testing.assert_array_equal(x, [128, 256])
        np.testing.assert_allclose(y, [gain, 1.0])
        np.testing.assert_allclose(error, y * np.sqrt(4 / (seeds - 1)))
        self.assertAlmostEqual(law.error, law.value * np.sqrt(4 / (seeds - 1) / 2), places=9)
        told = "\n".join(asymptotics.tell_asymptotics(run))
        self.assertIn(f"lambda_0 at c = 3: {law.value:.4g} +- {law.error:.2g}, 27 members", told)
        panel = next(ax for ax in asymptotics.draw_asymptotics(run).axes
                     if ax.get_title(loc="left").endswith("lambda_0"))
        np.testing.assert_allclose(panel.get_lines()[0].get_xydata(), np.stack([x, y], axis=1))

    def test_a_peak_counted_in_whole_steps_has_the_error_of_its_rounding(self):
        widths = np.array([1e6, 1e8, 1e10, 1e12, 1e14])
        rows = [{"model.width": int(width), "c": 3.0, "step_loss_max": 10 + 4 * i,
                 "loss_max": width} for i, width in enumerate(widths)]
        law = self.law(self.summary(rows, '[model]\nkind = "solvable"\n'), "steps to the peak")
        self.assertAlmostEqual(law.value, 4 / np.log(100), places=9)
        spread = np.sqrt(((np.log(widths) - np.log(widths).mean())**2).sum())
        self.assertAlmostEqual(law.error, 1 / np.sqrt(12) / spread, places=9)
        self.assertAlmostEqual(law.theory, 1 / (2 * np.log(2)), places=9)

    def test_critical_slowing_down_on_both_sides(self):
        apart = np.array([0.1, 0.05, 0.02, 0.01, 0.005])
        rows = [{"model.width": width, "c": 2 + side * x, "learning_rate": 2 + side * x,
                 "outcome": "converged", "steps": round((10 if side < 0 else 20) / x)}
                for width in (10**8, 10**10, 10**12) for side in (-1, 1) for x in apart]
        run = self.summary(rows)
        for side in ("above", "below"):
            values = [law.value for law in laws.laws_of(run)
                      if law.law.startswith(f"critical exponent {side}")]
            np.testing.assert_allclose(values, [-1, -1, -1], atol=1e-9)
        lines = [line.get_xydata() for line in critical.draw_critical(run).axes[0].get_lines()]
        below, above, rounding = lines[:3]
        np.testing.assert_allclose(below, np.stack([apart, 10 / apart], axis=1)[::-1])
        np.testing.assert_allclose(above, np.stack([apart, 20 / apart], axis=1)[::-1])
        np.testing.assert_allclose(rounding[:, 0], np.sqrt(2e-8))
        np.testing.assert_allclose(lines[-1], [[0.005, 2000], [0.1, 100]])  # 1/|c - 2|

    # --- Boundaries ---

    def test_boundaries_of_a_mean_and_of_one_seed(self):
        run = self.summary([{"c": 3.0}])
        (self.folder / "boundaries.csv").write_text(
            "member,model.width,model.seed,boundary,c,c_low,c_high,members,monotone\n"
            "0000,10,0,diverges,4.0,3.9,4.1,9,yes\n0001,10,1,diverges,5.0,4.9,5.1,9,yes\n"
            "0002,40,0,diverges,6.0,5.8,6.2,9,yes\n0003,40,1,diverges,,9.0,,2,yes\n")
        (self.folder / "boundaries_mean.csv").write_text(
            "model.width,boundary,c_mean,c_sem,found,seeds\n"
            "10,diverges,4.5,0.5,2,2\n40,diverges,6.0,,1,2\n")
        self.assertEqual(boundaries.tell_boundaries(run),
                         ["diverges, model.width = 40: outside of the range, above c = 9.0",
                          "diverges, model.width = 10: c = 4.5 +- 0.5, 2 of 2 seeds",
                          "diverges, model.width = 40: c = 6, 1 of 2 seeds"])
        points, _, (bars,) = boundaries.draw_boundaries(run).axes[0].containers[0]
        np.testing.assert_allclose(points.get_xydata(), [[0.025, 6.0], [0.1, 4.5]])
        np.testing.assert_allclose([bar[:, 1] for bar in bars.get_segments()],
                                   [[5.8, 6.2], [4.0, 5.0]])

    def test_a_boundary_of_a_single_seed_has_its_interval(self):
        run = self.summary([{"c": 3.0}])
        (self.folder / "boundaries.csv").write_text(
            "member,boundary,c,c_low,c_high,members,monotone\n0000,diverges,4.0,3.9,4.1,9,yes\n"
            "0000,loss_rises,,1.5,3.0,9,no\n")
        self.assertEqual(boundaries.tell_boundaries(run),
                         ["loss_rises: not monotone between c = 1.5 and 3.0"])
        points, _, (bars,) = boundaries.draw_boundaries(run).axes[0].containers[0]
        np.testing.assert_allclose(points.get_xydata()[:, 1], [4.0])
        np.testing.assert_allclose(bars.get_segments()[0][:, 1], [3.9, 4.1])

    # --- Over the learning rate ---

    def test_the_final_loss_stands_for_an_accuracy_that_is_not_there(self):
        rates = (0.5, 1.5, 3.0, 5.0)
        members = [synthetic_run.member(c, steps=20) for c in rates]
        run = self.members(*members, accuracy=False)
        ax = phases.draw_final_loss(run).axes[0]
        ends = [[c, series["loss"][-1]] for c, (_, series) in zip(rates, members)][:3]
        lines = lines_of(ax)
        np.testing.assert_allclose(lines["final loss"], ends)
        np.testing.assert_allclose(lines["at the start"][:, 1], 0.5)
        np.testing.assert_allclose(lines["diverged"][:, 0], [5.0])

    def test_the_final_loss_is_not_drawn_beside_an_accuracy(self):
        run = self.members(*(synthetic_run.member(c) for c in (0.5, 3.0)))
        self.assertIsNone(phases.draw_final_loss(run))

    def test_members_whose_curvature_died_are_marked(self):
        members = [synthetic_run.member(c) for c in (0.5, 3.0, 3.5)]
        members[2][0]["lambda_end"] = 0.0
        lines = lines_of(phases.draw_final_lambda(self.members(*members)).axes[0])
        dead, = (points for label, points in lines.items() if "no gradient" in label)
        np.testing.assert_allclose(dead[:, 0], [3.5])
        np.testing.assert_allclose(lines[r"final $\lambda$"][:, 0], [0.5, 3.0])

    def test_long_numbers_are_short_in_titles(self):
        self.assertEqual([short(value) for value in (512, 10_000_000_000, 1_234_567, 0.5, "tanh")],
                         ["512", "1e+10", "1.23457e+06", "0.5", "tanh"])


if __name__ == "__main__":
    unittest.main()
