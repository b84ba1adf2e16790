"""Pictures of networks beside their twins: loss and accuracy over time, and how far they are apart.

defines: draw_twins, draw_distance, TWIN_LINES, fork_colours, twin_name
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from style import SERIES_COLOURS, new_figure, plain_ticks, spread

MOST_COLUMNS = 3  # members shown
MOST_TWINS = 6  # of one member
TWIN_LINES = {"linear": (0, (4, 1.6)), "quadratic": (0, (1, 1.2))}
NETWORK = dict(color="#303030", linewidth=2.6, alpha=0.55, zorder=2)


def twin_name(at, model):
    return f"{model} twin of step {at}"


def _shown_members(run):
    """Members with twins that have a network's series beside them, survivors first."""
    with_twins = [m for m in run.members if m.twins and m.loss.size]
    settled = [m for m in with_twins if not m.diverged]
    return spread(settled or with_twins, MOST_COLUMNS)


def _shown_forks(run, members):
    return spread(sorted({t.at for m in members for t in run.asked_twins(m)}), MOST_TWINS)


def fork_colours(forks):
    """One a step, the same for all models forked there."""
    return {at: SERIES_COLOURS[number % len(SERIES_COLOURS)] for number, at in enumerate(forks)}


def draw_twins(run):
    """Loss and accuracy of network and twins against steps, or None without twins."""
    members = _shown_members(run)
    if not members:
        return None
    forks = _shown_forks(run, members)
    kinds = [("loss", "training loss $L$", 1), ("accuracy", "training accuracy (%)", 100),
             ("test_accuracy", "test accuracy (%)", 100)]
    kinds = [kind for kind in kinds
             if any(np.isfinite(getattr(m, kind[0])).any() for m in members)]
    figure, axes = _panels(members, kinds)
    _limit_loss(axes[0], members)
    for column, member in enumerate(members):
        for row, (key, _, scale) in enumerate(kinds):
            ax = axes[row, column]
            if key != "loss":
                ax.set_ylim(-3, 103)
            sparse = member.step.size > 1 and member.step[1] - member.step[0] > 1
            ax.plot(member.step, scale * getattr(member, key), marker="o" if sparse else None,
                    markersize=4, **NETWORK)
            for twin in run.asked_twins(member):
                if twin.at in forks:
                    _plot_twin(ax, twin, scale * getattr(twin, key), fork_colours(forks)[twin.at])
    _legend(axes, [t for m in members for t in run.asked_twins(m) if t.at in forks],
            fork_colours(forks), "network")
    _title(figure, run, "network and twins")
    return figure


def draw_distance(run):
    """|f - f_twin| against steps, the watched twins in grey, or None without twins."""
    members = _shown_members(run)
    if not members:
        return None
    forks = _shown_forks(run, members)
    figure, axes = _panels(members, [("distance", r"$|f-f_{\mathrm{twin}}|$", 1)])
    asked = [t for m in members for t in run.asked_twins(m) if t.at in forks]
    _limit_distance(axes[0], asked)
    for ax, member in zip(axes[0], members):
        for twin in member.twins:
            positive = np.where(twin.distance > 0, twin.distance, np.nan)  # zero at the fork
            if any(twin is other for other in asked):
                _plot_twin(ax, twin, positive, fork_colours(forks)[twin.at])
            else:
                ax.plot(twin.step, positive, color="#BBBBBB", linewidth=0.8, zorder=1)
        if member.watched:
            _tell_restored(ax, member)
    watched = any(len(m.twins) > len(run.asked_twins(m)) for m in members)
    _legend(axes, asked, fork_colours(forks), None, watched)
    _title(figure, run, "distance between network and twin, over all training outputs")
    return figure


def _tell_restored(ax, member):
    """A second line of the title."""
    told = "linearity not restored"
    if member.restored_step >= 0:
        told = rf"linear from $t$ = {member.restored_step} on"
    if np.isfinite(member.restored_strength):
        told += rf", $\eta\lambda$ = {member.restored_strength:.2g}"
    ax.set_title(ax.get_title(loc="left"), loc="left", pad=22)
    ax.text(0, 1.045, told, transform=ax.transAxes, ha="left", va="bottom", size=9)


def _plot_twin(ax, twin, values, colour):
    """Its line from the fork on; a cross where it has diverged, or leaves the panel to do so."""
    ax.plot(twin.step, values, color=colour, linestyle=TWIN_LINES[twin.model], linewidth=1.5,
            zorder=4)
    ax.plot(twin.step[:1], values[:1], "o", color=colour, markersize=4, zorder=5)
    if twin.diverged:
        step, value = _exit(twin.step, values, ax.get_ylim()[1])
        ax.plot([step], [value], "x", color=colour, markersize=6, markeredgewidth=1.6, zorder=6,
                clip_on=False)


