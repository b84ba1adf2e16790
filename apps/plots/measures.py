"""The numbers of a run that claims are about. Each takes a run whose members have all ended and
returns Measured, or raises CannotTell; those with further arguments return such a function.

defines: critical_rate, lazy_change, end_strength, strength_at, lambda_threshold, falls_beyond,
share_that_rises, steps_of_rise, ends_as, edge, edge_of_life, dead_beyond, shift_exponent,
peak_exponent, critical_exponent, kernel_exponent, accuracy_spread, accuracy_gain
"""

import numpy as np

from claims import CannotTell, Measured
from kernel_change import fits_of
from laws import WIDTH, laws_of

RISE = 1.01  # of the loss above its first: more than batches do
CLOSE = 1e-3  # relative, of two values of c


# --- What the members are ---

def _with_c(run):
    table = run.table[np.isfinite(run.table.c)]
    if table.empty:
        raise CannotTell("lambda_0 was not measured")
    return table


def _settled(run):
    """Members that did not diverge and whose loss has come down again."""
    table = _with_c(run)
    return table[(table.outcome != "diverged") & (table.loss_end < table.loss_0)]


def _lazy(run):
    table = _with_c(run)
    return _some(table[(table.c < 2) & (table.outcome != "diverged")], "c < 2")


def _beyond(run):
    table = _settled(run)
    return _some(table[table.c > 2], "2 < c whose catapult is over")


def _some(table, what):
    if table.empty:
        raise CannotTell(f"no member with {what}")
    return table


def _near(table, c):
    return _some(table[np.isclose(table.c, c, rtol=CLOSE)], f"c = {c:g}")


def _members(rows, of=""):
    return f"{of or 'over'} {len(rows)} member{'' if len(rows) == 1 else 's'}"


def _of_extreme(rows, values, largest=True):
    """The value of the row that has the largest (smallest), and where it is."""
    row = rows.loc[values.idxmax() if largest else values.idxmin()]
    return Measured(float(values[row.name]), files=["summary.csv"],
                    remark=f"member {row.member}, c = {row.c:.3g}")


# --- Curvature ---

def critical_rate(run):
    """2/lambda_0; its error is the eigensolver's."""
    lambdas = _with_c(run).lambda_0
    value, tolerance = 2 / float(lambdas.median()), run.tolerance
    spread = float(lambdas.max() / lambdas.min() - 1) / 2
    return Measured(value, value * max(tolerance, spread),
                    remark="one initialization; the error is the eigensolver's")


def lazy_change(run):
    """The largest relative change of lambda below c = 2."""
    rows = _lazy(run)
    return _of_extreme(rows, (rows.lambda_end / rows.lambda_0 - 1).abs())


def end_strength(run):
    """The largest eta lambda at the end of a catapult."""
    rows = _beyond(run)
    found = _of_extreme(rows, rows.learning_rate * rows.lambda_end)
    found.error = run.tolerance * found.value
    found.remark += f"; {_members(rows, 'of')}"
    return found


def strength_at(c, least_width=0):
    """eta lambda at the end, at this c, for widths from `least_width` on."""
    def measure(run):
        rows = _near(_settled(run), c)
        if WIDTH in rows:
            rows = _some(rows[rows[WIDTH] >= least_width], f"c = {c:g} and n >= {least_width:g}")
        values = rows.learning_rate * rows.lambda_end
        error = float(np.ptp(values) / 2) if len(rows) > 1 else np.nan
        return Measured(float(values.mean()), error, remark=_members(rows))
    return measure


def lambda_threshold(run):
    """The c where lambda first ends below 0.9 of what it does at the smallest c: between the
    members on its two sides. There is none to tell where even that has left lambda_0."""
    table = _by_c(run)
    ratio = (table.lambda_end / table.lambda_0).to_numpy()
    fallen = np.flatnonzero(ratio < 0.9 * ratio[0])
    if ratio[0] < 0.9:
        raise CannotTell(f"at the smallest c = {table.c.min():.3g} lambda ends at {ratio[0]:.2f} "
                         "of its start already, so that no plateau ends")
    if not fallen.size:
        raise CannotTell(f"lambda ends near its start up to c = {table.c.max():.3g}")
    return _between(table.c.iloc[fallen[0] - 1], table.c.iloc[fallen[0]])


