"""The picture of the laws of large width.

defines: draw_asymptotics, tell_asymptotics
"""

import numpy as np

from kernel_change import fits_of
from laws import WIDTH, has_theory, is_solvable, laws_of, width_table
from run_folder import short
from style import SERIES_COLOURS, new_figure
from warm_up import warm_up

MOST_OF_A_LAW = 7  # shown and told

# label of the points' x and y, whether these are logarithms of n and of what is shown
AXES = {
    "steps to the peak per ln n": ("width $n$", "step of the largest loss", True, False),
    "exponent of the peak loss": ("width $n$", "largest loss", True, True),
    "exponent of the lazy shift of lambda":
        ("width $n$", r"$(\lambda_0-\lambda_\mathrm{end})\,/\,\lambda_0$", True, True),
    "share of the final curvature explained by its log-period":
        (r"$\ln(n/f_0^2)\,/\,2\ln(c-1)$ mod 1", r"$\eta\lambda_\mathrm{end}$", False, False),
}
CRITICAL = (r"$\ln|c-2|$", r"$\ln t^*$", False, False)

# What the warm-up model tells beside a law's points
BESIDE = {
    "steps to the peak per ln n": "peak_step",
    "exponent of the peak loss": "peak_loss",
    "exponent of the lazy shift of lambda": "lambda_change",
}


