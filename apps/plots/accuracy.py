"""Pictures of the accuracy over physical time, and before and after a decay of the learning rate.

defines: draw_accuracy_in_time, draw_decay, tell_decay
"""

import numpy as np
from matplotlib.lines import Line2D

from phases import LearningRateAxis, mark_diverged, phase_boundaries, shade_phases
from style import SERIES_COLOURS, colours_of_c, new_figure, one_strength, plain_ticks

KINDS = (("test_accuracy", "test accuracy (%)"), ("accuracy", "training accuracy (%)"))
MOST_IN_LEGEND = 14  # members; a colour bar beyond


def _recorded(members):
    """Kinds of accuracy that some member has."""
    return [kind for kind in KINDS if any(np.isfinite(getattr(m, kind[0])).any() for m in members)]


def draw_accuracy_in_time(run):
    """Accuracies against t*eta, one line a member, or None where fewer than three rows have one."""
    members = [m for m in run.members if m.series == run.series[0]]
    members = [m for m in members if np.isfinite(m.accuracy).sum() > 2]
    kinds = _recorded(members)
    if not kinds:
        return None
    even = len(members) <= MOST_IN_LEGEND
    colours = colours_of_c(members, even=even)
    first, last = _span(members)
    figure, axes = new_figure(4.2 * len(kinds) + 1.6, 3.7, 1, len(kinds), sharex=True)
    for ax, (key, label) in zip(axes[0], kinds):
        for m in members:
            shown = m.time >= first  # a log axis has no zero
            ax.plot(m.time[shown], 100 * getattr(m, key)[shown], marker=".", markersize=4,
                    linewidth=1.3, color=colours.to_rgba(m.strength),
                    linestyle=(0, (3, 1.2)) if m.diverged else "-")
        ax.set_ylabel(label)
        ax.set_xlabel(r"physical time $t\,\eta$")
        _mark_decay_time(ax, run)
    if first > 0:
        axes[0, 0].set_xscale("log")
        axes[0, 0].set_xlim(first / 1.1, 1.1 * last)
        plain_ticks(axes[0, 0].xaxis, first, last)
    _tell_colours(run, figure, axes, members, colours, even)
    figure.suptitle(f"{run.name}: accuracy in physical time" +
                    (f" ({run.series[0]})" if len(run.series) > 1 else ""), x=0.01, ha="left",
                    weight="bold", size=11)
    return figure


def _tell_colours(run, figure, axes, members, colours, even):
    """A legend of few members, a colour bar of many; the value itself where there is one."""
    name = r"$c=\eta\lambda_0$" if run.knows_c else r"$\eta$"
    if even:
        handles = [Line2D([], [], color=colours.to_rgba(m.strength),
                          linestyle=(0, (3, 1.2)) if m.diverged else "-",
                          label=f"{m.strength:.3g}" + ("  (diverged)" if m.diverged else ""))
                   for m in reversed(members)]
        axes[0, -1].legend(handles=handles, title=name, loc="upper left", borderaxespad=0,
                           bbox_to_anchor=(1.02, 1.0), handlelength=1.6, alignment="left")
    elif one_strength(members):
        axes[0, -1].set_title(f"{name} = {members[0].strength:.3g}")
    else:
        bar = figure.colorbar(colours, ax=axes, aspect=30, pad=0.02)
        bar.set_label(name + "   (dashed: diverged)")
        plain_ticks(bar.ax.yaxis, colours.norm.vmin, colours.norm.vmax)


def _span(members):
    """First and last time shown: the first step of all on, for a log axis, where times span a lot,
    else from 0 on."""
    steps = [m.time[m.time > 0].min() for m in members]
    last = max(m.time.max() for m in members)
    return (min(steps), last) if last > 30 * min(steps) else (0.0, last)


def _mark_decay_time(ax, run):
    if "time" not in run.decay:
        return
    ax.axvline(run.decay["time"], color="#666666", linewidth=0.9, linestyle=":", zorder=1)
    ax.annotate("decay", (run.decay["time"], 0.02), (-3, 0), xycoords=ax.get_xaxis_transform(),
                textcoords="offset points", ha="right", va="bottom", size=8.5, color="#666666")