def _exit(step, values, top):
    """Where the line meets the upper edge of a logarithmic axis, else where it ends."""
    above = np.flatnonzero(values > top)
    if not above.size or above[0] == 0:
        return step[-1], min(values[-1], top)
    before, after = above[0] - 1, above[0]
    if not values[before] > 0:
        return step[after], top
    share = np.log(top / values[before]) / np.log(values[after] / values[before])
    return step[before] + share * (step[after] - step[before]), top


def _panels(members, kinds):
    """One column a member, one row a quantity; the first row logarithmic."""
    rows, columns = len(kinds), len(members)
    figure, axes = new_figure(2.7 * columns + 2.4, 2.1 * rows + 0.9, rows, columns,
                              sharex="col", sharey="row")
    for column, member in enumerate(members):
        name = rf"$c$ = {member.c:.3g}" if np.isfinite(member.c) else \
            rf"$\eta$ = {member.learning_rate:.3g}"
        extra = ", ".join(text for text in (member.phase, member.series) if text)
        axes[0, column].set_title(name + (f"  ({extra})" if extra else ""), pad=9)
        axes[0, column].set_yscale("log")
        axes[-1, column].set_xlabel("step $t$")
        _step_axis(axes[-1, column], member)
    for row, (_, label, _) in enumerate(kinds):
        axes[row, 0].set_ylabel(label)
    return figure, axes


def _step_axis(ax, member):
    """0, 1, 10, 100, ...: the catapult takes a few steps, what follows hundreds. Linear up to the
    second row, as nothing is known between."""
    last = max([member.step[-1]] + [t.step[-1] for t in member.twins if t.step.size])
    first = float(np.median(np.diff(member.step))) if member.step.size > 1 else 1.0
    if member.step[0] > 0:  # goes on from a checkpoint
        ax.set_xscale("log")
        ax.set_xlim(0.9 * member.step[0], 1.1 * max(last, 1.2 * member.step[0]))
        plain_ticks(ax.xaxis, member.step[0], last)
        return
    ax.set_xscale("symlog", linthresh=first, linscale=0.4)
    ax.set_xlim(-0.12 * first, max(1.3 * last, 2 * first))
    decades = [10**power for power in range(10) if first <= 10**power <= 1.3 * last]
    ax.xaxis.set_major_locator(FixedLocator([0, *decades]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_locator(FixedLocator(
        [digit * 10**power for power in range(10) for digit in range(2, 10)
         if first <= digit * 10**power <= 1.3 * last]))


def _limit_loss(axes, members):
    """What the networks do, with room above for twins that leave; a diverging one ends outside."""
    losses = np.concatenate([m.loss for m in members])
    losses = losses[np.isfinite(losses) & (losses > 0)]
    if losses.size:
        axes[0].set_ylim(losses.min() / 3, 30 * losses.max())


def _limit_distance(axes, twins):
    """Of the twins that stay, from what their last steps add to what they reach."""
    staying = [t.distance for t in twins if not t.diverged and np.isfinite(t.distance).all()]
    highest = max((d.max() for d in staying if d.size), default=0)
    ends = [d[-1] for d in staying if d.size and d[-1] > 0]
    if ends and highest > 0:
        axes[0].set_ylim(max(min(ends) / 30, 1e-7 * highest), 30 * highest)


def _legend(axes, twins, colours, network, watched=False):
    """Beside all panels, as they have the same lines."""
    handles = [Line2D([], [], label=network, **NETWORK)] if network else []
    for at, model in sorted({(t.at, t.model) for t in twins}):
        handles.append(Line2D([], [], color=colours[at], linestyle=TWIN_LINES[model],
                              label=twin_name(at, model)))
    if watched:
        handles.append(Line2D([], [], color="#BBBBBB", linewidth=0.8,
                              label="watched twins (end where they leave)"))
    if any(t.diverged for t in twins):
        handles.append(Line2D([], [], color="#555555", linestyle="none", marker="x",
                              markeredgewidth=1.6, label="diverged"))
    axes[0, -1].legend(handles=handles, loc="upper left", bbox_to_anchor=(1.03, 1.03),
                       borderaxespad=0, handlelength=2.6, alignment="left")


def _title(figure, run, text):
    figure.suptitle(f"{run.name}: {text}", x=0.01, ha="left", weight="bold", size=11)
