#!/usr/bin/python3
"""Draws the pictures of a run folder into RUN/plots, as PNG and PDF.

    catapult_plot.py RUN [--out DIR]
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from accuracy import draw_accuracy_in_time, draw_decay, tell_decay  # noqa: E402
from alignment import draw_alignment  # noqa: E402
from asymptotics import draw_asymptotics, tell_asymptotics  # noqa: E402
from boundaries import draw_boundaries, tell_boundaries  # noqa: E402
from critical import draw_critical  # noqa: E402
from curvature import draw_curvature  # noqa: E402
from curves import draw_error_share, draw_lambda, draw_loss  # noqa: E402
from densities import draw_densities  # noqa: E402
from ensemble import draw_ensemble, tell_ensemble  # noqa: E402
from kernel_change import draw_kernel_change, tell_kernel_change  # noqa: E402
from landscape import draw_landscape  # noqa: E402
from laws import write_fits  # noqa: E402
from phases import draw_accuracy, draw_final_lambda, draw_final_loss  # noqa: E402
from run_folder import read_run  # noqa: E402
from slices import draw_slices, read_slices, tell_slices  # noqa: E402
from spikes import draw_spikes, tell_spikes  # noqa: E402
from style import save, use_style  # noqa: E402
from twin_sweeps import draw_restored, draw_twin_accuracy, tell_restored  # noqa: E402
from twins import draw_distance, draw_twins  # noqa: E402
from widths import draw_widths  # noqa: E402

# name of the file, how to draw it, what it shows, why it may be missing
PICTURES = [
    ("loss", draw_loss,
     "the training loss of every member: it falls (lazy), rises before it falls (catapult), or "
     "grows without bound (divergent)",
     "no member has recorded a loss between its first and last step (an ensemble keeps none, "
     "measure.every = 0)"),
    ("lambda", draw_lambda,
     "the top eigenvalue of the kernel over its initial value: it changes little where c < 2 "
     "and drops during a catapult",
     "lambda was not followed (measure.kernel_every = 0, or as many as all steps)"),
    ("final_lambda", draw_final_lambda,
     "the final top eigenvalue against the learning rate: beyond 2/lambda_0 training ends below "
     "the line 2/eta, where it is stable",
     "lambda was not measured, or at one learning rate alone"),
    ("accuracy", draw_accuracy,
     "the final training and test accuracy against the learning rate",
     "no accuracy was recorded (one output, or every member diverged), or at one learning rate "
     "alone"),
]

# Those of what only some decks ask for: not missed where it is not there.
FURTHER_PICTURES = [
    ("final_loss", draw_final_loss,
     "the final training loss against the learning rate"),
    ("accuracy_in_time", draw_accuracy_in_time,
     "test and training accuracy against physical time"),
    ("decay", draw_decay,
     "accuracy before and after the decay of the learning rate, against its first value"),
    ("error_share", draw_error_share,
     "the share of the error in the kernel's top eigenvectors, where a catapult keeps it at first"),
    ("curvature", draw_curvature,
     "largest eigenvalues of kernel and Hessian with the line beyond which training is not stable"),
    ("alignment", draw_alignment,
     "the cosine between each hidden layer's activations and their errors, and its share of active "
     "neurons"),
    ("widths", draw_widths,
     "curvature, activations and the largest learning rate against width, by parametrization"),
    ("densities", draw_densities,
     "densities of all eigenvalues at checkpoints, as catapult spectrum --density wrote them"),
    ("spikes", draw_spikes,
     "spikes of the loss of a fixed set of samples, and how often they come against n/eta"),
    ("twins", draw_twins,
     "loss and accuracy of networks beside those of their twins, each from the step of its fork"),
    ("distance", draw_distance,
     "how far the outputs of network and twin are apart"),
    ("twin_accuracy", draw_twin_accuracy,
     "the final accuracy of networks and twins against the learning rate"),
    ("restored", draw_restored,
     "the step from which a linear twin stays with the network, against the learning rate"),
    ("landscape", draw_landscape,
     "the loss surface of the warm-up model with the trajectories of all phases on it"),
    ("slices", draw_slices,
     "the loss on lines and planes through checkpoints, as catapult slice wrote it"),
    ("asymptotics", draw_asymptotics,
     "laws of the limit of large width, fitted: numbers, errors and members in fits.json"),
    ("critical", draw_critical,
     "how long training takes near the critical learning rate c = 2, on both sides of it"),
    ("ensemble", draw_ensemble,
     "shares of the phases, final curvature and the step of the largest loss, over all members"),
    ("boundaries", draw_boundaries,
     "the c beyond which the loss rises, lambda falls or training diverges, against 1/width"),
    ("kernel_change", draw_kernel_change,
     "how far the kernel moves between two steps, against the width"),
]
FINDINGS = [tell_ensemble, tell_asymptotics, tell_boundaries, tell_slices, tell_decay, tell_restored,
            tell_kernel_change, tell_spikes]


def main(arguments):
    parser = argparse.ArgumentParser(prog="catapult-plot", description=__doc__.splitlines()[0])
    parser.add_argument("run", metavar="RUN", type=Path, help="run folder, the one with summary.csv")
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder of the pictures")
    given = parser.parse_args(arguments)
    run_path, out = given.run, given.out or given.run / "plots"
    try:
        run = read_run(run_path)
    except ValueError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 3
    read_slices(run)
    for note in run.notes:
        print(f"warning: {note}", file=sys.stderr)
    if not run.members:
        print(f"error: no member of {run_path} can be drawn (see above)", file=sys.stderr)
        return 3

    use_style()
    try:
        drawn = draw_all(run, out)
    except OSError as problem:
        print(f"error: the pictures cannot be written ({problem}); name another folder by --out",
              file=sys.stderr)
        return 5
    print(*tell_pictures(run, drawn), *findings_of(run), sep="\n")
    return 0


def draw_all(run, out):
    """Writes the pictures and fits.json into the folder `out`; returns (name, file, what it shows)
    of each, in place of a file None where one is missing, with the reason."""
    drawn = []
    for name, draw, shows, *missing in PICTURES + FURTHER_PICTURES:
        figure = draw(run)
        if figure is not None:
            drawn.append((name, save(figure, out, name), shows))
        elif missing:
            drawn.append((name, None, missing[0]))
    write_fits(run, out)
    return drawn


def tell_pictures(run, drawn):
    """What has been drawn, a line each."""
    yield f"pictures of {run.path} (PNG, and PDF beside it):"
    for name, file, words in drawn:
        yield f"  {file}: {words}" if file else f"  no {name}.png: {words}"


def findings_of(run):
    """What has been found, a line each."""
    return [line for tell in FINDINGS for line in tell(run)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