def _before_and_after(run, member, key):
    """Accuracies in percent where the learning rate falls and at the end; None where either is not
    known."""
    row = -1 if member.diverged else run.row_before_decay(member)
    values = getattr(member, key)
    if row < 0 or not np.isfinite([values[row], values[-1]]).all():
        return None
    return 100 * values[row], 100 * values[-1]


def draw_decay(run):
    """Accuracies before and after the first decay against eta with 2/lambda_0 and the edge of
    divergence, or None where no member has passed one."""
    known = {kind: {m.name: found for m in run.members
                    if (found := _before_and_after(run, m, kind[0])) is not None}
             for kind in _recorded(run.members)}
    known = {kind: values for kind, values in known.items() if values}
    if not known:
        return None
    axis = LearningRateAxis(run)
    figure, axes = new_figure(4.3 * len(known) + 1.7, 4.1, 1, len(known))
    for ax, ((_, label), values) in zip(axes[0], known.items()):
        for number, series in enumerate(run.series):
            colour = SERIES_COLOURS[number % len(SERIES_COLOURS)]
            members = [m for m in run.of(series) if m.name in values]
            x = [axis.x(m) for m in members]
            for which, (what, line, face) in enumerate((("before", "--", "white"),
                                                        ("after", "-", colour))):
                ax.plot(x, [values[m.name][which] for m in members], color=colour, marker="o",
                        markersize=5.5, markerfacecolor=face, linewidth=1.2, zorder=4,
                        linestyle="none" if run.replicated else line,
                        label=f"{series + ', ' if series else ''}{what} the decay")
        ends = [end for pair in values.values() for end in pair]
        height = max(max(ends) - min(ends), 4)
        ax.set_ylim(min(ends) - 0.15 * height, max(ends) + 0.2 * height)
        ax.set_ylabel(label)
        axis.finish(ax, run.members)
        shade_phases(ax, axis, run)
        _draw_edges(ax, axis, run)
        mark_diverged(ax, axis, run)
    axes[0, -1].legend(loc="upper left", bbox_to_anchor=(1.03, 1.0), borderaxespad=0)
    when = f"$t\\,\\eta$ = {run.decay['time']:g}" if "time" in run.decay else \
        f"step {run.decay['step']}"
    figure.suptitle(f"{run.name}: accuracy before the learning rate falls to "
                    f"{run.decay['learning_rate']:g} at {when}, and at the end", x=0.01, ha="left",
                    weight="bold", size=11)
    return figure


def _draw_edges(ax, axis, run):
    """Lines at 2/lambda_0 and half way between the last member that ended and the first that
    diverged."""
    _, upper = phase_boundaries(axis, run.members)
    low, high = ax.get_xlim()
    if axis.known and low < axis.critical < high:
        ax.axvline(axis.critical, color="black", linewidth=1.1, linestyle="--", zorder=3,
                   label=r"$c=2$" if axis.in_c else r"$\eta_{\mathrm{crit}}=2/\lambda_0$")
    if upper is not None and any(m.diverged for m in run.members) and low < upper < high:
        ax.axvline(upper, color="#B00020", linewidth=1.1, linestyle="--", zorder=3,
                   label="edge of divergence")


def tell_decay(run):
    """The member with the best test accuracy before and after the decay, one line each."""
    found = [(m, values) for m in run.members
             if (values := _before_and_after(run, m, "test_accuracy")) is not None]
    for which, what in enumerate(("before", "after")):
        if found:
            best, values = max(found, key=lambda pair: pair[1][which])
            strength = f"c = {best.c:.3g}" if np.isfinite(best.c) else \
                f"eta = {best.learning_rate:.3g}"
            yield (f"best test accuracy {what} the decay: {values[which]:.2f} % "
                   f"(member {best.name}, {strength})")
