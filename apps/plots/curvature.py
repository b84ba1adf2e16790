"""Curvatures of a run in one picture, with the line beyond which its optimizer is not stable.

defines: draw_curvature, stability_limit
"""

import numpy as np
from matplotlib.ticker import MaxNLocator

from style import SERIES_COLOURS, new_figure, spread

MOST_PANELS = 6
LOOKS = {  # of each curvature: colour, width, what it is
    "gradient": (SERIES_COLOURS[2], 0.8, "along the gradient, $g^T H g\\,/\\,|g|^2$"),
    "hessian": (SERIES_COLOURS[1], 2.6, "Hessian of the loss"),  # seen behind the kernel
    "ntk": (SERIES_COLOURS[0], 1.0, "NTK"),
    "preconditioned": (SERIES_COLOURS[3], 1.4, "preconditioned Hessian"),
}


def draw_curvature(run):
    """A panel a member, or None where no curvature but the kernel's was measured."""
    members = [m for m in run.members if any(s.size > 1 for s, _ in m.curvatures.values())]
    if not members:
        return None
    members = spread(members, MOST_PANELS)
    columns = 2 if len(members) == 4 else min(3, len(members))
    rows = -(-len(members) // columns)
    figure, axes = new_figure(2.4 + 3.2 * columns, 0.9 + 2.9 * rows, rows, columns)
    for ax in axes.flat[len(members):]:
        ax.axis("off")
    handles = {}
    for ax, member in zip(axes.flat, members):
        _panel(ax, run, member)
        handles |= {handle.get_label(): handle for handle in ax.get_lines()}
    for ax in axes.flat[max(len(members) - columns, 0):len(members)]:
        ax.set_xlabel("step $t$")
    for ax in axes[:, 0]:
        ax.set_ylabel("curvature")
    axes[0, columns - 1].legend(handles.values(), handles.keys(), loc="upper left",
                                bbox_to_anchor=(1.02, 1.03), borderaxespad=0)
    figure.suptitle(f"{run.name}: curvature in training", x=0.01, ha="left", weight="bold", size=11)
    return figure


def stability_limit(run, member):
    """(values, name): the largest eigenvalue of the Hessian (Adam: of the preconditioned one) at
    which full-batch steps on a quadratic loss do not grow, at each row of the series (Cohen et al.,
    ICLR 2021, and arXiv:2207.14484). The Hessian is measured without L2."""
    deck = run.deck.get("train", {})
    of = lambda key, default: member.swept.get("train." + key, deck.get(key, default))  # noqa: E731
    optimizer, gamma, l2 = of("optimizer", "gd"), of("momentum", 0.0), of("l2", 0.0)
    if optimizer == "adam":
        beta = of("beta_1", 0.9)
        return (2 + 2 * beta) / ((1 - beta) * member.rates), \
            r"$(2+2\beta_1)\,/\,((1-\beta_1)\,\eta)$"
    rest = r" $-$ L2" if l2 else ""
    if optimizer == "nesterov":
        return (2 + 2 * gamma) / ((1 + 2 * gamma) * member.rates) - l2, \
            r"$(2+2\gamma)\,/\,((1+2\gamma)\,\eta)$" + rest
    return (2 + 2 * gamma) / member.rates - l2, \
        (r"$(2+2\gamma)\,/\,\eta$" if gamma else r"$2/\eta$") + rest


def _panel(ax, run, member):
    curves = {name: curve for name, curve in member.curvatures.items() if curve[0].size > 1}
    if member.kernel_lambda.size > 1:
        curves["ntk"] = (member.kernel_step, member.kernel_lambda)
    limit, name = stability_limit(run, member)
    ax.plot(member.step, limit, color="#444444", linestyle="--", linewidth=1.0, label=name,
            zorder=3)
    for kind in (kind for kind in LOOKS if kind in curves):
        colour, width, label = LOOKS[kind]
        ax.plot(*curves[kind], color=colour, linewidth=width, label=label)
    tops = [values[np.isfinite(values)] for kind, (_, values) in curves.items()
            if kind != "gradient"] or [curves["gradient"][1]]
    highest = max([np.nanmax(limit[:1])] + [_high(values) for values in tops])
    if "preconditioned" in curves:  # far from the others
        ax.set_yscale("log")
        ax.set_ylim(top=3 * highest)
    else:
        ax.set_ylim(0, 1.15 * highest)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    title = f"c = {member.c:.3g}" if np.isfinite(member.c) else \
        f"$\\eta$ = {member.learning_rate:.3g}"
    ax.set_title(", ".join(filter(None, (title, member.series, member.phase))))


def _high(values):
    """The largest value, but for a few far above the others (a network on its way to diverge)."""
    return min(values.max(), 3 * np.quantile(values, 0.9)) if values.size else 0.0
