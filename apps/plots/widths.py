"""Parametrizations side by side: what depends on the width in each of them.

defines: draw_widths, exponent_of
"""

import csv

import numpy as np

from style import SERIES_COLOURS, new_figure, plain_ticks

WIDTH, KIND = "model.width", "model.parametrization"
MARKERS = "osD^v<>"


def draw_widths(run):
    """Panels against width, a line a parametrization, mean over all else that is swept; None where
    not both are swept. Of searches: learning rates; then lambda_0, the Hessian's largest eigenvalue
    at the first step, and activations at the last one."""
    members = [m for m in run.members if {WIDTH, KIND} <= set(m.swept)]
    if not members:
        return None
    panels = [(title, points) for title, points in (
        (r"$\eta$ beyond which the loss rises", _rates(run, members, "loss_rises")),
        (r"$\eta$ beyond which training diverges", _rates(run, members, "diverges")),
        (r"kernel $\lambda_0$", _means(members, lambda m: m.lambda_0)),
        ("Hessian at the start", _means(members, _first_sharpness)),
        *_activations(members)) if points]
    if not panels:
        return None
    columns = 2 if len(panels) == 4 else min(3, len(panels))
    rows = -(-len(panels) // columns)
    figure, axes = new_figure(1.6 + 3.3 * columns, 0.9 + 3.0 * rows, rows, columns)
    for ax in axes.flat[len(panels):]:
        ax.axis("off")
    for ax, (title, points) in zip(axes.flat, panels):
        _panel(ax, title, points)
    for ax in axes.flat[max(len(panels) - columns, 0):len(panels)]:
        ax.set_xlabel("width $n$")
    figure.suptitle(f"{run.name}: by width and parametrization", x=0.01, ha="left",
                    weight="bold", size=11)
    return figure


def exponent_of(widths, values):
    """a of values ~ widths^a, by least squares over logarithms."""
    return np.polyfit(np.log(widths), np.log(values), 1)[0]


def _panel(ax, title, points):
    for number, (kind, line) in enumerate(points.items()):
        widths, values = np.array(sorted(line.items())).T
        exponent = f", $n^{{{exponent_of(widths, values):.2f}}}$" if len(widths) > 1 else ""
        ax.plot(widths, values, color=SERIES_COLOURS[number % len(SERIES_COLOURS)],
                marker=MARKERS[number % len(MARKERS)], markersize=5, label=kind + exponent)
    ax.set_xscale("log")
    ax.set_yscale("log")
    widths = sorted({width for line in points.values() for width in line})
    ax.set_xticks(widths, [f"{width:g}" for width in widths])
    ax.set_xticks([], minor=True)
    low, high = ax.get_ylim()
    ax.set_ylim(low / 1.5, high * 1.5)  # flat lines look flat
    plain_ticks(ax.yaxis, *ax.get_ylim())
    ax.set_title(title)
    ax.legend(loc="best")


def _means(members, value):
    """By parametrization and width; what is not positive and finite is left out."""
    found = {}
    for member in members:
        number = value(member)
        if np.isfinite(number) and number > 0:
            line = found.setdefault(str(member.swept[KIND]), {})
            line.setdefault(float(member.swept[WIDTH]), []).append(number)
    return {kind: {width: float(np.mean(numbers)) for width, numbers in line.items()}
            for kind, line in found.items()}


def _first_sharpness(member):
    _, values = member.curvatures.get("hessian", (None, np.empty(0)))
    return values[0] if values.size else np.nan


def _activations(members):
    """mean |h| of each hidden layer at the last step that was measured in all members, where they
    were trained at one learning rate."""
    aligned = [m for m in members if m.alignment.get("step", np.empty(0)).size and not m.diverged]
    if len({m.learning_rate for m in aligned}) != 1:
        return
    step = min(m.alignment["step"][-1] for m in aligned)
    for layer in range(min(m.alignment["mean_abs"].shape[1] for m in aligned)):
        yield (f"mean $|h_{layer + 1}|$ at step {step:g}",
               _means(aligned, lambda m, layer=layer: float(
                   m.alignment["mean_abs"][m.alignment["step"] == step][0, layer])))


def _rates(run, members, boundary):
    """c of boundaries.csv over lambda_0 of the same start."""
    file = run.path / "boundaries.csv"
    if not file.is_file():
        return {}
    lambdas = {_start_of(member.swept): member.lambda_0 for member in members}
    rates = {}
    with open(file, newline="") as rows:
        for row in csv.DictReader(rows):
            rate = float(row["c"] or np.nan) / lambdas.get(_start_of(row), np.nan)
            if np.isfinite(rate) and row["boundary"] == boundary:
                line = rates.setdefault(row[KIND], {})
                line.setdefault(float(row[WIDTH]), []).append(rate)
    return {kind: {width: float(np.mean(values)) for width, values in line.items()}
            for kind, line in rates.items()}


def _start_of(swept):
    """What a start is told from others by, of a member or a row of boundaries.csv."""
    return (str(swept[KIND]), int(swept[WIDTH]), int(swept.get("model.seed", 0)))
