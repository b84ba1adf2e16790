"""The picture of how activations lie to their errors in training, and how many neurons are active.

defines: draw_alignment
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from style import colours_of_c, new_figure, one_strength, plain_ticks, spread

MOST_LAYERS = 4  # in one picture
MOST_IN_LEGEND = 16  # members; a colour bar beyond
ROWS = (("cosine", r"cosine of $h$ and $\partial L/\partial h$"), ("active", "active neurons"))


def draw_alignment(run):
    """A column a hidden layer, a line a member of the first series that has any; None where none
    was measured twice."""
    followed = [m for m in run.members if m.alignment.get("step", np.empty(0)).size > 1]
    if not followed:
        return None
    members = [m for m in followed if m.series == followed[0].series]
    layers = spread(range(members[0].alignment["cosine"].shape[1]), MOST_LAYERS)
    legend = len(members) <= MOST_IN_LEGEND
    colours = colours_of_c(members, even=legend)
    figure, axes = new_figure(2.4 + 3.4 * len(layers), 5.6, 2, len(layers), sharex=True,
                              sharey="row")
    for column, layer in enumerate(layers):
        for row, (name, _) in enumerate(ROWS):
            for member in members:
                axes[row, column].plot(
                    member.alignment["step"], member.alignment[name][:, layer],
                    color=colours.to_rgba(member.strength),
                    linestyle=(0, (3, 1.2)) if member.diverged else "-")
        axes[0, column].axhline(0, color="#888888", linewidth=0.8, linestyle=":", zorder=1)
        axes[0, column].set_title(f"hidden layer {layer + 1}")
        axes[1, column].set_xlabel("step $t$")
    for row, (_, label) in enumerate(ROWS):
        axes[row, 0].set_ylabel(label)
    axes[1, 0].set_ylim(0, 1)
    _limit_steps(axes, max(m.alignment["step"][-1] for m in members))
    _tell_strengths(run, figure, axes, members, colours, legend)
    series = f", {members[0].series}" if members[0].series else ""
    figure.suptitle(f"{run.name}: alignment in training{series}", x=0.01, ha="left", weight="bold",
                    size=11)
    return figure


def _limit_steps(axes, last):
    """The first steps, where a catapult is, and all the others."""
    for ax in axes.flat:
        if last <= 30:
            ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            continue
        ax.set_xscale("symlog", linthresh=10, linscale=1.5)
        ax.set_xlim(-0.5, 1.1 * last)
        ax.set_xticks([0, 5, *10 ** np.arange(1, np.log10(last) + 1e-9)])
        ax.xaxis.set_major_formatter("{x:g}")


def _tell_strengths(run, figure, axes, members, colours, legend):
    name = r"$c=\eta\lambda_0$" if run.knows_c else r"$\eta$"
    if legend:
        handles = [Line2D([], [], color=colours.to_rgba(m.strength), label=f"{m.strength:.3g}",
                          linestyle=(0, (3, 1.2)) if m.diverged else "-") for m in members]
        axes[0, -1].legend(handles=handles[::-1], title=name, loc="upper left",
                           bbox_to_anchor=(1.02, 1.03), borderaxespad=0, handlelength=1.6)
    elif not one_strength(members):
        bar = figure.colorbar(colours, ax=axes, aspect=30, pad=0.02)
        bar.set_label(name + "   (dashed: diverged)")
        bar.outline.set_visible(False)
        plain_ticks(bar.ax.yaxis, colours.norm.vmin, colours.norm.vmax)
