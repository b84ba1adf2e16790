"""The picture of how much the kernel moves between two steps, against the width of the network.

defines: Fit, fits_of, draw_kernel_change, tell_kernel_change
"""

from dataclasses import dataclass

import numpy as np

from run_folder import LEARNING_RATE_KEYS, REPLICATE_KEYS
from style import SERIES_COLOURS, new_figure, plain_ticks

WIDTH = "model.width"


@dataclass
class Fit:
    """change = factor * width^exponent, least squares over the logarithms of all points."""

    label: str
    width: np.ndarray
    change: np.ndarray
    exponent: float
    error: float  # standard error of the exponent; NaN where two points fix the line
    factor: float
    members: list  # names

    @property
    def text(self):
        """For the legend."""
        error = rf" \pm {self.error:.2f}" if np.isfinite(self.error) else ""
        return f"{self.label or 'fit'}: exponent ${self.exponent:.2f}{error}$"


def fits_of(run):
    """One fit for each learning rate, pair of steps and further axis with two widths or more."""
    points = {}
    for member in run.members:
        if WIDTH not in member.swept or member.diverged:
            continue
        for (reference, step), change in member.kernel_changes.items():
            if np.isfinite(change) and change > 0:
                key = (_axes_of(member), f"steps {reference} to {step}")
                points.setdefault(key, []).append(
                    (float(member.swept[WIDTH]), change, member.name))
    shared = len({axes for axes, _ in points}) == 1
    same_steps = len({steps for _, steps in points}) == 1
    fits = []
    for (axes, steps), values in points.items():
        width, change, names = zip(*sorted(values))
        if len(set(width)) >= 2:
            label = steps if shared or not same_steps else ""
            label = ", ".join(text for text in (axes if not shared else "", label) if text)
            fits.append(_fit(label, np.array(width), np.array(change), list(names)))
    return fits


def _axes_of(member):
    """What else was swept, with c in place of either learning rate."""
    rates = [key for key in member.swept if key in LEARNING_RATE_KEYS]
    texts = [f"{'c' if np.isfinite(member.c) else 'eta'} = {member.strength:.3g}"] if rates else []
    return ", ".join(texts + [f"{key.split('.')[-1]} {value}" for key, value in
                              member.swept.items()
                              if key not in (WIDTH, *LEARNING_RATE_KEYS, *REPLICATE_KEYS)])


def _fit(label, width, change, members):
    x, y = np.log(width), np.log(change)
    exponent, offset = np.polyfit(x, y, 1)
    error = np.nan
    if x.size > 2:
        rest = y - exponent * x - offset
        error = np.sqrt((rest**2).sum() / (x.size - 2) / ((x - x.mean())**2).sum())
    return Fit(label, width, change, exponent, error, np.exp(offset), members)


def draw_kernel_change(run):
    """Change against width with the fits, or None where fewer than two widths were trained."""
    fits = fits_of(run)
    if not fits:
        return None
    figure, axes = new_figure(6.4, 4.6)
    ax = axes[0, 0]
    for number, fit in enumerate(fits):
        colour = SERIES_COLOURS[number % len(SERIES_COLOURS)]
        ax.plot(fit.width, fit.change, "o", color=colour, markersize=5, alpha=0.6,
                markeredgecolor="white", markeredgewidth=0.5, zorder=4)
        x = np.array([fit.width.min() / 1.15, fit.width.max() * 1.15])
        ax.plot(x, fit.factor * x**fit.exponent, color=colour, linewidth=1.4, zorder=3,
                label=fit.text)
    ax.set_xscale("log")
    ax.set_yscale("log")
    widths = sorted({width for fit in fits for width in fit.width})
    ax.set_xlim(widths[0] / 1.3, widths[-1] * 1.3)
    ax.set_xticks(widths, [f"{width:g}" for width in widths])
    ax.set_xticks([], minor=True)
    plain_ticks(ax.yaxis, *ax.get_ylim())
    ax.set_xlabel("width $n$")
    ax.set_ylabel(r"kernel change $|\Theta_t-\Theta_s|_F\,/\,|\Theta_s|_F$")
    ax.legend(loc="lower left")
    pairs = sorted({pair for m in run.members for pair in m.kernel_changes})
    figure.suptitle(f"{run.name}: how far the kernel moves" +
                    (" from step {} to {}".format(*pairs[0]) if len(pairs) == 1 else ""),
                    x=0.01, ha="left", weight="bold", size=11)
    return figure


def tell_kernel_change(run):
    """One line a fit."""
    for fit in fits_of(run):
        error = f" +- {fit.error:.3f}" if np.isfinite(fit.error) else ""
        yield (f"kernel change ({fit.label or 'all'}): width^{fit.exponent:.3f}{error} "
               f"over {fit.width.size} members of width {fit.width.min():g} to "
               f"{fit.width.max():g}")