def falls_beyond(c):
    """Of neighbours in the sweep from this c on, the share of which the larger one ends with the
    smaller lambda."""
    def measure(run):
        table = _by_c(run)
        values = table.lambda_end[table.c >= c * (1 - CLOSE)].to_numpy()
        if len(values) < 2:
            raise CannotTell(f"fewer than two members from c = {c:g} on")
        return Measured(float((np.diff(values) < 0).mean()), remark=f"of {len(values) - 1} pairs")
    return measure


def _by_c(run):
    table = _with_c(run).sort_values("c")
    return table[table.outcome != "diverged"]


def _between(low, high):
    return Measured(float(low + high) / 2, float(high - low) / 2,
                    remark=f"between c = {low:.3g} and {high:.3g}, neighbours in the sweep")


def _beyond_sweep(table, what):
    return Measured(float(table.c.max()), remark=f"{what} up to c = {table.c.max():.3g}",
                    at_least=True)


# --- Phases ---

def share_that_rises(run):
    """Of the members with 2 < c that do not diverge, those whose loss rises first."""
    table = _with_c(run)
    rows = _some(table[(table.c > 2) & (table.outcome != "diverged")], "2 < c that did not diverge")
    return Measured(float((rows.loss_max > RISE * rows.loss_0).mean()), remark=_members(rows, "of"))


def steps_of_rise(run):
    """The latest peak of the loss in a catapult."""
    rows = _beyond(run)
    rows = _some(rows[rows.loss_max > RISE * rows.loss_0], "2 < c whose loss rises")
    return _of_extreme(rows, rows.step_loss_max)


def ends_as(**phases):
    """The share of members whose phase is the one named: lazy, catapult, divergent = their c."""
    def measure(run):
        table = _with_c(run)
        right = [_near(table, c).phase == phase for phase, values in phases.items()
                 for c in values]
        rows = np.concatenate(right)
        return Measured(float(rows.mean()), remark=_members(rows, "of"))
    return measure


def _edge(table, gone, none, end):
    """Between the largest c below all of those that are `gone` and their first."""
    if not gone.any():
        return _beyond_sweep(table, none)
    first = table.c[gone].min()
    below = _some(table[table.c < first], f"c below {first:.3g}, where the first one {end}")
    return _between(below.c.max(), first)


def edge(run):
    """The c beyond which training diverges: between the members on its two sides."""
    table = _with_c(run)
    return _edge(table, table.outcome == "diverged", "no member diverges", "diverges")


def edge_of_life(run):
    """The c beyond which no gradient is left (lambda = 0), as `edge`."""
    table = _with_c(run)
    gone = (table.outcome == "diverged") | (table.lambda_end == 0)
    return _edge(table, gone, "every network lives", "does not live")


def dead_beyond(c):
    """Of the members from this c on that do not diverge, the share that has no gradient left."""
    def measure(run):
        table = _with_c(run)
        rows = _some(table[(table.c >= c * (1 - CLOSE)) & (table.outcome != "diverged")],
                     f"c >= {c:g} that did not diverge")
        return Measured(float((rows.lambda_end == 0).mean()), remark=_members(rows, "of"))
    return measure


# --- Exponents ---

def _slopes(rows, logs, what):
    """Of these logarithms over that of the width, at each c: mean and standard error over c."""
    slopes = []
    for _, at in rows.assign(y=logs).groupby(rows.c.round(6)):
        if at[WIDTH].nunique() >= 2:
            slopes.append(np.polyfit(np.log(at[WIDTH].astype(float)), at.y, 1)[0])
    if len(slopes) < 2:
        raise CannotTell(f"{what} is not known at two widths and two values of c")
    return Measured(float(np.mean(slopes)), float(np.std(slopes, ddof=1) / np.sqrt(len(slopes))),
                    remark=f"mean over {len(slopes)} values of c, over widths "
                    f"{rows[WIDTH].min():.4g} to {rows[WIDTH].max():.4g}")


