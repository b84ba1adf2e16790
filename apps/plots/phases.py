"""Pictures over the learning rate: the final top eigenvalue, accuracy and loss.

defines: draw_final_lambda, draw_accuracy, draw_final_loss, LearningRateAxis, phase_boundaries,
shade_phases, mark_diverged
"""

import numpy as np

from style import PHASE_COLOURS, SERIES_COLOURS, new_figure, one_strength, plain_ticks

LEAST_LOSS = 1e-16  # shown, in units of the first one: below, rounding


class LearningRateAxis:
    """x of both pictures: eta with c above it, or c alone where the series start from different
    lambda_0; without lambda_0, eta alone."""

    def __init__(self, run):
        lambdas = np.array([m.lambda_0 for m in run.members])
        self.known = bool(lambdas.size) and bool(np.isfinite(lambdas).all())
        self.lambda_0 = float(np.median(lambdas)) if self.known else np.nan
        self.in_c = self.known and lambdas.max() > 1.15 * lambdas.min()

    def x(self, member):
        return member.c if self.in_c else member.learning_rate

    def y(self, value, member):
        return value / member.lambda_0 if self.in_c else value

    @property
    def critical(self):
        """Where the linearized network becomes unstable, 2/lambda_0."""
        return 2.0 if self.in_c else 2.0 / self.lambda_0

    def finish(self, ax, members):
        """Limits, labels, ticks."""
        xs = [self.x(m) for m in members]
        low, high = min(xs), max(xs)
        ax.set_xscale("log")
        ax.set_xlim(low / 1.25, high * 1.25)
        ax.set_xlabel(r"$c=\eta\lambda_0$" if self.in_c else r"learning rate $\eta$")
        plain_ticks(ax.xaxis, low, high)
        if self.known and not self.in_c:
            above = ax.secondary_xaxis("top", functions=(lambda eta: eta * self.lambda_0,
                                                         lambda c: c / self.lambda_0))
            above.set_xlabel(r"$c=\eta\lambda_0$")
            plain_ticks(above.xaxis, low * self.lambda_0, high * self.lambda_0)


def draw_final_lambda(run):
    """Final lambda against eta with 2/eta and the phases, or None where none was measured, or at
    one learning rate alone."""
    measured = [m.lambda_0 if m.diverged else m.lambda_end for m in run.members]
    if one_strength(run.members):
        return None
    settled_unknown = any(not m.diverged for m in run.members) and not any(
        np.isfinite(m.lambda_end) for m in run.members if not m.diverged)
    if settled_unknown or not np.isfinite(measured).any():
        return None
    axis = LearningRateAxis(run)
    figure, axes = new_figure(6.4, 4.6)
    ax = axes[0, 0]
    levels = []
    for number, series in enumerate(run.series):
        colour = SERIES_COLOURS[number % len(SERIES_COLOURS)]
        settled = [m for m in run.of(series) if not m.diverged and m.lambda_end > 0]
        x = [axis.x(m) for m in settled]
        y = [axis.y(m.lambda_end, m) for m in settled]
        levels += y
        ax.plot(x, y, "o", color=colour, markersize=5.5, markeredgecolor="white",
                markeredgewidth=0.6, linestyle="none" if run.replicated else "-", linewidth=1,
                label=series or r"final $\lambda$", zorder=4)
    levels += [1.0 if axis.in_c else axis.lambda_0] if axis.known else []
    _reference_lines(ax, axis, run)
    ax.set_yscale("log")
    ax.set_ylim(max(min(levels) / 2.5, 1e-5 * max(levels)), 3 * max(levels))
    plain_ticks(ax.yaxis, *ax.get_ylim())
    ax.set_ylabel(r"final $\lambda\,/\,\lambda_0$" if axis.in_c else r"final $\lambda$")
    axis.finish(ax, run.members)
    shade_phases(ax, axis, run)
    mark_diverged(ax, axis, run)
    dead = [axis.x(m) for m in run.members if not m.diverged and m.lambda_end == 0]
    if dead:
        _mark(ax, dead, "v", "#303030", r"$\lambda=0$: no gradient is left")
    _legend(ax)
    figure.suptitle(f"{run.name}: curvature where training ends", x=0.01, ha="left", weight="bold",
                    size=11)
    return figure


def draw_accuracy(run):
    """Final accuracies in percent against eta, or None where there are none (one output), or one
    learning rate alone."""
    kinds = (("accuracy_end", "train", "--", "white"), ("test_accuracy_end", "test", "-", None))
    settled = [m for m in run.members if not m.diverged]
    if not _has_accuracy(run) or one_strength(run.members):
        return None
    axis = LearningRateAxis(run)
    figure, axes = new_figure(6.4, 4.6)
    ax = axes[0, 0]
    lowest = 100.0
    for number, series in enumerate(run.series):
        colour = SERIES_COLOURS[number % len(SERIES_COLOURS)]
        for key, kind, line, face in kinds:
            members = [m for m in settled if m.series == series and np.isfinite(getattr(m, key))]
            y = [100 * getattr(m, key) for m in members]
            if not y:
                continue
            lowest = min(lowest, *y)
            ax.plot([axis.x(m) for m in members], y, color=colour, marker="o", markersize=5.5,
                    markerfacecolor=face or colour, linewidth=1.2, zorder=4,
                    linestyle="none" if run.replicated else line,
                    label=f"{series + ', ' if series else ''}{kind}")
    ax.set_ylim(max(lowest - 0.15 * (100 - lowest) - 2, -3), 100 + 0.12 * (100 - lowest) + 1)
    ax.set_ylabel("final accuracy (%)")
    axis.finish(ax, run.members)
    shade_phases(ax, axis, run)
    mark_diverged(ax, axis, run)
    _legend(ax)
    figure.suptitle(f"{run.name}: accuracy where training ends", x=0.01, ha="left", weight="bold",
                    size=11)
    return figure


