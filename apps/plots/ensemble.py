"""The picture of an ensemble, whose members are many and have nothing but their row of the summary.

defines: draw_ensemble, tell_ensemble
"""

import numpy as np
from matplotlib.colors import LogNorm

from style import new_figure, plain_ticks

PHASES = {"lazy": "#9CC3E0", "catapult": "#F2B872", "divergent": "#A9A9A9"}
MOST_BINS = 200  # of c
FEWEST_MEMBERS = 100  # whose shares say something
WIDTH = "model.width"


def draw_ensemble(run):
    """Shares of the phases, final curvature and, where widths are swept, the peak of the loss over
    c and width; None for other runs, and without several c."""
    if not run.is_ensemble:
        return None
    table = run.table[np.isfinite(run.table.c) & run.table.phase.isin(PHASES)]
    if len(table) < FEWEST_MEMBERS or table.c.round(6).nunique() < 3:
        return None
    edges = _edges(table.c)
    wide = WIDTH in table and table[WIDTH].nunique() > 2
    panels = [_draw_shares, _draw_curvature] + ([_draw_peaks] if wide else [])
    figure, axes = new_figure(4.6 * len(panels), 3.9, 1, len(panels))
    for ax, draw in zip(axes[0], panels):
        draw(figure, ax, table, edges)
        ax.set_xlim(edges[0], edges[-1])
        ax.set_xlabel(r"$c=\eta\lambda_0$")
        ax.grid(False)
    figure.suptitle(f"{run.name}: {len(run.table)} members", x=0.01, ha="left", weight="bold",
                    size=11)
    return figure


def tell_ensemble(run):
    """How many members the pictures of single members show."""
    if run.is_ensemble and len(run.members) < len(run.table):
        yield (f"an ensemble of {len(run.table)} members: pictures of single members show "
               f"{len(run.members)} of them, drawn at random")


def _edges(c):
    """Bins: one a value where the values are few, else as many as a picture can show."""
    values = np.unique(c.round(6))
    if len(values) > MOST_BINS:
        return np.linspace(values[0], values[-1], MOST_BINS + 1)
    middle = (values[1:] + values[:-1]) / 2
    return np.concatenate([[2 * values[0] - middle[0]], middle, [2 * values[-1] - middle[-1]]])


def _draw_shares(_, ax, table, edges):
    counts = np.array([np.histogram(table.c[table.phase == phase], edges)[0] for phase in PHASES])
    shares = counts / np.maximum(counts.sum(axis=0), 1)
    below = np.zeros(len(edges) - 1)
    for phase, share in zip(PHASES, shares):
        if share.any():
            ax.stairs(below + share, edges, baseline=below, fill=True, color=PHASES[phase],
                      label=phase)
        below = below + share
    ax.set_ylim(0, 1)
    ax.set_title("share of the phases")
    ax.legend(loc="lower left", frameon=True, facecolor="white", edgecolor="none")


def _draw_curvature(figure, ax, table, edges):
    ax.set_title(r"final curvature $\eta\lambda_\mathrm{end}$, members")
    strength = table.learning_rate * table.lambda_end
    known = np.isfinite(strength)
    if not known.any():
        ax.text(0.5, 0.5, "not measured\n(measure.kernel_every = 0)", ha="center", va="center",
                transform=ax.transAxes, color="#666666")
        return
    highest = max(2.2, 1.05 * strength[known].quantile(0.999))
    counts, _, levels = np.histogram2d(table.c[known], strength[known],
                                       [edges, np.linspace(0, highest, 101)])
    mesh = ax.pcolormesh(edges, levels, np.ma.masked_equal(counts.T, 0), cmap="viridis",
                         norm=LogNorm(1, max(counts.max(), 2)), rasterized=True)
    figure.colorbar(mesh, ax=ax)
    ax.axhline(2, color="#B00020", linewidth=0.9, linestyle=":")


def _draw_peaks(figure, ax, table, edges):
    ax.set_title("mean step of the largest loss")
    widths = np.unique(table[WIDTH])
    settled = table[table.phase != "divergent"]
    column = np.clip(np.searchsorted(edges, settled.c, side="right") - 1, 0, len(edges) - 2)
    row = np.searchsorted(widths, settled[WIDTH])
    shape = (len(widths), len(edges) - 1)
    sums, counts = np.zeros(shape), np.zeros(shape)
    np.add.at(sums, (row, column), settled.step_loss_max)
    np.add.at(counts, (row, column), 1)
    mean = np.ma.masked_where(counts == 0, sums / np.maximum(counts, 1))
    logs = np.log10(widths.astype(float))
    middle = (logs[1:] + logs[:-1]) / 2
    rows = 10 ** np.concatenate([[2 * logs[0] - middle[0]], middle, [2 * logs[-1] - middle[-1]]])
    mesh = ax.pcolormesh(edges, rows, mean, cmap="magma_r", rasterized=True)
    figure.colorbar(mesh, ax=ax)
    ax.set_yscale("log")
    ax.set_ylabel("width")
    plain_ticks(ax.yaxis, widths[0], widths[-1])
