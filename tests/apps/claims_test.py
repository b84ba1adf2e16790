"""Claims about the paper's figures, on runs whose answers are known."""

import sys
import unittest

import numpy as np
import pandas as pd
import synthetic_run
from program import SOURCE, WithFolder

sys.path.insert(0, str(SOURCE / "apps/plots"))
import measures  # noqa: E402
import pair_measures as pairs  # noqa: E402
from claims import AGREES, DIFFERS, UNTOLD, CannotTell, Claim, judge  # noqa: E402
from run_folder import read_run  # noqa: E402


class Claims(WithFolder):
    def summary(self, *rows, deck="", **common):
        plain = dict(learning_rate=1.0, lambda_0=2.0, outcome="running", phase="catapult", steps=9,
                     loss_0=1.0, loss_max=5.0, step_loss_max=4, loss_end=0.1, lambda_end=0.5,
                     test_accuracy_end=0.5)
        table = [dict(member=f"{i:04d}", **plain | common | row) for i, row in enumerate(rows)]
        pd.DataFrame(table).to_csv(self.folder / "summary.csv", index=False)
        (self.folder / "resolved.toml").write_text(deck)
        return read_run(self.folder)

    def verdict(self, run, measure, low, high, is_short=False, of_full=""):
        return judge(Claim("", "", "", (low, high), measure, of_full), run, is_short)

    def test_the_critical_rate(self):
        run = self.summary(dict(c=1.0), dict(c=3.0), deck="[measure]\ntolerance = 0.01\n",
                           lambda_0=0.4)
        found = measures.critical_rate(run)
        self.assertAlmostEqual(found.value, 5.0)
        self.assertAlmostEqual(found.error, 0.05)
        self.assertEqual(self.verdict(run, measures.critical_rate, 4.9, 5.1).word, AGREES)
        self.assertEqual(self.verdict(run, measures.critical_rate, 5.04, 6.0).word, AGREES)
        self.assertEqual(self.verdict(run, measures.critical_rate, 5.06, 6.0).word, DIFFERS)
        # An error that is wider than what is to be told, and a version that cannot tell.
        self.assertEqual(self.verdict(run, measures.critical_rate, 5.0, 5.01).word, UNTOLD)
        short = self.verdict(run, measures.critical_rate, 4.9, 5.1, True, "another network")
        self.assertEqual(short.word, UNTOLD)
        self.assertIn("another network", short.why)

    def test_where_training_diverges(self):
        gone = dict(outcome="diverged", loss_end=1e9)
        run = self.summary(dict(c=2.0), dict(c=3.6), dict(c=4.4, **gone), dict(c=5.0, **gone))
        found = measures.edge(run)
        self.assertAlmostEqual(found.value, 4.0)
        self.assertAlmostEqual(found.error, 0.4)
        self.assertEqual(self.verdict(run, measures.edge, 4.0, 4.0).word, AGREES)
        self.assertEqual(self.verdict(run, measures.edge, 4.4, 6.0).word, DIFFERS)
        run = self.summary(dict(c=3.6), dict(c=4.4))
        told = self.verdict(run, measures.edge, 4.0, 5.0)
        self.assertEqual(told.word, UNTOLD)
        self.assertIn("no member diverges up to c = 4.4", told.why)
        self.assertEqual(self.verdict(run, measures.edge, 4.0, 4.0).word, DIFFERS)

    def test_curvature_at_the_end(self):
        rows = [dict(c=1.0, lambda_end=1.9), dict(c=1.8, lambda_end=2.1),
                dict(c=3.0, lambda_end=1.5),
                dict(c=3.5, lambda_end=9.0, loss_end=3.0)]  # still amid its catapult
        run = self.summary(*rows)
        self.assertAlmostEqual(measures.lazy_change(run).value, 0.05)
        self.assertAlmostEqual(measures.end_strength(run).value, 1.5)
        self.assertEqual(self.verdict(run, measures.end_strength, -np.inf, 2.0).word, AGREES)
        run = self.summary(*rows, dict(c=3.2, lambda_end=2.3))
        verdict = self.verdict(run, measures.end_strength, -np.inf, 2.0)
        self.assertEqual(verdict.word, DIFFERS)
        self.assertIn("member 0004, c = 3.2", verdict.why)

    def test_the_rise_of_the_loss(self):
        run = self.summary(dict(c=1.0, step_loss_max=70), dict(c=2.5, step_loss_max=8),
                           dict(c=3.0, step_loss_max=3), dict(c=2.1, loss_max=1.0))
        self.assertEqual(measures.steps_of_rise(run).value, 8)
        self.assertAlmostEqual(measures.share_that_rises(run).value, 2 / 3)

    def test_the_gain_in_accuracy_and_its_error(self):
        accuracies = [(1.0, 0.50), (1.5, 0.52), (3.0, 0.60), (9.0, 0.30)]
        rows = [dict(c=c, test_accuracy_end=p) for c, p in accuracies]
        run = self.summary(*rows, deck="[data]\ntest_samples = 2000\n")
        found = measures.accuracy_gain(run)
        self.assertAlmostEqual(found.value, 0.08)
        self.assertAlmostEqual(found.error, np.sqrt((0.6 * 0.4 + 0.52 * 0.48) / 2000))
        self.assertAlmostEqual(measures.accuracy_spread(run).value, 0.02)
        self.assertEqual(self.verdict(run, measures.accuracy_gain, 0.0, np.inf).word, AGREES)
        # As many as 20 test samples do not tell the difference.
        run = self.summary(*rows, deck="[data]\ntest_samples = 20\n")
        self.assertEqual(self.verdict(run, measures.accuracy_gain, 0.0, np.inf).word, UNTOLD)
        run = self.summary(*[row | dict(c=3.5 - row["c"]) for row in rows[:3]],
                           deck="[data]\ntest_samples = 20000\n")
        self.assertEqual(self.verdict(run, measures.accuracy_gain, 0.0, np.inf).word, DIFFERS)

    def test_where_lambda_begins_to_fall(self):
        ends = [(0.1, 1.9), (0.15, 1.8), (0.2, 1.75), (0.3, 1.2), (0.7, 1.79)]
        run = self.summary(*[dict(c=c, lambda_end=end) for c, end in ends])
        found = measures.lambda_threshold(run)
        self.assertAlmostEqual(found.value, 0.25)
        self.assertAlmostEqual(found.error, 0.05)
        self.assertAlmostEqual(measures.falls_beyond(0.15)(run).value, 2 / 3)
        with self.assertRaises(CannotTell):  # of networks that move at any rate
            measures.lambda_threshold(self.summary(*[dict(c=c, lambda_end=end - 0.2)
                                                     for c, end in ends]))

    def test_exponents_of_the_width(self):
        rows = []
        for n in (1e3, 1e6):
            for c in (0.5, 1.5):
                # f_0 of its own: the shift is proportional to its square.
                shift = 1e-3 * np.log(n) * c / n**0.9
                rows.append({"c": c, "model.width": n, "loss_0": 2e3 * shift * n**0.9 / c,
                             "lambda_end": 2 - 2 * shift})
            for c in (2.5, 3.0, 3.5):
                rows.append({"c": c, "model.width": n, "loss_max": c * n**1.1})
        run = self.summary(*rows)
        self.assertAlmostEqual(measures.shift_exponent(run).value, -0.9, places=6)
        self.assertAlmostEqual(measures.peak_exponent(run).value, 1.1, places=6)
        self.assertAlmostEqual(measures.strength_at(3.0, 1e6)(run).value, 0.5)
        with self.assertRaises(CannotTell):
            measures.peak_exponent(self.summary(*rows[:5]))

    def test_the_exponents_of_critical_slowing_down(self):
        exponents = {1e7: (-0.5, -0.6), 1e8: (-0.7, -0.8), 1e10: (-0.9, -1.05)}  # below, above
        apart = (0.02, 0.04, 0.06, 0.1)
        rows = [{"c": 2 + side * x, "model.width": n, "outcome": "converged",
                 "steps": 1e6 * x**exponents[n][side > 0], "step_loss_max": 0}
                for n in exponents for side in (-1, 1) for x in apart]
        run = self.summary(*rows)
        # Those of the largest width.
        self.assertAlmostEqual(measures.critical_exponent("below")(run).value, -0.9, places=6)
        self.assertAlmostEqual(measures.critical_exponent("above")(run).value, -1.05, places=6)
        run = self.summary(*[row for row in rows if row["c"] < 2.05])
        measures.critical_exponent("below")(run)
        with self.assertRaises(CannotTell):
            measures.critical_exponent("above")(run)

    def test_the_exponent_of_the_kernels_change(self):
        widths = (64, 128, 256)
        exponents = {1.0: -0.8, 3.0: -1.1}
        members = [synthetic_run.member(c, **{"model.width": n, "train.learning_rate_c": c})
                   for c in exponents for n in widths]
        changes = [2.0 * n**exponent for exponent in exponents.values() for n in widths]
        synthetic_run.write(self.folder, members, changes=changes)
        run = read_run(self.folder)
        for c, exponent in exponents.items():
            self.assertAlmostEqual(measures.kernel_exponent(c)(run).value, exponent, places=6)
        with self.assertRaises(CannotTell):
            measures.kernel_exponent(2.0)(run)

    def test_networks_that_die(self):
        rows = [dict(c=9.0), dict(c=10.0, lambda_end=0.0), dict(c=12.0, lambda_end=0.0),
                dict(c=13.0), dict(c=20.0, outcome="diverged")]
        run = self.summary(*rows, loss_end=0.5)
        self.assertAlmostEqual(measures.edge_of_life(run).value, 9.5)
        self.assertAlmostEqual(measures.dead_beyond(12.0)(run).value, 0.5)
        # The interval from 9 to 10 does not reach into the range from 10 on.
        self.assertEqual(self.verdict(run, measures.edge_of_life, 10.0, 14.0).word, DIFFERS)

    def test_twins(self):
        synthetic_run.write(self.folder, [synthetic_run.member(c) for c in (1.0, 3.0, 3.5, 5.0)],
                            twins=(0, 10))
        run = read_run(self.folder)
        self.assertEqual(pairs.twins_that_diverge(0, 2)(run).value, 1.0)
        self.assertEqual(pairs.twins_that_diverge(10, 2)(run).value, 0.0)
        series = synthetic_run.member(3.0)[1]
        network = series["f"][10:]
        twin = network[0] * (1 - 3.0 * series["kernel"][10]) ** np.arange(len(network))
        apart = np.abs(network**2 - twin**2) / series["f"][0] ** 2
        self.assertAlmostEqual(pairs.twin_apart(10, 3.0)(run).value, apart.max())
        # Accuracy of a twin is 0.8 - min(|f|, 2)/5, of a network 0.7 + 0.1 tanh(c - 2).
        worst = max(abs(0.8 - (0.7 + 0.1 * np.tanh(c - 2))) for c in (3.0, 3.5))
        self.assertAlmostEqual(pairs.twin_accuracy(10, 2, 4)(run).value, worst, places=3)
        with self.assertRaises(CannotTell):
            pairs.twin_apart(0, 2.5)(run)

    def test_l2(self):
        members = [synthetic_run.member(c, **{"train.l2": l2}) for l2 in (0.0, 1e-4)
                   for c in (1.0, 3.0)]
        first = [(0.001 * series["step"] * series["kernel"])[:21] for _, series in members[2:]]
        for summary, series in members[2:]:
            series["kernel"] = series["kernel"] * (1 - 0.001 * series["step"])
            summary["lambda_end"] *= 0.94
        synthetic_run.write(self.folder, members)
        run = read_run(self.folder)
        self.assertAlmostEqual(pairs.l2_difference(20)(run).value, np.max(first))
        self.assertAlmostEqual(pairs.l2_decay(run).value, 0.94)


if __name__ == "__main__":
    unittest.main()
