"""Pictures over time: the loss, and the top eigenvalue of the kernel.

defines: draw_loss, draw_lambda, draw_error_share
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from style import colours_of_c, new_figure, one_strength, plain_ticks, spread

MOST_ROWS = 4  # series shown in one picture
MOST_IN_LEGEND = 16  # members; a colour bar beyond
PHASES = ("lazy", "catapult", "divergent")


def draw_loss(run):
    """Loss against step and against t*eta, or None where no member has a course."""
    curves = {m.name: (m.step, m.time, m.loss) for m in run.members if m.loss.size}
    if not _has_course(curves):
        return None
    figure, axes, shown = _panels(run, curves, "training loss $L$")
    settled = [m for m in shown if not m.diverged] or shown
    finite = np.concatenate([_finite(curves[m.name][2]) for m in settled])
    if finite.size:
        first = max(curves[m.name][2][0] for m in shown if np.isfinite(curves[m.name][2][0]))
        highest = 3 * max(finite.max(), first)
        lowest = max(finite.min() / 2, 1e-8 * first)
        axes[0, 0].set_ylim(min(lowest, first / 10), highest)
    for ax in axes.flat:
        ax.set_yscale("log")
    figure.suptitle(f"{run.name}: training loss", x=0.01, ha="left", weight="bold", size=11)
    return figure


def draw_lambda(run):
    """lambda_t/lambda_0 against step and t*eta, or None where lambda was not followed."""
    curves = {
        m.name: (m.kernel_step, m.kernel_time, m.kernel_lambda / m.lambda_0)
        for m in run.members
        if m.kernel_time.size > 1 and np.isfinite(m.lambda_0)
    }
    if not _has_course(curves):
        return None
    figure, axes, shown = _panels(run, curves, r"$\lambda_t\,/\,\lambda_0$")
    settled = [m for m in shown if not m.diverged] or shown
    values = np.concatenate([_finite(curves[m.name][2]) for m in settled])
    highest, lowest = max(1.15, 1.1 * values.max()), values.min()
    wide = lowest < 0.05
    axes[0, 0].set_ylim(max(lowest / 1.5, 1e-4) if wide else 0, min(highest, 10))
    for ax in axes.flat:
        ax.axhline(1, color="#888888", linewidth=0.8, linestyle=":", zorder=1)
        if wide:
            ax.set_yscale("log")
    figure.suptitle(f"{run.name}: top eigenvalue of the kernel, over its initial value", x=0.01,
                    ha="left", weight="bold", size=11)
    return figure


def draw_error_share(run):
    """Share of the error in the top eigenvectors of the kernel, or None where it was not measured,
    or is 1 as there are no others."""
    curves = {m.name: (m.kernel_step, m.kernel_time, m.error_share) for m in run.members
              if m.error_share.size > 1 and m.error_share.size == m.kernel_time.size
              and (m.error_share > 0).any()}
    if not _has_course(curves) or all((share[share > 0] > 1 - 1e-6).all()
                                      for *_, share in curves.values()):
        return None
    figure, axes, _ = _panels(run, curves, r"share of $|f-y|^2$")
    axes[0, 0].set_ylim(-0.03, 1.03)
    modes = run.deck.get("measure", {}).get("error_modes", 1)
    figure.suptitle(f"{run.name}: the error along the kernel's "
                    + ("top eigenvector" if modes == 1 else f"{modes} top eigenvectors"),
                    x=0.01, ha="left", weight="bold", size=11)
    return figure


def _has_course(curves):
    """Whether any has a row between its first and last one: a line between the two tells nothing."""
    return any(len(step) > 2 for step, _, _ in curves.values())


def _finite(values):
    return values[np.isfinite(values) & (values > 0)]


def _shown_series(run, curves):
    """Series with curves; where there are too many, some spread evenly over all."""
    series = [s for s in run.series if any(m.name in curves for m in run.of(s))]
    return spread(series, MOST_ROWS)


def _panels(run, curves, label):
    """One row a series: the first steps on the left, physical time on the right."""
    series = _shown_series(run, curves)
    shown = [m for m in run.members if m.series in series and m.name in curves]
    colours = colours_of_c(shown, even=_has_legend(series, shown))
    figure, axes = new_figure(8.6, 0.9 + 2.9 * len(series), len(series), 2, sharey=True,
                              sharex="col")
    for row, name in enumerate(series):
        for member in (m for m in shown if m.series == name):
            step, time, values = curves[member.name]
            line = dict(color=colours.to_rgba(member.strength),
                        linestyle=(0, (3, 1.2)) if member.diverged else "-",
                        zorder=3 if member.diverged else 2)
            axes[row, 0].plot(step, values, marker=".", markersize=4, **line)
            later = time > 0  # a log axis has no zero
            axes[row, 1].plot(time[later], values[later], **line)
        if name:
            axes[row, 0].set_title(name)
        axes[row, 0].set_ylabel(label)
    axes[-1, 0].set_xlabel("step $t$")
    axes[-1, 1].set_xlabel(r"physical time $t\,\eta$")
    _limit_x(axes, shown, [curves[m.name] for m in shown])
    if _has_legend(series, shown):
        _add_legend(run, axes, shown, colours)
    elif one_strength(shown):
        axes[0, 1].set_title(f"{_strength_name(run)} = {shown[0].strength:.3g}")
    else:
        _add_colour_bar(run, figure, axes, colours)
    return figure, axes, shown


def _limit_x(axes, shown, curves):
    """Steps up to where the catapult is over; time on a log scale where it spans a lot."""
    last = max(step[-1] for step, _, _ in curves)
    peaks = [m.step[np.nanargmax(m.loss)] for m in shown
             if m.phase == "catapult" and np.isfinite(m.loss).any()]
    rows = max(np.median(np.diff(step)) for step, _, _ in curves if len(step) > 1)
    horizon = min(last, max([20.0, 6 * rows] + [2 * peak for peak in peaks]))
    axes[0, 0].set_xlim(-0.02 * horizon, max(horizon, 1))
    axes[0, 0].xaxis.set_major_locator(MaxNLocator(6, integer=True))
    times = np.concatenate([time[time > 0] for _, time, _ in curves])
    if times.size and times.max() > 30 * times.min():
        axes[0, 1].set_xscale("log")
        axes[0, 1].set_xlim(times.min(), 1.05 * times.max())


def _has_legend(series, shown):
    return len(series) == 1 and len(shown) <= MOST_IN_LEGEND


def _strength_name(run):
    return r"$c=\eta\lambda_0$" if run.knows_c else r"$\eta$"


def _add_colour_bar(run, figure, axes, colours):
    bar = figure.colorbar(colours, ax=axes, aspect=30, pad=0.02)
    bar.set_label(_strength_name(run) + "   (dashed: diverged)")
    bar.outline.set_visible(False)
    plain_ticks(bar.ax.yaxis, colours.norm.vmin, colours.norm.vmax)


def _add_legend(run, axes, shown, colours):
    """Every member by its c, grouped by phase."""
    handles = []
    for phase in reversed(("", *PHASES)):
        members = [m for m in shown if (m.phase if m.phase in PHASES else "") == phase]
        if members:
            handles.append(Line2D([], [], linestyle="none", label=phase or "other"))
        for member in sorted(members, key=lambda m: -m.strength):
            text = f"{member.strength:.3g}"
            if member.diverged:
                text += f"  (to step {member.steps})"
            handles.append(Line2D([], [], color=colours.to_rgba(member.strength), label=text,
                                  linestyle=(0, (3, 1.2)) if member.diverged else "-"))
    legend = axes[0, 1].legend(handles=handles, title=_strength_name(run), loc="upper left",
                               bbox_to_anchor=(1.02, 1.03), borderaxespad=0, handlelength=1.6,
                               alignment="left")
    for text in legend.get_texts():
        if text.get_text() in (*PHASES, "other"):
            text.set_fontstyle("italic")
            text.set_x(-22)
