"""Laws of the limit of large width, fitted to a sweep over model.width.

defines: WIDTH, Law, laws_of, is_solvable, has_theory, width_table, near_critical, write_fits
"""

import json
from dataclasses import asdict, dataclass, field

import numpy as np
import pandas as pd

from run_folder import LEARNING_RATE_KEYS, REPLICATE_KEYS

WIDTH, FEWEST = "model.width", 4  # widths of a fit, at least
MOST_NAMES, MOST_POINTS = 1000, 400  # of members by name, and of a scatter, in fits.json
CRITICAL = 0.15  # |c - 2| of what is fitted as critical
ROUNDED = 20.0  # |c - 2| in units of sqrt(2/n), below which finite width rounds the transition


@dataclass
class Law:
    """One fitted number with its standard error, what theory says, and the rows it comes from."""

    law: str
    at: dict  # what the rows share: c, ...
    value: float
    error: float
    theory: float  # of the warm-up model; NaN: none
    rows: list  # names of members
    points: list = field(default_factory=list)  # (x, y, error of y) as fitted
    note: str = ""

    @property
    def place(self):
        """What its rows share, for people."""
        return ", ".join(f"{value}" if key == "of" else f"{key} = {value:.4g}"
                         for key, value in self.at.items())


def laws_of(run):
    """All laws that the run's summary has the members for: within what else is swept, at each c."""
    known = getattr(run, "laws", None)
    if known is None:
        known = run.laws = _fit_all(run)
    return known


def _fit_all(run):
    table = width_table(run)
    if table is None:
        return []
    plain = has_theory(run)
    solvable = plain and is_solvable(run)
    laws = []
    for group, members in table.groupby("group"):
        found = []
        for c, rows in members.groupby("near"):
            if rows[WIDTH].nunique() >= FEWEST:
                found += [_peak_time(c, rows), _peak_height(c, rows)]
                found += [_final_curvature(c, rows)] if solvable else []
                found.append(_lazy_shift(c, rows, _smallest_shift(run)))
        found += _critical(members)
        if run.deck.get("model", {}).get("representation") != "gram":
            found += _nested(members)
        for law in (law for law in found if law):
            law.theory = law.theory if plain else np.nan
            law.at = ({"of": group} if group else {}) | law.at
            laws.append(law)
    return laws


def is_solvable(run):
    """Whether its networks are the warm-up model."""
    return run.deck.get("model", {}).get("kind") == "solvable"


def has_theory(run):
    """Whether it was trained as theory supposes."""
    return not run.deck.get("train", {}).get("momentum")


def _smallest_shift(run):
    """Of lambda, relative, above what its measurement tells: that of one sample is exact."""
    return 1e-11 if run.deck.get("data", {}).get("source") == "toy" else 10 * run.tolerance


def write_fits(run, folder):
    """fits.json in `folder`: every law with its numbers and the members used. Nothing where there
    are none."""
    laws = laws_of(run)
    if laws:
        text = json.dumps([_record(law) for law in laws], indent=1, default=float)
        (folder / "fits.json").write_text(text.replace("NaN", "null") + "\n")


def _record(law):
    """With the number of members, and their names where these are few."""
    names = law.rows if len(law.rows) <= MOST_NAMES else []
    return asdict(law) | {"members": len(law.rows), "rows": names}


# --- The laws ---

def _far_from_critical(rows):
    return (rows.c - 2).abs() > ROUNDED * np.sqrt(2 / rows[WIDTH])


def _peaked(rows):
    """Those whose peak is over where training ends."""
    return rows.step_loss_max < rows.steps


def _peak_time(c, rows):
    """The loss peaks 1/(2 ln(c - 1)) steps later for each unit of ln n."""
    rows = rows[(rows.phase == "catapult") & _far_from_critical(rows) & _peaked(rows)]
    return _line("steps to the peak per ln n", c, rows, np.log(rows[WIDTH]), rows.step_loss_max,
                 0.5 / np.log(c - 1) if 2 < c < 4 else np.nan, grain=1.0)


def _peak_height(c, rows):
    """The peak loss grows like n."""
    rows = rows[(rows.phase == "catapult") & _far_from_critical(rows) & _peaked(rows)]
    return _line("exponent of the peak loss", c, rows, np.log(rows[WIDTH]), np.log(rows.loss_max),
                 1.0)


