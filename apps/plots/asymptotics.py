"""The picture of the laws of large width.

defines: draw_asymptotics, tell_asymptotics
"""

import numpy as np

from laws import laws_of
from style import SERIES_COLOURS, new_figure

MOST_OF_A_LAW = 7  # shown and told

AXES = {
    "steps to the peak per ln n": (r"$\ln n$", "step of the largest loss"),
    "exponent of the peak loss": (r"$\ln n$", r"$\ln$ of the largest loss"),
    "exponent of the lazy shift of lambda":
        (r"$\ln n$", r"$\ln\,(\lambda_0-\lambda_\mathrm{end})/\lambda_0$"),
    "share of the final curvature explained by its log-period":
        (r"$\ln(n/f_0^2)\,/\,2\ln(c-1)$ mod 1", r"$\eta\lambda_\mathrm{end}$"),
    "collapse of t*: exponent of time": (r"$(c-2)\,n^b$", r"$t^*/n^a$"),
}


def draw_asymptotics(run):
    """The fits over their points, a panel a law; None where there are none."""
    laws = [law for law in _some(laws_of(run)) if law.points]
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
    laws = laws_of(run)
    told = _some(laws)
    for law in told:
        theory = f" (theory {law.theory:.4g})" if np.isfinite(law.theory) else ""
        yield (f"{law.law} at {law.place}: {law.value:.4g} +- {law.error:.2g}{theory}, "
               f"{len(law.rows)} members{'; ' + law.note if law.note else ''}")
    if len(told) < len(laws):
        yield f"{len(laws) - len(told)} more laws are in fits.json"


def _some(laws):
    """No more of a kind than a panel can show, from first to last."""
    chosen = []
    for name in dict.fromkeys(law.law for law in laws):
        alike = [law for law in laws if law.law == name]
        places = np.linspace(0, len(alike) - 1, min(len(alike), MOST_OF_A_LAW)).round()
        chosen += [alike[int(place)] for place in places]
    return chosen


def _draw_panel(ax, name, laws):
    fitted = not name.startswith(("share", "collapse"))
    for number, law in enumerate(laws):
        colour = SERIES_COLOURS[number % len(SERIES_COLOURS)]
        x, y, error = np.array(law.points).T
        label = rf"{law.place}: {law.value:.3f} $\pm$ {law.error:.1g}"
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
