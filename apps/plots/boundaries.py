"""Pictures of studies that search phase boundaries: the phase diagram.

defines: draw_boundaries, tell_boundaries
"""

import csv
from collections import defaultdict

import numpy as np

from run_folder import REPLICATE_KEYS
from style import SERIES_COLOURS, new_figure, plain_ticks

COLUMNS = ("boundary", "c", "c_low", "c_high", "members", "monotone")
NAMES = {"loss_rises": "loss rises", "lambda_falls": r"$\lambda$ falls", "diverges": "diverges"}
MARKERS = "osD^v<>"


def draw_boundaries(run):
    """c of every boundary against 1/width (or the first other swept key), a mean and standard
    deviation over seeds; None where the run has found none."""
    rows, keys = _rows(run)
    if not any(_is_number(row["c"]) for row in rows):
        return None
    along = "model.width" if "model.width" in keys else next(iter(keys), None)
    others = [key for key in keys if key != along]
    points = defaultdict(lambda: defaultdict(list))
    for row in rows:
        line = (row["boundary"], tuple(row[key] for key in others))
        points[line][row[along] if along else "all"].append(row)
    figure, axes = new_figure(6.4, 4.6)
    ax = axes[0, 0]
    by_number = all(_is_number(x) and float(x) > 0 for line in points.values() for x in line)
    places = {x: i for i, x in enumerate(dict.fromkeys(x for line in points.values() for x in line))}
    names = list(dict.fromkeys(name for name, _ in points))
    for number, ((name, values), line) in enumerate(points.items()):
        xs, means, errors = [], [], []
        for x, found in line.items():
            c = np.array([_number(row["c"]) for row in found])
            c = c[np.isfinite(c)]
            if c.size:
                # Half the interval found, where there is one seed alone.
                width = np.nanmean([_number(r["c_high"]) - _number(r["c_low"]) for r in found]) / 2
                xs.append(_place(x, along, by_number, places))
                means.append(c.mean())
                errors.append(c.std(ddof=1) if c.size > 1 else abs(width))
        if not xs:
            continue
        order = np.argsort(xs)
        label = ", ".join([NAMES.get(name, name), *values])
        ax.errorbar(np.array(xs)[order], np.array(means)[order], np.array(errors)[order],
                    color=SERIES_COLOURS[number % len(SERIES_COLOURS)],
                    marker=MARKERS[names.index(name) % len(MARKERS)], markersize=5.5, capsize=3,
                    linewidth=1.2, linestyle="-" if by_number else "none", label=label)
    for level, text in ((2, "2, linear theory"), (4, "4, warm-up model")):
        low, high = ax.get_ylim()
        if low < level < high:
            ax.axhline(level, color="#666666", linewidth=0.9, linestyle=":", zorder=1)
            ax.text(0.995, level, text, transform=ax.get_yaxis_transform(), ha="right",
                    va="bottom", color="#666666", size=8)
    if by_number and along:
        ax.set_xscale("log")
        ax.set_xlabel("1 / width" if along == "model.width" else along)
        plain_ticks(ax.xaxis, *ax.get_xlim())
    elif along:
        ax.set_xticks(list(places.values()), list(places), rotation=0 if len(places) < 6 else 45)
        ax.set_xlim(-0.5, len(places) - 0.5)
        ax.set_xlabel(along)
    else:
        ax.set_xticks([])
    ax.set_ylabel(r"$c=\eta\lambda_0$")
    if len(points) > 1 or list(points) != [("diverges", ())]:
        ax.legend(loc="best")
    seeds = len({row["model.seed"] for row in rows if "model.seed" in row})
    figure.suptitle(f"{run.name}: phase boundaries" + (f" of {seeds} seeds" if seeds > 1 else ""),
                    x=0.01, ha="left", weight="bold", size=11)
    return figure


def tell_boundaries(run):
    """What is no boundary: outside of the range, or not monotone."""
    rows, keys = _rows(run)
    lines = []
    for row in rows:
        what = ", ".join([row["boundary"], *(f"{key} = {row[key]}" for key in keys)])
        if row["monotone"] == "no":
            lines.append(f"{what}: not monotone between c = {row['c_low']} and {row['c_high']}")
        elif not _is_number(row["c"]):
            where = f"below c = {row['c_high']}" if _is_number(row["c_high"]) \
                else f"above c = {row['c_low']}"
            lines.append(f"{what}: outside of the range, {where}")
    return lines


def _rows(run):
    """Those of boundaries.csv, and the swept keys other than the seed."""
    path = run.path / "boundaries.csv"
    if not path.exists():
        return [], []
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [key for key in (rows[0] if rows else {})
            if key not in (*COLUMNS, "member", *REPLICATE_KEYS)]
    return rows, keys


def _number(text):
    try:
        return float(text)
    except ValueError:
        return np.nan


def _is_number(text):
    return np.isfinite(_number(text))


def _place(x, along, by_number, places):
    if not by_number or along is None:
        return places[x]
    return 1 / float(x) if along == "model.width" else float(x)
