"""Pictures of twins over the learning rate: their final accuracy beside the network's, and from
which step on they stay with it.

defines: draw_twin_accuracy, draw_restored, tell_restored
"""

import numpy as np
from matplotlib.lines import Line2D

from phases import LearningRateAxis, shade_phases
from style import SERIES_COLOURS, new_figure, spread
from twins import TWIN_LINES, fork_colours, twin_name

MOST_ROWS = 3  # series shown
MOST_TWINS = 6
KINDS = (("test_accuracy", "test_accuracy_end", "final test accuracy (%)"),
         ("accuracy", "accuracy_end", "final training accuracy (%)"))


def draw_twin_accuracy(run):
    """Final accuracies of networks and twins against eta, or None where none was recorded."""
    members = [m for m in run.members if m.twins]
    kinds = [kind for kind in KINDS
             if any(np.isfinite(getattr(m, kind[1])) for m in members if not m.diverged)]
    if len({m.learning_rate for m in members}) < 2 or not kinds:
        return None
    names = {(t.at, t.model) for m in members for t in run.asked_twins(m)}
    names = spread(sorted(names), MOST_TWINS)
    series = spread([s for s in run.series if any(m.series == s for m in members)], MOST_ROWS)
    figure, axes = new_figure(4.1 * len(kinds) + 2.0, 3.3 * len(series) + 0.9, len(series),
                              len(kinds))
    axis = LearningRateAxis(run)
    for row, one in enumerate(series):
        for column, (key, end, label) in enumerate(kinds):
            ax = axes[row, column]
            mine = [m for m in members if m.series == one]
            _plot_accuracies(run, ax, axis, mine, names, key, end)
            ax.set_ylabel(label)
            axis.finish(ax, run.members)
            shade_phases(ax, axis, run)
            if one:
                ax.set_title(one)
    _legend(axes[0, -1], members, names)
    figure.suptitle(f"{run.name}: accuracy where training ends, network and twins", x=0.01,
                    ha="left", weight="bold", size=11)
    return figure


def _plot_accuracies(run, ax, axis, members, names, key, end):
    settled = [m for m in members if not m.diverged and np.isfinite(getattr(m, end))]
    y = [100 * getattr(m, end) for m in settled]
    ax.plot([axis.x(m) for m in settled], y, "o", color="#303030", markersize=7, alpha=0.55,
            linestyle="none" if run.replicated else "-", linewidth=2.2, zorder=4)
    diverged = [axis.x(m) for m in members if m.diverged]
    _mark_diverged(ax, diverged, 0, "#303030")
    colours = fork_colours(sorted({at for at, _ in names}))
    for number, (at, model) in enumerate(names):
        colour = colours[at]
        mine = [(m, t) for m in members for t in m.twins if (t.at, t.model) == (at, model)]
        ends = [(axis.x(m), 100 * getattr(t, key)[-1]) for m, t in mine
                if t.outcome not in ("diverged", "left") and not m.diverged and t.step.size]
        if ends:
            x, values = zip(*ends)
            y += values
            ax.plot(x, values, color=colour, marker="o", markersize=4, linewidth=1.4, zorder=5,
                    linestyle="none" if run.replicated else TWIN_LINES[model])
        _mark_diverged(ax, [axis.x(m) for m, t in mine if t.diverged], number + 1, colour)
    lowest, highest = np.nanmin(y, initial=100), np.nanmax(y, initial=0)
    height = max(highest - lowest, 4)
    ax.set_ylim(lowest - 0.12 * height * (1 + 0.5 * len(names)), highest + 0.18 * height)


def _mark_diverged(ax, x, place, colour):
    """Crosses along the bottom, one line of them for each thing that may diverge."""
    if not x:
        return  # an empty line without clipping would spoil the layout
    ax.plot(x, [0.04 + 0.045 * place] * len(x), "x", transform=ax.get_xaxis_transform(),
            color=colour, markersize=5.5, markeredgewidth=1.5, zorder=6, clip_on=False)