def _lazy_shift(c, rows, smallest):
    """lambda moves by a share of 1/n in the lazy phase: at the widths where that can be measured."""
    shift = (rows.lambda_0 - rows.lambda_end) / rows.lambda_0
    medians = shift.groupby(rows[WIDTH]).median()
    rows = rows[rows[WIDTH].isin(medians.index[medians > smallest]) & (shift > 0)
                & _far_from_critical(rows) & (rows.phase == "lazy")]
    if c >= 2:
        return None
    return _line("exponent of the lazy shift of lambda", c, rows, np.log(rows[WIDTH]),
                 np.log(shift[rows.index]), -1.0)


def _final_curvature(c, rows):
    """eta lambda where training ends. It returns whenever n grows by (c - 1)^2, as the catapult
    then takes one step more: how much of its variance the place in that period explains."""
    rows = rows[(rows.phase == "catapult") & np.isfinite(rows.lambda_end)]
    if c < 2.9 or c >= 4 or len(rows) < 24:
        return None
    place = np.log(rows[WIDTH] / (2 * rows.loss_0)) / (2 * np.log(c - 1)) % 1
    value = (rows.learning_rate * rows.lambda_end).to_numpy()
    explained = _explained(place.to_numpy(), value)
    draws = np.random.default_rng(1)
    chance = [_explained(draws.permutation(place.to_numpy()), value) for _ in range(200)]
    again = [draws.integers(len(value), size=len(value)) for _ in range(200)]
    error = np.std([_explained(place.to_numpy()[i], value[i]) for i in again])
    order = np.argsort(place.to_numpy())[::1 + len(place) // MOST_POINTS]
    note = (f"eta lambda_end from {value.min():.2f} to {value.max():.2f}, period "
            f"{2 * np.log(c - 1):.3f} in ln(n / f_0^2); by chance up to {max(chance):.2f}")
    return Law("share of the final curvature explained by its log-period", {"c": c}, explained,
               float(error), np.nan, list(rows.member),
               [(place.iloc[i], value[i], 0.0) for i in order], note)


def _critical(table):
    """Steps to the end near c = 2, at each width: t* ~ |c - 2|^-1 away from where the width rounds
    it, |c - 2| >> sqrt(2/n), up to logarithms; and of one curve t*/n^a against (c - 2) n^b for
    all."""
    near = _near(table)
    laws = []
    for side, name in ((1, "above"), (-1, "below")):
        for width, rows in near[(side * (near.c - 2) > 0) & _far_from_critical(near)].groupby(WIDTH):
            law = _line(f"critical exponent {name} c = 2", 2.0, rows,
                        np.log((rows.c - 2).abs()), np.log(rows.steps), -1.0, by="near")
            if law:
                law.at = {"n": float(width)}
                laws.append(law)
    if near[WIDTH].nunique() >= 3 and len(near) >= 20:
        laws += _collapse(near)
    return laws


def _near(table):
    return table[(table.outcome == "converged") & ((table.c - 2).abs() < CRITICAL)]


def near_critical(run):
    """The rows of the summary that ended near c = 2; None without several widths."""
    table = width_table(run)
    return None if table is None else _near(table)


def _collapse(rows):
    """Exponents (a, b) of the data collapse t*/n^a over (c - 2) n^b, with errors by
    subsampling."""
    n, c, t = (rows[key].to_numpy(float) for key in (WIDTH, "c", "steps"))

    def scatter(exponents, chosen):
        a, b = exponents
        x, y = np.arcsinh((c - 2) * n**b)[chosen], (np.log(t) - a * np.log(n))[chosen]
        order = np.argsort(x)
        x, y, w = x[order], y[order], n[chosen][order]
        # Distance of each point from the line between its neighbours of other widths.
        rest = []
        for width in np.unique(w):
            others = w != width
            inside = ~others & (x > x[others].min()) & (x < x[others].max())
            rest.extend(y[inside] - np.interp(x[inside], x[others], y[others]))
        return float(np.mean(np.square(rest))) if len(rest) > 5 else np.inf

    def best(chosen):
        centre, reach = np.array([0.4, 0.4]), 0.4
        for _ in range(4):  # a finer grid about the best of the last one
            grid = [centre + reach * np.array([i, j]) for i in np.linspace(-1, 1, 7)
                    for j in np.linspace(-1, 1, 7)]
            centre, reach = min(grid, key=lambda at: scatter(at, chosen)), reach / 3
        return centre

    whole = np.arange(len(n))
    found = best(whole)
    draws = np.random.default_rng(2)
    kept = int(0.7 * len(n))
    spread = np.std([best(np.sort(draws.choice(whole, kept, replace=False))) for _ in range(12)],
                    axis=0) * np.sqrt(kept / (len(n) - kept))
    x, y = (c - 2) * n**found[1], t / n**found[0]
    order = np.argsort(x)
    points = [(x[i], y[i], 0.0) for i in order]
    names = list(rows.member.iloc[order])  # of the points
    return [Law("collapse of t*: exponent of time", {"c": 2.0}, found[0], spread[0], 0.5, names,
                points),
            Law("collapse of t*: exponent of c - 2", {"c": 2.0}, found[1], spread[1], 0.5, names)]


def _nested(table):
    """The draws of a narrow network are those of a block of a wide one: by how much that makes
    differences between widths vary less over seeds than those of independent seeds."""
    laws = []
    if "model.seed" not in table or table["model.seed"].nunique() < 8:
        return laws
    for c, rows in table.groupby("near"):
        # What the seed decides; a step of the peak is a whole number and would tell of rounding.
        for key in ("lambda_0", "loss_max"):
            value = rows.pivot_table(index="model.seed", columns=WIDTH, values=key)
            logs = np.log(value.where(value > 0)).dropna(axis=0)
            if logs.shape[1] < 3 or logs.shape[0] < 8:
                continue
            narrow, wide = logs.iloc[:, :-1].to_numpy(), logs.iloc[:, 1:].to_numpy()
            apart = narrow.var(axis=0, ddof=1) + wide.var(axis=0, ddof=1)
            paired = (wide - narrow).var(axis=0, ddof=1)
            gains = apart / np.maximum(paired, 1e-300)
            gain, share = float(np.exp(np.log(gains).mean())), np.sqrt(4 / (logs.shape[0] - 1))
            points = list(zip(logs.columns[1:].astype(float), gains, gains * share))
            laws.append(Law(f"variance gain of nested widths, {key}", {"c": float(c)}, gain,
                            gain * share / np.sqrt(gains.size), np.nan, list(rows.member), points))
    return laws


# --- Tools ---

def width_table(run):
    """The summary of members that ended, with c rounded as it is swept and what else is swept; None
    without several widths, and of a search for boundaries."""
    table = run.table
    if WIDTH not in table or table[WIDTH].nunique() < 3 or "c" not in table or \
            (run.path / "boundaries.csv").exists():
        return None
    table = table[np.isfinite(table.c) & ~table.outcome.isin(["failed", "stopped"])].copy()
    table["near"] = table.c.round(6)
    others = [key for key in table.columns if "." in key and table[key].nunique() > 1
              and key not in (WIDTH, *LEARNING_RATE_KEYS, *REPLICATE_KEYS)]
    table["group"] = [", ".join(f"{key} = {row[key]}" for key in others)
                      for _, row in table.iterrows()] if others else ""
    return table


def _line(name, c, rows, x, y, theory, by=WIDTH, grain=0.0):
    """Least squares over the means at each x, weighted by their errors where seeds tell them.
    `grain`: y is a multiple of it, and one seed alone does not tell the error of this rounding."""
    if rows.empty:
        return None
    means = pd.DataFrame({"x": x, "y": y, "by": rows[by]}).groupby("by").agg(
        x=("x", "mean"), y=("y", "mean"), spread=("y", "std"), count=("y", "size"))
    if len(means) < FEWEST:
        return None
    errors = (means.spread / np.sqrt(means["count"])).fillna(0.0)
    weighted = (means["count"] > 2).all() and (errors > 0).all()
    weight = 1 / errors.to_numpy() if weighted else np.ones(len(means))
    (slope, _), covariance = np.polyfit(means.x, means.y, 1, w=weight, cov=True)
    error = np.sqrt(covariance[0, 0])
    if not weighted:
        error = np.hypot(error, grain / np.sqrt(12 * ((means.x - means.x.mean())**2).sum()))
    return Law(name, {"c": float(c)}, float(slope), float(error),
               float(theory), list(rows.member), list(zip(means.x, means.y, errors)))


def _explained(place, value):
    """Share of the variance that two harmonics of `place` in [0, 1) explain."""
    angle = 2 * np.pi * place
    basis = np.stack([np.ones_like(angle), np.cos(angle), np.sin(angle), np.cos(2 * angle),
                      np.sin(2 * angle)], axis=1)
    rest = value - basis @ np.linalg.lstsq(basis, value, rcond=None)[0]
    return float(1 - rest.var() / value.var())