def draw_asymptotics(run):
    """The fits over their points, a panel a law; None where there are none. Beside networks other
    than the warm-up model, what that one does at the same c, lambda_0 and loss, by crosses."""
    laws = [law for law in _some(laws_of(run)) if law.points]
    order = {name: place for place, name in enumerate(AXES)}
    names = sorted({law.law for law in laws}, key=lambda name: (order.get(name, len(order)), name))
    if not names:
        return None
    panels = [(_drawer(name), name, [law for law in laws if law.law == name]) for name in names]
    if not is_solvable(run):
        ended = width_table(run).dropna(subset="lambda_end")
        panels += [] if ended.empty else [(_draw_curvature, "final curvature", ended)]
        fits = fits_of(run)
        panels += [(_draw_change, "change of the kernel", fits)] if fits else []
    columns = min(2, len(panels))
    lines = -(-len(panels) // columns)
    figure, axes = new_figure(5.2 * columns, 3.8 * lines, lines, columns)
    for ax, (draw, name, what) in zip(axes.flat, panels):
        ax.set_title(name)
        draw(ax, run, name, what)
    for ax in axes.flat[len(panels):]:
        ax.axis("off")
    beside = "" if is_solvable(run) or not has_theory(run) else \
        "; crosses: the warm-up model at the same $c$, $\\lambda_0$ and loss"
    figure.suptitle(f"{run.name}: laws of the width{beside}", x=0.01, ha="left", weight="bold",
                    size=11)
    return figure


def tell_asymptotics(run):
    """One line a law."""
    laws = laws_of(run)
    told = _some(laws)
    for law in told:
        yield (f"{law.law} at {law.place}: {law.value:.4g} +- {law.error:.2g}"
               f"{_theory_of(run, law)}, {len(law.rows)} members"
               f"{'; ' + law.note if law.note else ''}")
    if len(told) < len(laws):
        yield f"{len(laws) - len(told)} more laws are in fits.json"


def _some(laws):
    """No more of a kind than a panel can show, from first to last."""
    chosen = []
    for name in dict.fromkeys(law.law for law in laws):
        chosen += _few([law for law in laws if law.law == name])
    return chosen


def _few(alike):
    places = np.linspace(0, len(alike) - 1, min(len(alike), MOST_OF_A_LAW)).round()
    return [alike[int(place)] for place in places]


def _theory_of(run, law):
    """What theory says, which is of the warm-up model."""
    whose = "theory" if is_solvable(run) else "warm-up model"
    return f" ({whose} {law.theory:.3g})" if np.isfinite(law.theory) else ""


# --- Panels ---

def _drawer(name):
    if name.startswith("collapse"):
        return _draw_collapse
    return _draw_gains if name.startswith("variance gain") else _draw_law


def _draw_law(ax, run, name, laws):
    """Points, the fit, and what the warm-up model does."""
    fitted = not name.startswith("share")
    across, up, log_x, log_y = AXES.get(name, CRITICAL)
    for number, law in enumerate(laws):
        colour = _colour(run, law.at.get("of", ""), law.at.get("c"), number)
        x, y, error = np.array(law.points).T
        at = np.exp(x) if log_x else x
        bars = error if error.any() else None
        if log_y:
            bars = None if bars is None else np.exp(y) * [1 - np.exp(-error), np.exp(error) - 1]
        ax.errorbar(at, np.exp(y) if log_y else y, bars, fmt="o", color=colour, markersize=4,
                    capsize=2, zorder=3, label=rf"{law.place}: {law.value:.3f} $\pm$ "
                    f"{law.error:.1g}{_theory_of(run, law)}")
        if fitted:
            line = np.polyval(np.polyfit(x, y, 1), x)
            ax.plot(at, np.exp(line) if log_y else line, color=colour, linewidth=1.2, zorder=2)
        if name in BESIDE:
            _draw_beside(ax, run, law.rows, BESIDE[name], colour)
    if log_x:
        ax.set_xscale("log")
    if log_y:
        ax.set_yscale("log")
    _finish(ax, across, up)


def _draw_collapse(ax, run, name, laws):
    """A colour a width: they lie on one curve."""
    law = laws[0]
    exponents = [law] + [other for other in laws_of(run) if other is not law
                         and other.law.startswith("collapse") and other.rows == law.rows]
    x, y, _ = np.array(law.points).T
    widths = width_table(run).set_index("member")[WIDTH].loc[law.rows].to_numpy()
    for number, width in enumerate(np.unique(widths)):
        mine = widths == width
        ax.plot(x[mine], y[mine], "o", markersize=4, label=f"n = {short(width)}",
                color=SERIES_COLOURS[number % len(SERIES_COLOURS)])
    ax.set_title("data collapse of all widths")
    ax.set_xscale("symlog", linthresh=1)
    ticks = [sign * 10**power for sign in (-1, 1) for power in (0, 1, 2, 3)]
    ax.set_xticks([0, *(tick for tick in ticks if x.min() <= tick <= x.max())])
    ax.set_xticks([], minor=True)
    ax.set_ylim(-0.04 * y.max(), 1.5 * y.max())  # room for the legend
    told = ",  ".join(rf"{letter} = {one.value:.3f} $\pm$ {one.error:.1g}"
                      for letter, one in zip("ab", exponents))
    _finish(ax, r"$(c-2)\,n^b$", r"$t^*/n^a$")
    ax.legend(loc="upper left", fontsize=7.5, ncols=2, title=told + _theory_of(run, law),
              title_fontsize=7.5)


def _draw_gains(ax, run, name, laws):
    """At each width, over that of independent draws, which gain nothing."""
    for number, law in enumerate(laws):
        x, y, error = np.array(law.points).T
        ax.errorbar(x * 1.02**number, y, error, fmt="o", markersize=5, capsize=3, zorder=3,
                    color=SERIES_COLOURS[number % len(SERIES_COLOURS)],
                    label=rf"{law.place}: mean {law.value:.2f} $\pm$ {law.error:.1g}")
    ax.axhline(1, color="#666666", linewidth=0.9, linestyle=":", zorder=1,
               label="independent draws")
    ax.set_xscale("log")
    widths = sorted({x for law in laws for x, *_ in law.points})
    ax.set_xticks(widths, [f"{width:g}" for width in widths])
    ax.set_xticks([], minor=True)
    ax.set_ylim(0, None)
    _finish(ax, "width, beside the next smaller one",
            "variance of their difference:\nindependent / nested")


def _draw_curvature(ax, run, name, table):
    """eta lambda where training ends, at each learning rate."""
    for (group, c), rows in _few(list(table.groupby(["group", "near"]))):
        colour = _colour(run, group, c)
        ax.plot(rows[WIDTH], rows.learning_rate * rows.lambda_end, "o", color=colour,
                markersize=4, zorder=3, label=f"{f'{group}, ' if group else ''}c = {c:.4g}")
        _draw_beside(ax, run, list(rows.member), "curvature_end", colour)
    ax.set_xscale("log")
    _finish(ax, "width $n$", r"$\eta\lambda_\mathrm{end}$")


def _draw_change(ax, run, name, fits):
    """Of the whole kernel, as in the picture kernel_change."""
    table = width_table(run)
    for number, fit in enumerate(_few(fits)):
        first = table[table.member == fit.members[0]]
        colour = _colour(run, first.group.iloc[0], first.near.iloc[0], number)
        ax.plot(fit.width, fit.change, "o", color=colour, markersize=4, zorder=3, label=fit.text)
        ax.plot(fit.width, fit.factor * fit.width**fit.exponent, color=colour, linewidth=1.2,
                zorder=2)
        _draw_beside(ax, run, fit.members, "lambda_change", colour)
    ax.set_xscale("log")
    ax.set_yscale("log")
    _finish(ax, "width $n$", r"$|\Theta_t-\Theta_0|_F\,/\,|\Theta_0|_F$")


def _colour(run, group, c, otherwise=0):
    """The same in all panels for what shares c and whatever else is swept."""
    known = sorted(set(zip(*width_table(run)[["group", "near"]].to_numpy().T)))
    number = known.index((group, c)) if (group, c) in known else otherwise
    return SERIES_COLOURS[number % len(SERIES_COLOURS)]


def _draw_beside(ax, run, members, what, colour):
    """Crosses: the warm-up model from where each of these members started."""
    if is_solvable(run) or not has_theory(run):
        return
    table = width_table(run)
    rows = table[table.member.isin(members)]
    model = warm_up(rows.c, rows.loss_0, rows.lambda_0, rows[WIDTH], int(rows.steps.max()))
    ax.plot(rows[WIDTH], getattr(model, what), "x", color=colour, markersize=5, alpha=0.7,
            markeredgewidth=1, zorder=1)


def _finish(ax, across, up):
    ax.set_xlabel(across)
    ax.set_ylabel(up)
    ax.legend(loc="best", fontsize=7.5)
