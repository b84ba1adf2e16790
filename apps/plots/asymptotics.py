"""Laws of the limit of large width, fitted to a sweep over model.width.

defines: Law, laws_of, draw_asymptotics, tell_asymptotics, write_fits
"""

import json
from dataclasses import asdict, dataclass, field

import numpy as np
import pandas as pd

from style import SERIES_COLOURS, new_figure

WIDTH, FEWEST = "model.width", 4  # widths of a fit, at least
SMALLEST_SHIFT = 1e-11  # of lambda, relative: what double precision tells
CRITICAL = 0.15  # |c - 2| of what is fitted as critical
ROUNDED = 20.0  # |c - 2| in units of sqrt(2/n), below which finite width rounds the transition


@dataclass
class Law:
    """One fitted number with its standard error, what theory says, and the rows it comes from."""

    law: str
    at: dict  # what the rows share: c, ...
    value: float
    error: float
    theory: float  # NaN: none
    rows: list  # names of members
    points: list = field(default_factory=list)  # (x, y, error of y) as fitted
    note: str = ""


def laws_of(run):
    """All laws that the run's summary has the members for."""
    table = _table(run)
    if table is None:
        return []
    laws = []
    for c, rows in table.groupby("near"):
        if rows[WIDTH].nunique() >= FEWEST:
            laws += [law(c, rows) for law in (_peak_time, _peak_height, _lazy_shift,
                                              _final_curvature)]
    laws += _critical(table) + _nested(table)
    return [law for law in laws if law]


