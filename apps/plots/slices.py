"""The loss on lines and planes through checkpoints, as `catapult slice` wrote it into a run folder.

defines: Slice, read_slices, draw_slices, tell_slices
"""

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from style import SERIES_COLOURS, new_figure


@dataclass
class Slice:
    member: str
    step: int
    a: np.ndarray
    b: np.ndarray
    loss: np.ndarray  # (b, a)
    barrier: float  # of a line
    towards: list

    @property
    def label(self):
        return f"member {self.member}, step {self.step}"


def draw_slices(run):
    """A panel a slice: a curve on a line, contours on a plane. None where there are none."""
    slices = run.slices
    if not slices:
        return None
    columns = min(2, len(slices))
    rows = -(-len(slices) // columns)
    figure, axes = new_figure(5.2 * columns, 4.2 * rows, rows, columns)
    for panel in range(rows * columns):
        ax = axes[panel // columns, panel % columns]
        if panel >= len(slices):
            ax.axis("off")
        elif slices[panel].b.size == 1:
            _line(ax, slices[panel])
        else:
            _plane(figure, ax, slices[panel])
    figure.suptitle(f"{run.name}: slices of the loss", x=0.01, ha="left", weight="bold", size=11)
    return figure


def tell_slices(run):
    """One line a line: how high the loss rises between its checkpoints."""
    for one in run.slices:
        if one.b.size == 1:
            yield f"loss barrier from {one.label} to {one.towards[0]}: {one.barrier:.4g}"


def read_slices(run):
    """Fills run.slices, and run.notes with the files that cannot be read."""
    for path in sorted(run.path.glob("members/*/slice-*.h5")):
        try:
            run.slices.append(_slice(path))
        except (OSError, KeyError) as problem:
            run.notes.append(f"{path} cannot be read ({problem}), left out; catapult slice writes "
                             "it anew")


def _slice(path):
    with h5py.File(path, "r") as file:
        return Slice(path.parent.name, int(file["step"][0]), file["a"][:], file["b"][:],
                     file["loss"][:], float(file["barrier"][0]),
                     [_short(name.decode()) for name in file["towards"][:]])


def _short(name):
    """"0003, step 12" of the path of a checkpoint; what is no path as it is."""
    path = Path(name)
    if path.suffix != ".h5":
        return name
    step = path.stem.removeprefix("step-").lstrip("0") or "0"
    return f"{path.parent.parent.name}, step {step}"


def _line(ax, one):
    ax.plot(one.a, one.loss[0], "-", color=SERIES_COLOURS[0])
    ends = np.interp([0, 1], one.a, one.loss[0])
    ax.plot([0, 1], ends, "o--", color=SERIES_COLOURS[1], markersize=6, linewidth=1,
            label=f"checkpoints; barrier {one.barrier:.3g}")
    if one.loss.max() > 100 * max(one.loss.min(), 1e-300) and one.loss.min() > 0:
        ax.set_yscale("log")
    ax.set_xlabel(f"from {one.label} to {one.towards[0]}")
    ax.set_ylabel("loss")
    ax.legend(loc="best")


def _plane(figure, ax, one):
    loss = np.log10(np.ma.masked_invalid(np.maximum(one.loss, 1e-300)))
    filled = ax.contourf(one.a, one.b, loss, levels=24, cmap="Greys", alpha=0.8)
    ax.contour(one.a, one.b, loss, levels=12, colors="#666666", linewidths=0.4)
    figure.colorbar(filled, ax=ax, label=r"$\log_{10}$ loss")
    marks = [(0, 0)] if one.towards[0].startswith("random") else [(0, 0), (1, 0), (0, 1)]
    ax.plot(*zip(*marks), "o", color=SERIES_COLOURS[1], markersize=6, markeredgecolor="white")
    ax.set_title(one.label)
    ax.set_xlabel(f"towards {one.towards[0]}")
    ax.set_ylabel(f"towards {one.towards[1]}")