def shift_exponent(run):
    """Of the relative shift of lambda below c = 2 in the width, for f_0^2 = lambda_0^2, where it
    is more than rounding."""
    rows = _lazy(run)
    shift = (rows.lambda_0 - rows.lambda_end) / rows.lambda_0
    rows, shift = rows[shift > 1e-11], shift[shift > 1e-11]
    return _slopes(rows, np.log(shift * rows.lambda_0**2 / (2 * rows.loss_0)), "the shift")


def peak_exponent(run):
    """Of the largest loss in the width, for catapults far from c = 2."""
    rows = _beyond(run)
    rows = rows[(rows.c > 2.3) & (rows.c < 3.8)]
    return _slopes(rows, np.log(rows.loss_max), "the peak")


def critical_exponent(side):
    """Of the steps to the end in |c - 2|, `side` ("above" or "below") of c = 2, at the largest
    width."""
    def measure(run):
        found = [law for law in laws_of(run) if law.law.startswith(f"critical exponent {side}")]
        if not found:
            raise CannotTell(f"fewer than four members {side} c = 2 have come to their end where "
                             "the width does not round the transition")
        law = max(found, key=lambda law: law.at["n"])
        return Measured(law.value, law.error, ["summary.csv", "plots/fits.json"],
                        f"n = {law.at['n']:.3g}, {_members(law.rows)}")
    return measure


def kernel_exponent(c):
    """Of the kernel's change in the width, at this c."""
    def measure(run):
        of = {member.name: member.c for member in run.members}
        fit = next((fit for fit in fits_of(run) if np.isclose(of[fit.members[0]], c, rtol=0.05)),
                   None)
        if fit is None:
            raise CannotTell(f"the kernel's change is not known at two widths for c = {c:g}")
        files = [f"members/{name}/series.h5" for name in fit.members]
        return Measured(fit.exponent, fit.error, files,
                        f"{_members(fit.members)} of width {fit.width.min():g} to "
                        f"{fit.width.max():g}")
    return measure


# --- Accuracy ---

def _accurate(run):
    table = _with_c(run)
    rows = table[np.isfinite(table.test_accuracy_end) & (table.outcome != "diverged")]
    return _some(rows, "a test accuracy")


def _sampling_error(run, *shares):
    """Standard error of a sum or difference of such accuracies, from the number of test samples."""
    samples = run.deck.get("data", {}).get("test_samples") or 10_000
    return float(np.sqrt(sum(p * (1 - p) / samples for p in shares)))


def accuracy_spread(run):
    """Largest less smallest test accuracy below c = 2."""
    rows = _accurate(run)
    values = _some(rows[rows.c < 2], "c < 2").test_accuracy_end
    return Measured(float(np.ptp(values)), _sampling_error(run, values.max(), values.min()),
                    remark=f"{values.min():.1%} to {values.max():.1%}, {_members(values)}")


def accuracy_gain(run):
    """Best test accuracy beyond c = 2 less the best below."""
    rows = _accurate(run)
    below, beyond = _some(rows[rows.c < 2], "c < 2"), _some(rows[rows.c > 2], "c > 2")
    best, other = (group.loc[group.test_accuracy_end.idxmax()] for group in (beyond, below))
    gain = best.test_accuracy_end - other.test_accuracy_end
    return Measured(float(gain), _sampling_error(run, best.test_accuracy_end,
                                                 other.test_accuracy_end),
                    remark=f"{best.test_accuracy_end:.1%} at c = {best.c:.3g}, "
                    f"{other.test_accuracy_end:.1%} at c = {other.c:.3g}; the error is that of "
                    "as many test samples")
