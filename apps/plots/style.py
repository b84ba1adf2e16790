"""Looks shared by all pictures.

defines: use_style, SERIES_COLOURS, PHASE_COLOURS, colours_of_c, one_strength, spread, plain_ticks,
new_figure, save
"""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
from matplotlib.cm import ScalarMappable  # noqa: E402
from matplotlib.colors import LinearSegmentedColormap, LogNorm, Normalize  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter  # noqa: E402

# Okabe and Ito's colours, told apart by colour-blind readers too.
SERIES_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
PHASE_COLOURS = {"lazy": "#DCEAF5", "catapult": "#FDEBD0", "divergent": "#E9E9E9"}

# The yellow end of viridis is lost on white paper.
_C_MAP = LinearSegmentedColormap.from_list("c", plt.get_cmap("viridis")(np.linspace(0, 0.92, 256)))


def use_style():
    plt.rcParams.update({
        "figure.dpi": 150, "savefig.dpi": 150, "font.size": 10,
        "axes.titlesize": 10, "axes.titlelocation": "left", "axes.titleweight": "bold",
        "axes.spines.top": False, "axes.spines.right": False,
        "axes.grid": True, "grid.linewidth": 0.4, "grid.color": "#D8D8D8", "axes.axisbelow": True,
        "axes.edgecolor": "#444444", "axes.linewidth": 0.8,
        "xtick.color": "#444444", "ytick.color": "#444444",
        "xtick.labelcolor": "black", "ytick.labelcolor": "black",
        "legend.frameon": False, "legend.fontsize": 8.5, "lines.linewidth": 1.5,
        "mathtext.fontset": "dejavusans", "pdf.fonttype": 42,
    })


class EvenNorm(Normalize):
    """Spreads given values evenly, so that neighbours differ as much as they can."""

    def __init__(self, values):
        super().__init__(values[0], values[-1])
        self.values = values

    def __call__(self, value, clip=None):
        return np.interp(value, self.values, np.linspace(0, 1, len(self.values)))


def colours_of_c(members, even):
    """Maps the strength (c) of the members to colours: evenly spread, or as a scale that a colour
    bar can show, logarithmic where they span a lot."""
    strengths = {m.strength for m in members if np.isfinite(m.strength) and m.strength > 0}
    values = sorted(strengths) or [1.0]
    low, high = values[0], values[-1]
    if even and len(values) > 1:
        return ScalarMappable(norm=EvenNorm(values), cmap=_C_MAP)
    if high <= low * 1.0001:
        low, high = low / 2, high * 2
    scale = LogNorm if high > 3 * low else Normalize
    return ScalarMappable(norm=scale(low, high), cmap=_C_MAP)


def one_strength(members):
    """Whether all have the same strength (c): nothing that colours could tell apart."""
    strengths = [m.strength for m in members]
    return max(strengths) <= 1.001 * min(strengths)


def spread(things, most):
    """At most so many of them, spread evenly over all."""
    if len(things) <= most:
        return list(things)
    return [things[i] for i in np.linspace(0, len(things) - 1, most).round().astype(int)]


def plain_ticks(axis, low, high):
    """1, 2, 5, 10 in place of powers on a log axis that spans less than three decades."""
    if "log" not in axis.get_scale() or high > 1000 * low:
        return
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def new_figure(width, height, rows=1, columns=1, **options):
    return plt.subplots(rows, columns, figsize=(width, height), squeeze=False,
                        constrained_layout=True, **options)


def save(figure, folder, name):
    """Writes name.png and name.pdf; returns the path of the former."""
    folder.mkdir(exist_ok=True)
    png = folder / f"{name}.png"
    figure.savefig(png)
    figure.set_layout_engine("none")  # it has its layout, which takes as long as the drawing
    figure.savefig(folder / f"{name}.pdf")
    plt.close(figure)
    return png
