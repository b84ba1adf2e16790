"""Spikes of the loss in training: those of one member, and how often they come.

defines: draw_spikes, tell_spikes, power_of_rate, FLATTENING
"""

import h5py
import numpy as np
import pandas as pd

from style import SERIES_COLOURS, new_figure

FLATTENING = 0.1  # a spike is large where lambda loses more than this share of itself
MOST_MARKED = 12  # spikes, the highest, in the picture of one member


def draw_spikes(run):
    """Loss and lambda of the member of the most large spikes, and the rate of spikes against
    n/eta; None where no spike was found."""
    spikes = _spikes(run)
    if spikes is None or not len(spikes):
        return None
    rates = _rates(run, spikes)
    columns = 2 if rates else 1
    figure, axes = new_figure(5.2 * columns + (1.6 if rates else 0), 4.8, 2, columns)
    _one_member(axes[:, 0], run, spikes)
    if rates:
        grid = axes[0, 1].get_gridspec()
        for ax in axes[:, 1]:
            ax.remove()
        _all_rates(figure.add_subplot(grid[:, 1]), rates)
    figure.suptitle(f"{run.name}: spikes of the loss", x=0.01, ha="left", weight="bold", size=11)
    return figure


def tell_spikes(run):
    """How many, what grows in them, and the powers of n/eta by which the large ones come."""
    spikes = _spikes(run)
    if spikes is None:
        return
    runs = run.table[run.table.steps > 0]
    line = f"{len(spikes)} spikes in {len(runs)} runs"
    if len(spikes):
        modes = run.deck.get("measure", {}).get("error_modes", 1)
        line += (f", {spikes.large.sum()} large (lambda falls by more than {FLATTENING:.0%}); "
                 f"share of the growth in the top {modes} kernel eigenvectors: median "
                 f"{spikes.top_share.median():.2f}, above 0.9 in "
                 f"{(spikes.top_share > 0.9).mean():.0%}")
    yield line
    for name, _, _, _, fit in _rates(run, spikes):
        if fit:
            yield (f"large spikes{', ' + name if name else ''}: rate ~ (n/eta)^p, "
                   f"p = {fit[1]:.2f} +- {fit[2]:.2f}")


def power_of_rate(x, counts, steps):
    """(a, p, error of p) of counts = steps exp(a + p ln x), by the likelihood of Poisson's
    distribution; the error is widened where counts scatter more than it tells. None where there is
    nothing to fit."""
    x, counts, steps = (np.asarray(values, dtype=float) for values in (x, counts, steps))
    if len(np.unique(x)) < 3 or np.count_nonzero(counts) < 2:
        return None
    middle = np.log(x).mean()
    design = np.column_stack([np.ones_like(x), np.log(x) - middle])
    fit = np.array([np.log(counts.sum() / steps.sum()), 0.0])
    for _ in range(50):
        expected = steps * np.exp(design @ fit)
        information = design.T @ (expected[:, None] * design)
        change = np.linalg.solve(information, design.T @ (counts - expected))
        fit += np.clip(change, -1, 1)
    expected = steps * np.exp(design @ fit)
    scatter = ((counts - expected) ** 2 / expected).sum() / (len(x) - 2)
    error = np.sqrt(np.linalg.inv(information)[1, 1] * max(1.0, scatter))
    return fit[0] - fit[1] * middle, fit[1], error


def _spikes(run):
    path = run.path / "spikes.csv"
    if not path.exists():
        return None
    spikes = pd.read_csv(path, dtype={"member": str})
    spikes["large"] = spikes.lambda_after < (1 - FLATTENING) * spikes.lambda_before
    return spikes


def _rates(run, spikes):
    """For each batch (name, n/eta, [large, all] counts a width, steps, fit of the large ones); []
    where the width is not swept."""
    if "model.width" not in run.table:
        return []
    table = run.table[run.table.steps > 0].copy()
    for kind, found in (("large", spikes[spikes.large]), ("all", spikes)):
        table[kind] = table.member.map(found.groupby("member").size()).fillna(0)
    batches = sorted(table["data.batch"].unique()) if "data.batch" in table else [None]
    rates = []
    for batch in batches:
        rows = table if batch is None else table[table["data.batch"] == batch]
        points = rows.groupby("model.width").agg(eta=("learning_rate", "mean"),
                                                 large=("large", "sum"), all=("all", "sum"),
                                                 steps=("steps", "sum"))
        x, steps = (points.index / points.eta).to_numpy(), points.steps.to_numpy()
        counts = points[["large", "all"]].to_numpy().T
        rates.append(("" if batch is None else f"batch {batch}", x, counts, steps,
                      power_of_rate(x, counts[0], steps)))
    return rates


def _all_rates(ax, rates):
    for (name, x, (large, every), steps, fit), colour in zip(rates, SERIES_COLOURS):
        name = name or "large spikes"
        if fit:
            name += rf": $(n/\eta)^{{{fit[1]:.2f} \pm {fit[2]:.2f}}}$"
            ax.plot(x, 1000 * np.exp(fit[0]) * x ** fit[1], color=colour, linewidth=1)
        some = large > 0
        ax.errorbar(x[some], (1000 * large / steps)[some], (1000 * np.sqrt(large) / steps)[some],
                    color=colour, fmt="o", markersize=5, capsize=2, linewidth=1, label=name)
        ax.plot(x, np.where(every > 0, 1000 * every / steps, np.nan), "o", color=colour,
                markerfacecolor="none", markersize=5)
    ax.plot([], [], "o", color="#444444", markerfacecolor="none", label="all spikes")
    ax.set(xscale="log", yscale="log", xlabel=r"$n/\eta$", ylabel="spikes per 1000 steps")
    ax.set_title(f"filled: $\\lambda$ falls by more than {FLATTENING:.0%}")
    ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1.03), borderaxespad=0)


def _one_member(axes, run, spikes):
    shown = [m for m in run.members if not m.diverged] or run.members
    mine = spikes[spikes.member.isin([m.name for m in shown])]
    if not len(mine):
        shown, mine = run.members, spikes
    name = mine.groupby("member").large.sum().idxmax()
    member = next(m for m in run.members if m.name == name)
    mine = mine[mine.member == name].nlargest(MOST_MARKED, "height")
    with h5py.File(run.path / "members" / name / "series.h5") as h5:
        step, loss = h5["kernel_loss/step"][:], h5["kernel_loss/loss"][:]
    of_lambda, of_loss = axes[1], axes[0]
    of_loss.semilogy(step, loss, color=SERIES_COLOURS[0], linewidth=1)
    of_loss.plot(mine.step_peak, mine.loss_peak, "v", color=SERIES_COLOURS[1], markersize=5,
                 label="peaks")
    of_loss.set_ylabel("loss of the kernel samples")
    of_loss.legend(loc="best")
    of_loss.set_title(", ".join(filter(None, (f"member {name}", f"c = {member.c:.3g}",
                                              member.series))))
    of_lambda.plot(member.kernel_step, member.kernel_lambda * member.learning_rate,
                   color=SERIES_COLOURS[2], linewidth=1)
    of_lambda.set(xlabel="step $t$", ylabel=r"$\eta\lambda$", ylim=(0, None))
    for ax in axes:
        for spike in mine.itertuples():
            ax.axvspan(spike.step, spike.step_end, color=SERIES_COLOURS[1], alpha=0.15, linewidth=0)