def draw_final_loss(run):
    """Final loss against eta where no accuracy tells how training ended (one output), or None
    elsewhere, at one learning rate alone, or where all ended at train.stop_loss."""
    settled = [m for m in run.members if not m.diverged and m.loss.size]
    reached = all(m.outcome == "converged" for m in settled)  # the loss they were to reach
    if _has_accuracy(run) or reached or one_strength(run.members):
        return None
    axis = LearningRateAxis(run)
    figure, axes = new_figure(6.4, 4.6)
    ax = axes[0, 0]
    first = max(m.loss[0] for m in settled)
    levels = []
    for number, series in enumerate(run.series):
        members = [m for m in settled if m.series == series]
        y = [max(m.loss[-1], LEAST_LOSS * first) for m in members]
        levels += y
        ax.plot([axis.x(m) for m in members], y, "o", markersize=5.5, markeredgecolor="white",
                markeredgewidth=0.6, color=SERIES_COLOURS[number % len(SERIES_COLOURS)],
                linestyle="none" if run.replicated else "-", linewidth=1,
                label=series or "final loss", zorder=4)
    ax.axhline(first, color="#666666", linewidth=0.9, linestyle=":", zorder=3,
               label="at the start" if len({m.loss[0] for m in settled}) == 1
               else "largest at the start")
    ax.set_yscale("log")
    ax.set_ylim(min(levels) / 10, 30 * max([first, *levels]))
    clipped = any(m.loss[-1] < LEAST_LOSS * first for m in settled)
    floor = rf" (at least {LEAST_LOSS:g} of the first)" if clipped else ""
    ax.set_ylabel("final loss $L$" + floor)
    axis.finish(ax, run.members)
    shade_phases(ax, axis, run)
    mark_diverged(ax, axis, run)
    _legend(ax)
    figure.suptitle(f"{run.name}: loss where training ends", x=0.01, ha="left", weight="bold",
                    size=11)
    return figure


def _has_accuracy(run):
    return any(np.isfinite([m.accuracy_end, m.test_accuracy_end]).any()
               for m in run.members if not m.diverged)


def _reference_lines(ax, axis, run):
    xs = [axis.x(m) for m in run.members]
    x = np.geomspace(min(xs) / 1.3, max(xs) * 1.3, 100)
    ax.plot(x, 2 / x, color="black", linewidth=1.2, zorder=3,
            label=r"$2/c$" if axis.in_c else r"$2/\eta$")
    if axis.known:
        ax.axhline(1.0 if axis.in_c else axis.lambda_0, color="#666666", linewidth=0.9,
                   linestyle=":", zorder=3, label="at the start" if axis.in_c else r"$\lambda_0$")


def phase_boundaries(axis, members):
    """x between lazy and catapult, and between both and divergent; None where unknown.

    The first is 2/lambda_0 unless the members say otherwise (momentum moves it); the second lies
    half way, on the log scale, between the members on its two sides."""
    at = {phase: [axis.x(m) for m in members if m.phase == phase] for phase in PHASE_COLOURS}
    beyond = at["catapult"] + at["divergent"]
    lower = axis.critical if axis.known else None
    if at["lazy"] and beyond:
        left, right = max(at["lazy"]), min(beyond)
        apart = left < right  # not where a member ended amid its catapult, with lambda above lambda_0
        if lower is None or (apart and not left <= 1.001 * lower <= 1.002 * right):
            lower = np.sqrt(left * right)
    upper = None
    if at["divergent"]:
        settled = [x for x in at["lazy"] + at["catapult"] if x < min(at["divergent"])]
        upper = np.sqrt(max(settled) * min(at["divergent"])) if settled else lower
    if lower is not None and upper is not None:
        upper = max(lower, upper)
    return lower, upper


def shade_phases(ax, axis, run):
    lower, upper = phase_boundaries(axis, run.members)
    left, right = ax.get_xlim()
    edges = {"lazy": (left, lower or left), "catapult": (lower or left, upper or right),
             "divergent": (upper or right, right)}
    if lower is None and not any(m.phase == "catapult" for m in run.members):
        edges["catapult"] = (left, left)
    for phase, (begin, end) in edges.items():
        begin, end = np.clip([begin, end], left, right)
        if end <= begin * 1.0001:
            continue
        ax.axvspan(begin, end, color=PHASE_COLOURS[phase], linewidth=0, zorder=0)
        share = np.log(end / begin) / np.log(right / left)
        inches = share * ax.get_figure().get_figwidth() / ax.get_gridspec().ncols
        if inches > 0.2:
            ax.text(np.sqrt(begin * end), 0.98, phase, transform=ax.get_xaxis_transform(),
                    ha="center", va="top", rotation=0 if inches > 0.9 else 90, style="italic",
                    color="#555555", size=9.5, zorder=3.5,
                    bbox=dict(facecolor=PHASE_COLOURS[phase], edgecolor="none", pad=1.5))


def mark_diverged(ax, axis, run):
    x = [axis.x(m) for m in run.members if m.diverged]
    if x:
        _mark(ax, x, "x", "#B00020", "diverged")


def _mark(ax, x, marker, colour, label):
    """Along the bottom: what has no value."""
    ax.plot(x, [0.035] * len(x), marker, transform=ax.get_xaxis_transform(), color=colour,
            markersize=6, markeredgewidth=1.6, zorder=5, clip_on=False, label=label)


def _legend(ax):
    handles, labels = ax.get_legend_handles_labels()
    if len(handles) > 6:
        ax.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)
        return
    ax.legend(handles, labels, loc="best")
