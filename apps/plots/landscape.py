"""The loss surface of the warm-up model on one sample, with the trajectories of a run on it.

defines: draw_landscape
"""

import numpy as np

from style import colours_of_c, new_figure


def draw_landscape(run):
    """Two coordinate systems side by side, or None for other networks and data, or where lambda was
    not followed.

    f = n^(-1/2) v^T u and lambda = (|u|^2 + |v|^2)/n are all that the loss f^2/2 and its course
    depend on. In the plane u = x r + y s, v = x r - y s of two orthogonal directions of length
    sqrt(n): f = sqrt(n) (x^2 - y^2), lambda = 2 (x^2 + y^2). The correlation of u and v of equal
    length is 2 f/(sqrt(n) lambda)."""
    model, data = run.deck.get("model", {}), run.deck.get("data", {})
    plain = not any(run.deck.get("train", {}).get(key) for key in ("momentum", "l2", "decay"))
    every = [run.deck.get("measure", {}).get(key) for key in ("every", "kernel_every")]
    if not plain or every != [1, 1]:
        return None  # the map that tells the sign of f is of one plain step
    if model.get("kind") != "solvable" or data.get("source") != "toy" or data.get("target", 0.0):
        return None
    paths = [path for path in (_path(member, model.get("width")) for member in run.members) if path]
    if not paths or len({width for _, width, _, _ in paths}) > 1:
        return None
    colours = colours_of_c([member for member, *_ in paths], even=True)
    figure, (axes,) = new_figure(11.0, 4.8, 1, 2)
    top = 1.25 * max(lam[0] for *_, lam in paths)
    _plane(axes[0], paths, colours, top)
    _correlation(axes[1], paths, colours, top)
    figure.suptitle(f"{run.name}: the loss surface of the warm-up model", x=0.01, ha="left",
                    weight="bold", size=11)
    return figure


def _path(member, width):
    """(member, n, f/sqrt(n), lambda) at every step at which lambda was measured; None without. The
    loss tells |f|, and the map f' = f (1 - eta lambda + eta^2 f^2/n) its sign from step to step."""
    width = float(member.swept.get("model.width", width))
    lam = np.interp(member.step, member.kernel_step, member.kernel_lambda) \
        if member.kernel_step.size > 1 else np.empty(0)
    known = np.isfinite(member.loss) & np.isfinite(lam) if lam.size else np.zeros(0, bool)
    if known.sum() < 2:
        return None
    loss, lam, eta = member.loss[known], lam[known], member.learning_rate
    size = np.sqrt(2 * loss / width)
    factor = 1 - eta * lam + (eta * size)**2
    sign = np.concatenate([[1.0], np.cumprod(np.sign(factor[:-1]))])
    return member, width, sign * size, lam


def _plane(ax, paths, colours, top):
    reach = np.sqrt(top / 2)
    x, y = np.meshgrid(np.linspace(-reach, reach, 301), np.linspace(-reach, reach, 301))
    _contours(ax, x, y, (x**2 - y**2)**2)
    for member, _, f, lam in paths:
        # The quadrant x, y > 0; |f|/sqrt(n) <= lambda/2 up to rounding.
        shown = lam <= top
        px = np.sqrt(np.maximum(lam / 2 + f, 0) / 2)[shown]
        py = np.sqrt(np.maximum(lam / 2 - f, 0) / 2)[shown]
        _trajectory(ax, px, py, member, colours)
    ax.set_xlim(-reach, reach)
    ax.set_ylim(-reach, reach)
    ax.set_aspect("equal")
    ax.locator_params(nbins=5)
    ax.set_xlabel(r"$x$, along $r$")
    ax.set_ylabel(r"$y$, along $s$")
    ax.set_title(r"the plane $u = xr + ys,\ v = xr - ys$")


def _correlation(ax, paths, colours, top):
    zeta, lam = np.meshgrid(np.linspace(-1, 1, 301), np.linspace(0, top, 301))
    _contours(ax, zeta, lam, (zeta * lam / 2)**2)
    for member, _, f, values in paths:
        shown = values <= top
        _trajectory(ax, np.clip(2 * f / values, -1, 1)[shown], values[shown], member, colours)
        if member.learning_rate * top > 2:
            ax.axhline(2 / member.learning_rate, color=colours.to_rgba(member.strength),
                       linewidth=0.9, linestyle=":")
    ax.set_ylim(0, top)
    ax.set_xlim(-1, 1)
    ax.set_xlabel("correlation of $u$ and $v$")
    ax.set_ylabel(r"$\lambda$ (dotted: $2/\eta$)")
    ax.set_title("correlation and curvature")
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)


def _contours(ax, x, y, loss):
    levels = np.geomspace(max(loss.max() * 1e-5, 1e-12), loss.max(), 12)
    ax.contourf(x, y, loss, levels=np.concatenate([[0], levels]), cmap="Greys", alpha=0.55)
    ax.contour(x, y, loss, levels=levels, colors="#888888", linewidths=0.4)


def _trajectory(ax, x, y, member, colours):
    colour = colours.to_rgba(member.strength)
    ax.plot(x, y, "-", color=colour, linewidth=0.8, zorder=3)
    ax.plot(x, y, "o", color=colour, markersize=3.2, zorder=4,
            label=f"c = {member.strength:.3g} ({member.phase})")
    ax.plot(x[:1], y[:1], "*", color=colour, markersize=11, markeredgecolor="white", zorder=5)
