"""The picture of training near the critical learning rate c = 2.

defines: draw_critical
"""

import numpy as np
from matplotlib.lines import Line2D

from laws import WIDTH, near_critical
from run_folder import short
from style import SERIES_COLOURS, new_figure


def draw_critical(run):
    """Steps to the end of training against |c - 2| on both sides of c = 2, at all widths (Fig. S12
    of the paper); None where fewer than four learning rates ended on a side."""
    near = near_critical(run)
    if near is None or min(near.c[near.c < 2].nunique(), near.c[near.c > 2].nunique()) < 4:
        return None
    figure, axes = new_figure(6.4, 4.6)
    ax = axes[0, 0]
    handles = []
    for number, (width, rows) in enumerate(near.groupby(WIDTH)):
        colour = SERIES_COLOURS[number % len(SERIES_COLOURS)]
        for side, face, line in ((-1, "white", "--"), (1, colour, "-")):
            mine = rows[side * (rows.c - 2) > 0].sort_values("c")
            means = mine.groupby((mine.c - 2).abs().round(9)).steps.mean()
            ax.plot(means.index, means, marker="o", markersize=5, color=colour, linestyle=line,
                    markerfacecolor=face, linewidth=1)
        ax.axvline(np.sqrt(2 / width), color=colour, linewidth=0.9, linestyle=":", zorder=1)
        handles.append(Line2D([], [], color=colour, marker="o", label=f"n = {short(width)}"))
    apart = (near.c - 2).abs()
    x = np.array([apart[apart > 1e-9].min(), apart.max()])
    rates = near[near.c < 2]
    ax.plot(x, (rates.steps * (2 - rates.c)).loc[rates.c.idxmin()] / x, color="black",
            linewidth=1.1, zorder=1)
    for style in (dict(color="black", label=r"$\propto 1/|c-2|$"),
                  dict(color="#555555", marker="o", markerfacecolor="white", linestyle="--",
                       label="$c<2$"),
                  dict(color="#555555", marker="o", label="$c>2$"),
                  dict(color="#555555", linestyle=":", label=r"$|c-2|=\sqrt{2/n}$")):
        handles.append(Line2D([], [], **style))
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(x[0] / 1.4, 1.4 * x[1])
    ax.set_xlabel(r"$|c-2|$")
    ax.set_ylabel("steps $t^*$ to the end of training")
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)
    figure.suptitle(f"{run.name}: critical slowing down at c = 2", x=0.01, ha="left",
                    weight="bold", size=11)
    return figure
