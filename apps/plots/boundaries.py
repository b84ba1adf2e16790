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
    """c of every boundary against 1/width (or the first other swept key), with the mean and its
    standard error where seeds are swept, else half the interval found; None where the run has found
    none."""
    rows, keys = _rows(run)
    points = _points(run, rows, keys)
    if not any(np.isfinite(point["c"]) for point in points):
        return None
    along = "model.width" if "model.width" in keys else next(iter(keys), None)
    others = [key for key in keys if key != along]
    lines = defaultdict(list)
    for point in points:
        lines[point["boundary"], tuple(point[key] for key in others)].append(point)
    figure, axes = new_figure(6.4, 4.6)
    ax = axes[0, 0]
    values = [point[along] if along else "all" for point in points]
    by_number = all(_is_number(x) and float(x) > 0 for x in values)
    places = {x: i for i, x in enumerate(dict.fromkeys(values))}
    names = list(dict.fromkeys(name for name, _ in lines))
    for number, ((name, values), line) in enumerate(lines.items()):
        found = sorted((_place(point[along] if along else "all", along, by_number, places),
                        point["c"], point["error"]) for point in line if np.isfinite(point["c"]))
        if not found:
            continue
        ax.errorbar(*zip(*found), color=SERIES_COLOURS[number % len(SERIES_COLOURS)],
                    marker=MARKERS[names.index(name) % len(MARKERS)], markersize=5.5, capsize=3,
                    linewidth=1.2, linestyle="-" if by_number else "none",
                    label=", ".join([NAMES.get(name, name), *values]))
    _levels(ax)
    _finish(ax, along, by_number, places)
    if len(lines) > 1 or list(lines) != [("diverges", ())]:
        ax.legend(loc="best")
    seeds = max((int(point["seeds"]) for point in points if "seeds" in point), default=0)
    figure.suptitle(f"{run.name}: phase boundaries" +
                    (f", mean and standard error over {seeds} seeds" if seeds else ""),
                    x=0.01, ha="left", weight="bold", size=11)
    return figure


def _levels(ax):
    for level, text in ((2, "2, linear theory"), (4, "4, warm-up model")):
        low, high = ax.get_ylim()
        if low < level < high:
            ax.axhline(level, color="#666666", linewidth=0.9, linestyle=":", zorder=1)
            ax.text(0.995, level, text, transform=ax.get_yaxis_transform(), ha="right",
                    va="bottom", color="#666666", size=8)


def _finish(ax, along, by_number, places):
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


def tell_boundaries(run):
    """What is no boundary: outside of the range, or not monotone; the means over seeds."""
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
    for mean in _table(run.path / "boundaries_mean.csv"):
        what = ", ".join([mean["boundary"], *(f"{key} = {mean[key]}" for key in keys)])
        error = f" +- {_number(mean['c_sem']):.2g}" if _is_number(mean["c_sem"]) else ""
        if _is_number(mean["c_mean"]):
            lines.append(f"{what}: c = {_number(mean['c_mean']):.4g}{error}, {mean['found']} of "
                         f"{mean['seeds']} seeds")
    return lines


def _rows(run):
    """Those of boundaries.csv, and the swept keys other than the seed."""
    rows = _table(run.path / "boundaries.csv")
    keys = [key for key in (rows[0] if rows else {})
            if key not in (*COLUMNS, "member", *REPLICATE_KEYS)]
    return rows, keys


def _points(run, rows, keys):
    """What is drawn: c and its error, of the means over seeds where the run has them. Where a mean
    has no error, it is that of the one seed found: half its interval."""
    for row in rows:
        row["c"] = _number(row["c"])
        row["error"] = (_number(row["c_high"]) - _number(row["c_low"])) / 2
    means = _table(run.path / "boundaries_mean.csv")
    for mean in means:
        mean["c"], mean["error"] = _number(mean["c_mean"]), _number(mean["c_sem"])
        if not np.isfinite(mean["error"]):
            mean["error"] = next((row["error"] for row in rows if np.isfinite(row["c"])
                                  and all(row[key] == mean[key] for key in ("boundary", *keys))), 0)
    return means or rows


def _table(path):
    if not path.exists():
        return []
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


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
