#!/usr/bin/python3
"""Draws the pictures of a run folder into RUN/plots, as PNG and PDF.

    catapult_plot.py RUN
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from curves import draw_lambda, draw_loss  # noqa: E402
from phases import draw_accuracy, draw_final_lambda  # noqa: E402
from run_folder import read_run  # noqa: E402
from style import save, use_style  # noqa: E402

# name of the file, how to draw it, what it shows, why it may be missing
PICTURES = [
    ("loss", draw_loss,
     "the training loss of every member: it falls (lazy), rises before it falls (catapult), or "
     "grows without bound (divergent)",
     "no member has recorded a loss"),
    ("lambda", draw_lambda,
     "the top eigenvalue of the kernel over its initial value: it changes little where c < 2 "
     "and drops during a catapult",
     "lambda was not followed (measure.kernel_every = 0)"),
    ("final_lambda", draw_final_lambda,
     "the final top eigenvalue against the learning rate: beyond 2/lambda_0 training ends below "
     "the line 2/eta, where it is stable",
     "lambda was not measured"),
    ("accuracy", draw_accuracy,
     "the final training and test accuracy against the learning rate",
     "no accuracy was recorded (one output, or every member diverged)"),
]


def main(arguments):
    parser = argparse.ArgumentParser(prog="catapult-plot", description=__doc__.splitlines()[0])
    parser.add_argument("run", metavar="RUN", type=Path, help="run folder, the one with summary.csv")
    run_path = parser.parse_args(arguments).run
    try:
        run = read_run(run_path)
    except ValueError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 3
    for note in run.notes:
        print(f"warning: {note}", file=sys.stderr)
    if not run.members:
        print(f"error: no member of {run_path} can be drawn (see above)", file=sys.stderr)
        return 3

    use_style()
    print(f"pictures of {run_path} (PNG, and PDF beside it):")
    for name, draw, shows, missing in PICTURES:
        figure = draw(run)
        if figure is None:
            print(f"  no {name}.png: {missing}")
        else:
            print(f"  {save(figure, run_path / 'plots', name)}: {shows}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