def draw_asymptotics(run):
    """The fits over their points, a panel a law; None where there are none."""
    laws = [law for law in laws_of(run) if law.points]
    names = list(dict.fromkeys(law.law for law in laws))
    if not names:
        return None
    columns = min(2, len(names))
    lines = -(-len(names) // columns)
    figure, axes = new_figure(5.2 * columns, 3.8 * lines, lines, columns)
    for panel, name in enumerate(names):
        ax = axes[panel // columns, panel % columns]
        _draw_panel(ax, name, [law for law in laws if law.law == name])
    for panel in range(len(names), lines * columns):
        axes[panel // columns, panel % columns].axis("off")
    figure.suptitle(f"{run.name}: laws of the width", x=0.01, ha="left", weight="bold", size=11)
    return figure


def tell_asymptotics(run):
    """One line a law."""
    for law in laws_of(run):
        at = ", ".join(f"{key} = {value:g}" for key, value in law.at.items())
        theory = f" (theory {law.theory:.4g})" if np.isfinite(law.theory) else ""
        yield (f"{law.law} at {at}: {law.value:.4g} +- {law.error:.2g}{theory}, "
               f"{len(law.rows)} members{'; ' + law.note if law.note else ''}")


def write_fits(run, folder):
    """fits.json in `folder`: every law with its numbers and the members used. Nothing where there
    are none."""
    laws = laws_of(run)
    if laws:
        text = json.dumps([asdict(law) for law in laws], indent=1, default=float)
        (folder / "fits.json").write_text(text.replace("NaN", "null") + "\n")


# --- The laws ---

def _far_from_critical(rows):
    return (rows.c - 2).abs() > ROUNDED * np.sqrt(2 / rows[WIDTH])


def _peak_time(c, rows):
    """The loss peaks 1/(2 ln(c - 1)) steps later for each unit of ln n."""
    rows = rows[(rows.phase == "catapult") & _far_from_critical(rows)]
    return _line("steps to the peak per ln n", c, rows, np.log(rows[WIDTH]), rows.step_loss_max,
                 0.5 / np.log(c - 1) if 2 < c < 4 else np.nan)


def _peak_height(c, rows):
    """The peak loss grows like n."""
    rows = rows[(rows.phase == "catapult") & _far_from_critical(rows)]
    return _line("exponent of the peak loss", c, rows, np.log(rows[WIDTH]), np.log(rows.loss_max),
                 1.0)


def _lazy_shift(c, rows):
    """lambda moves by a share of 1/n in the lazy phase."""
    shift = (rows.lambda_0 - rows.lambda_end) / rows.lambda_0
    rows = rows[(rows.phase == "lazy") & (shift > SMALLEST_SHIFT)]
    if c >= 2 or rows[WIDTH].nunique() < FEWEST:
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
    shuffled = np.random.default_rng(1)
    chance = [_explained(shuffled.permutation(place.to_numpy()), value) for _ in range(200)]
    order = np.argsort(place.to_numpy())
    note = (f"eta lambda_end from {value.min():.2f} to {value.max():.2f}, period "
            f"{2 * np.log(c - 1):.3f} in ln(n / f_0^2); by chance up to {max(chance):.2f}")
    return Law("share of the final curvature explained by its log-period", {"c": c}, explained,
               float(np.std(chance)), np.nan, list(rows.member),
               [(place.iloc[i], value[i], 0.0) for i in order], note)


def _critical(table):
    """Steps to the end near c = 2: t* ~ |c - 2|^-1 away from the rounding, |c - 2| >> sqrt(2/n),
    and of one curve t*/n^a against (c - 2) n^b for all."""
    near = table[(table.outcome == "converged") & ((table.c - 2).abs() < CRITICAL)]
    laws = []
    for side, name in ((1, "above"), (-1, "below")):
        rows = near[(side * (near.c - 2) > 0) & _far_from_critical(near)]
        if rows.c.round(9).nunique() >= FEWEST:
            law = _line(f"critical exponent {name} c = 2", 2.0, rows,
                        np.log((rows.c - 2).abs()), np.log(rows.steps), -1.0, by="c")
            laws.append(law)
    if near[WIDTH].nunique() >= 3 and len(near) >= 20:
        laws += _collapse(near)
    return laws


def _collapse(rows):
    """Exponents (a, b) of the data collapse t*/n^a over (c - 2) n^b, with errors by bootstrap."""
    n, c, t = (rows[key].to_numpy(float) for key in (WIDTH, "c", "steps"))

    def scatter(exponents, chosen):
        a, b = exponents
        x, y = np.arcsinh((c - 2) * n**b)[chosen], (np.log(t) - a * np.log(n))[chosen]
        order = np.argsort(x)
        x, y, w = x[order], y[order], n[chosen][order]
        # Distance of each point from the line between its neighbours of other widths.
        rest = [y[i] - np.interp(x[i], x[w != w[i]], y[w != w[i]]) for i in range(len(x))
                if x[w != w[i]].min() < x[i] < x[w != w[i]].max()]
        return float(np.mean(np.square(rest))) if len(rest) > 5 else np.inf

    def best(chosen):
        centre, reach = np.array([0.5, 0.5]), 0.3
        for _ in range(4):  # a finer grid about the best of the last one
            grid = [centre + reach * np.array([i, j]) for i in np.linspace(-1, 1, 7)
                    for j in np.linspace(-1, 1, 7)]
            centre, reach = min(grid, key=lambda at: scatter(at, chosen)), reach / 3
        return centre

    whole = np.arange(len(n))
    found = best(whole)
    draws = np.random.default_rng(2)
    spread = np.std([best(np.sort(draws.choice(whole, int(0.7 * len(n)), replace=False)))
                     for _ in range(12)], axis=0)
    order = np.argsort(c * n)
    points = [((c[i] - 2) * n[i]**found[1], t[i] / n[i]**found[0], 0.0) for i in order]
    names = list(rows.member)
    return [Law("collapse of t*: exponent of time", {"c": 2.0}, found[0], spread[0], 0.5, names,
                sorted(points)),
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
            gain, seeds = float(np.exp(np.log(gains).mean())), logs.shape[0]
            laws.append(Law(f"variance gain of nested widths, {key}", {"c": float(c)}, gain,
                            gain * np.sqrt(4 / (seeds - 1) / gains.size), np.nan,
                            list(rows.member)))
    return laws


# --- Tools ---

def _table(run):
    """The summary with its members' c rounded as they are swept, or None without widths."""
    table = pd.read_csv(run.path / "summary.csv", dtype={"member": str})
    if WIDTH not in table or table[WIDTH].nunique() < 3 or "c" not in table:
        return None
    table = table[np.isfinite(table.c) & (table.outcome != "failed")].copy()
    table["near"] = table.c.round(6)
    return table


def _line(name, c, rows, x, y, theory, by=WIDTH):
    """Least squares over the means at each x, weighted by their errors over seeds."""
    if rows.empty:
        return None
    means = pd.DataFrame({"x": x, "y": y, "by": rows[by]}).groupby("by").agg(
        x=("x", "mean"), y=("y", "mean"), spread=("y", "std"), count=("y", "size"))
    if len(means) < FEWEST:
        return None
    slope, offset = np.polyfit(means.x, means.y, 1)
    rest = means.y - slope * means.x - offset
    error = np.sqrt((rest**2).sum() / (len(means) - 2) / ((means.x - means.x.mean())**2).sum())
    errors = (means.spread / np.sqrt(means["count"])).fillna(0.0)
    return Law(name, {"c": float(c)}, float(slope), float(error), float(theory),
               list(rows.member), list(zip(means.x, means.y, errors)))


def _explained(place, value):
    """Share of the variance that two harmonics of `place` in [0, 1) explain."""
    angle = 2 * np.pi * place
    basis = np.stack([np.ones_like(angle), np.cos(angle), np.sin(angle), np.cos(2 * angle),
                      np.sin(2 * angle)], axis=1)
    rest = value - basis @ np.linalg.lstsq(basis, value, rcond=None)[0]
    return float(1 - rest.var() / value.var())


AXES = {
    "steps to the peak per ln n": (r"$\ln n$", "step of the largest loss"),
    "exponent of the peak loss": (r"$\ln n$", r"$\ln$ of the largest loss"),
    "exponent of the lazy shift of lambda":
        (r"$\ln n$", r"$\ln\,(\lambda_0-\lambda_\mathrm{end})/\lambda_0$"),
    "share of the final curvature explained by its log-period":
        (r"$\ln(n/f_0^2)\,/\,2\ln(c-1)$ mod 1", r"$\eta\lambda_\mathrm{end}$"),
    "collapse of t*: exponent of time": (r"$(c-2)\,n^b$", r"$t^*/n^a$"),
}


def _draw_panel(ax, name, laws):
    fitted = not name.startswith(("share", "collapse"))
    for number, law in enumerate(laws):
        colour = SERIES_COLOURS[number % len(SERIES_COLOURS)]
        x, y, error = np.array(law.points).T
        label = f"c = {law.at['c']:.4g}: " if len(laws) > 1 or not name.startswith("c") else ""
        label += rf"{law.value:.3f} $\pm$ {law.error:.1g}"
        label += f" (theory {law.theory:.3g})" if np.isfinite(law.theory) else ""
        ax.errorbar(x, y, error if error.any() else None, fmt="o", color=colour, markersize=4,
                    capsize=2, zorder=3, label=label)
        if fitted:
            slope, offset = np.polyfit(x, y, 1)
            ax.plot(x, slope * x + offset, color=colour, linewidth=1.2, zorder=2)
    ax.set_title(name)
    across, up = AXES.get(name, (r"$\ln|c-2|$", r"$\ln t^*$"))
    ax.set_xlabel(across)
    ax.set_ylabel(up)
    if name.startswith("collapse"):
        ax.set_xscale("symlog", linthresh=1)
        ax.set_xticks([-1000, -100, -10, -1, 0, 1, 10, 100, 1000])
        ax.set_xticks([], minor=True)
    ax.legend(loc="best", fontsize=7.5)
