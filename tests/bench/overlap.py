#!/usr/bin/python3
"""How much of a slow network training hides: sums of gradients run beside products.

    tests/bench/overlap.py [--bandwidth 5e8 1e9 2e9]

Trains 784-2048^3-10 on two sample ranks with a library before MPI (slow_network of tests/benchmark)
that makes every sum of gradients take as long as at a bandwidth in bytes a second, and tells which
share of that time nobody waited for. With one phase a sum moves on by itself, as where hardware or a
thread does it; with more, its parts start only where the program calls MPI. All in processor time of
the ranks, so that other load does not count.
"""

import argparse
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DECK = """
study.name = "overlap"
data.source = "gaussian"
data.inputs = 784
data.outputs = 10
data.train_samples = 512
data.preprocessing = "none"
model.width = {width}
model.depth = 3
model.sigma_w = 1.4142135623730951
train.learning_rate = 0.1
train.stop_steps = 10
measure.kernel_every = 0
parallel.sample_ranks = 2
"""
HERE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_pml": "ob1"}


def train(options, folder, bandwidth, phases):
    deck = Path(folder) / "overlap.toml"
    deck.write_text(DECK.format(width=options.width))
    environment = {**os.environ, **HERE, "SLOW_NETWORK_BANDWIDTH": str(bandwidth),
                   "SLOW_NETWORK_PHASES": str(phases)}
    done = subprocess.run(
        [options.mpiexec, "--bind-to", "none", "-n", "2", "-x", "LD_PRELOAD="
         + str((options.build / "lib/libslow_network.so").absolute()),
         options.build / "bin/catapult", "run", deck, "--resume", "never", "--out",
         Path(folder) / "run"], capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return json.loads(re.search(r"slow network: (.*)", done.stderr)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build/release")
    parser.add_argument("--mpiexec", default="mpirun")
    parser.add_argument("--width", type=int, default=2048, help="neurons of each hidden layer")
    parser.add_argument("--bandwidth", type=float, nargs="+", default=[5e8, 1e9, 2e9])
    parser.add_argument("--phases", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    print("phases  bandwidth   sums   on the wire   waited for   hidden")
    with tempfile.TemporaryDirectory() as folder:
        for phases in options.phases:
            for bandwidth in options.bandwidth:
                told = train(options, folder, bandwidth, phases)
                hidden = 1.0 - told["waited"] / told["wire"]
                print(f"{phases:6} {bandwidth / 1e9:7.2f} GB/s {told['sums']:5.0f} "
                      f"{told['wire']:11.3f} s {told['waited']:10.3f} s {100 * hidden:6.0f} %")


if __name__ == "__main__":
    main()