def _legend(ax, members, names):
    handles = [Line2D([], [], color="#303030", alpha=0.55, linewidth=2.2, marker="o", markersize=7,
                      label="network")]
    colours = fork_colours(sorted({at for at, _ in names}))
    for at, model in names:
        handles.append(Line2D([], [], color=colours[at], marker="o", markersize=4, linewidth=1.4,
                              linestyle=TWIN_LINES[model], label=twin_name(at, model)))
    if any(m.diverged or any(t.diverged for t in m.twins) for m in members):
        handles.append(Line2D([], [], color="#555555", linestyle="none", marker="x",
                              markeredgewidth=1.5, label="diverged"))
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.03, 1.0), borderaxespad=0,
              handlelength=2.6)


def draw_restored(run):
    """The step of restored linearity, and eta lambda there, against eta; None where fewer than two
    learning rates were watched."""
    members = [m for m in run.members if m.watched]
    if len({m.learning_rate for m in members}) < 2:
        return None
    axis = LearningRateAxis(run)
    figure, axes = new_figure(9.0, 3.9, 1, 2)
    for number, series in enumerate(run.series):
        colour = SERIES_COLOURS[number % len(SERIES_COLOURS)]
        mine = [m for m in members if m.series == series]
        found = [m for m in mine if m.restored_step >= 0]
        for ax, key in zip(axes[0], ("restored_step", "restored_strength")):
            ax.plot([axis.x(m) for m in found], [getattr(m, key) for m in found], "o",
                    color=colour, markersize=5.5, linewidth=1.2, zorder=4, label=series or None,
                    linestyle="none" if run.replicated else "-")
        lost = [axis.x(m) for m in mine if m.restored_step < 0]
        if lost:
            axes[0, 0].plot(lost, [0.7] * len(lost), "x", color=colour, markersize=6, zorder=5,
                            markeredgewidth=1.6, transform=axes[0, 0].get_xaxis_transform(),
                            label="not restored")
    _finish_restored(axes[0], axis, run, members)
    figure.suptitle(f"{run.name}: from when on the linear twin stays with the network", x=0.01,
                    ha="left", weight="bold", size=11)
    return figure


def _finish_restored(axes, axis, run, members):
    steps, strengths = axes
    steps.set_yscale("symlog", linthresh=1, linscale=0.4)
    highest = max([m.restored_step for m in members] + [1])
    steps.set_ylim(-0.2, 6 * highest)
    steps.set_ylabel(r"step $t_{\mathrm{lin}}$ of restored linearity")
    ticks = [0, 1] + [10**power for power in range(1, 10) if 10**power <= 6 * highest]
    steps.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    strengths.set_ylabel(r"$\eta\lambda$ at $t_{\mathrm{lin}}$")
    strengths.axhline(2, color="black", linewidth=1.2, zorder=3)
    known = [m.restored_strength for m in members if np.isfinite(m.restored_strength)]
    strengths.set_ylim(0, 1.35 * max(known + [2]))
    strengths.annotate("linear dynamics stable below", (0.02, 2), (0, 3), ha="left", va="bottom",
                       xycoords=strengths.get_yaxis_transform(), textcoords="offset points",
                       size=8.5, zorder=5)
    for ax in axes:
        axis.finish(ax, run.members)
        shade_phases(ax, axis, run)
    if len(run.series) > 1 or any(m.restored_step < 0 for m in members):
        axes[1].legend(*steps.get_legend_handles_labels(), loc="upper left",
                       bbox_to_anchor=(1.03, 1.0), borderaxespad=0)


def tell_restored(run):
    """One line a watched member."""
    for member in (m for m in run.members if m.watched):
        what = "linearity is not restored"
        if member.restored_step >= 0:
            what = f"linearity restored at t = {member.restored_step}"
        if np.isfinite(member.restored_strength):
            what += f", eta*lambda = {member.restored_strength:.3g}"
        yield f"member {member.name} (c = {member.c:.3g}): {what}"
