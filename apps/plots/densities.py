"""Densities of eigenvalues at checkpoints, as `catapult spectrum --density` wrote them.

defines: draw_densities
"""

from dataclasses import dataclass

import h5py
import numpy as np

from curvature import stability_limit
from style import SERIES_COLOURS, new_figure, spread

MOST_PANELS = 6


@dataclass
class Density:
    member: str
    of: str  # ntk | hessian
    step: int
    size: int  # of the operator
    width: float  # of the Gaussians
    grid: np.ndarray
    density: np.ndarray
    error: np.ndarray
    eigenvalues: np.ndarray  # the largest


def draw_densities(run):
    """A panel a checkpoint and operator, or None where there are none."""
    densities = spread(_densities(run), MOST_PANELS)
    if not densities:
        return None
    columns = min(2, len(densities))
    rows = -(-len(densities) // columns)
    figure, axes = new_figure(5.4 * columns, 0.5 + 3.4 * rows, rows, columns)
    for ax in axes.flat[len(densities):]:
        ax.axis("off")
    for ax, one in zip(axes.flat, densities):
        _panel(ax, run, one)
    figure.suptitle(f"{run.name}: densities of eigenvalues", x=0.01, ha="left", weight="bold",
                    size=11)
    return figure


def _densities(run):
    found = []
    for path in sorted(run.path.glob("members/*/spectrum-*.h5")):
        with h5py.File(path) as file:
            if "density" in file:
                found.append(Density(
                    path.parent.name, file["operator"][()].decode(), int(file["step"][0]),
                    int(file["size"][0]), float(file["density/width"][0]),
                    *(file[f"density/{key}"][:] for key in ("grid", "density", "error")),
                    file["eigenvalues"][:]))
    return found


def _panel(ax, run, one):
    member = next((m for m in run.members if m.name == one.member), None)
    # One eigenvalue by itself is so high a peak: what lies far below is the Gaussians' tail.
    single = 1 / (one.size * one.width * np.sqrt(2 * np.pi))
    low = np.maximum(one.density - np.nan_to_num(one.error), single * 1e-3)
    ax.fill_between(one.grid, low, one.density + np.nan_to_num(one.error), alpha=0.3, linewidth=0,
                    color=SERIES_COLOURS[0])
    ax.plot(one.grid, one.density, color=SERIES_COLOURS[0], linewidth=1.2,
            label="density, standard error")
    ax.plot(one.eigenvalues, np.full(one.eigenvalues.shape, 0.2 * single), "|", markersize=9,
            color=SERIES_COLOURS[1], label=f"{one.eigenvalues.size} largest eigenvalues")
    if member is not None and member.step.size:
        limit, name = stability_limit(run, member)
        row = max(np.searchsorted(member.step, one.step, side="right") - 1, 0)
        if np.isfinite(limit[row]) and limit[row] < 4 * one.grid[-1]:
            ax.axvline(limit[row], color="#444444", linestyle="--", linewidth=1.0, label=name)
    ax.set_yscale("log")
    ax.set_ylim(0.1 * single, 3 * one.density.max())
    ax.set_xlabel("eigenvalue")
    ax.set_ylabel("density")
    of = {"ntk": "NTK", "hessian": "Hessian"}[one.of]
    c = f", c = {member.c:.3g}" if member is not None and np.isfinite(member.c) else ""
    ax.set_title(f"{of}, member {one.member}{c}, step {one.step}")
    ax.legend(loc="best", frameon=True, framealpha=0.9, edgecolor="none")
