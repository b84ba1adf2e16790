#!/usr/bin/python3
"""How the program scales on this machine, beside what its cost model says.

Times the training step, the kernel product and the assembly of the kernel over numbers of ranks by
`catapult bench`, at fixed width (strong scaling) and at fixed width a rank (weak), and draws them
over the predictions of `catapult check`. --predict prints what the model says about a network of
1e9 hidden neurons on a cluster. One thread a rank; run it on a quiet machine: other load shows up
as poor scaling.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import LogLocator, NullLocator

QUANTITIES = {"training step": "step", "kernel product": "kernel product",
              "kernel assembly": "kernel assembly"}  # name of bench: name of check
DECK = """
study.name = "scaling"
data.source = "gaussian"
data.inputs = 784
data.outputs = 10
data.train_samples = 512
data.preprocessing = "none"
model.sigma_w = 1.4142135623730951
train.learning_rate = 0.1
train.stop_steps = 1
"""
# Assembling takes k^2 times as long as a product, so it is timed on fewer samples and neurons.
SHAPES = {"training step": (512, 131072), "kernel product": (512, 131072),
          "kernel assembly": (128, 16384)}
HERE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_pml": "ob1"}


def catapult(arguments, launcher=()):
    environment = {**os.environ, **HERE}
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):  # the library knows the machine better
        environment.pop(name, None)
    done = subprocess.run([*launcher, *map(str, arguments)], capture_output=True, text=True,
                          env=environment)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def settings(samples, width):
    return ["--set", f"data.train_samples={samples}", "--set", f"model.width={width}"]


def bench(options, deck, samples, width, ranks):
    launcher = [options.mpiexec, "--bind-to", "none", "-n", str(ranks)]
    # Product and assembly are timed on the whole batch; following lambda is not asked here.
    return catapult([options.binary, "bench", deck, "--json", *settings(samples, width),
                     "--set", "measure.kernel_samples=8", "--set", f"parallel.width_ranks={ranks}"], launcher)


def predict(options, deck, samples, width, ranks):
    return catapult([options.binary, "check", deck, "--json", "--ranks", ranks,
                     *settings(samples, width)])


def jobs(ranks):
    """(samples, width, ranks) of everything to be timed; weak: the width at most ranks is that of
    the strong series."""
    wanted = set()
    for samples, width in set(SHAPES.values()):
        for n in ranks:
            wanted |= {(samples, width, n), (samples, width * n // max(ranks), n)}
    return sorted(wanted)


def measure(options, deck, ranks):
    """Medians of all timings and of the predictions made beside them."""
    timed, predicted = {}, {}
    for repeat in range(options.repeats):
        for job in jobs(ranks):  # one after another, so that slow moments hit all alike
            measured = bench(options, deck, *job)
            model = predict(options, deck, *job)["members"][0]
            for quantity, name in QUANTITIES.items():
                if SHAPES[quantity][0] != job[0]:
                    continue
                timed.setdefault((quantity, *job), []).append(measured[quantity])
                predicted.setdefault((quantity, *job), []).append(model[name]["seconds"])
    median = lambda values: {key: statistics.median(v) for key, v in values.items()}
    return median(timed), median(predicted)


def series(times, quantity, ranks, weak):
    samples, width = SHAPES[quantity]
    return [times[quantity, samples, width * n // max(ranks) if weak else width, n] for n in ranks]


def efficiency(times, ranks, weak):
    return [times[0] / t * (1 if weak else ranks[0] / n) for t, n in zip(times, ranks)]


def report(timed, predicted, ranks):
    print(f"{'':16} {'':7} {'ranks':>5} {'measured':>10} {'model':>10} {'model/meas.':>11} "
          f"{'efficiency':>10}")
    for quantity in QUANTITIES:
        for weak in (False, True):
            seconds = series(timed, quantity, ranks, weak)
            model = series(predicted, quantity, ranks, weak)
            for n, t, m, e in zip(ranks, seconds, model, efficiency(seconds, ranks, weak)):
                print(f"{quantity:16} {'weak' if weak else 'strong':7} {n:5} {t:8.4g} s {m:8.4g} s "
                      f"{m / t:11.2f} {100 * e:8.0f} %")


def draw(timed, predicted, ranks, path):
    figure, axes = plt.subplots(1, 2, figsize=(10, 5), sharey=True)
    for axis, weak in zip(axes, (False, True)):
        for number, quantity in enumerate(QUANTITIES):
            samples, width = SHAPES[quantity]
            label = f"{quantity}, 784-{width}-10, N = {samples}"
            axis.plot(ranks, series(timed, quantity, ranks, weak), "o", color=f"C{number}",
                      label=label)
            axis.plot(ranks, series(predicted, quantity, ranks, weak), "--", color=f"C{number}")
            first = series(timed, quantity, ranks, weak)[0]
            ideal = [first * (1 if weak else ranks[0] / n) for n in ranks]
            axis.plot(ranks, ideal, ":", color="grey", lw=1)
        axis.plot([], [], "k--", label="cost model")
        axis.plot([], [], ":", color="grey", label="ideal")
        axis.set(xscale="log", yscale="log", xlabel="ranks",
                 title=f"weak scaling: width / {max(ranks)} a rank" if weak else "strong scaling")
        axis.set_xticks(ranks, map(str, ranks))
        axis.xaxis.set_minor_locator(NullLocator())
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.yaxis.set_minor_locator(NullLocator())
    axes[0].set_ylabel("time (s)")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="lower center", ncol=2, fontsize=9)
    figure.subplots_adjust(bottom=0.28, left=0.08, right=0.98, top=0.93, wspace=0.05)
    figure.savefig(path, dpi=150)
    print(path)


def print_predictions(options):
    """Of inputs/wide.toml, n = 1e9: the table of the README."""
    deck = Path(__file__).resolve().parents[2] / "inputs/wide.toml"
    print("| nodes | ranks | memory a rank | memory in all | step | kernel product |")
    print("|---|---|---|---|---|---|")
    for nodes in (64, 128, 256, 512, 1024, 2048, 4096):
        ranks = 128 * nodes
        told = catapult([options.binary, "check", deck, "--json", "--ranks", ranks,
                         "--machine", "cluster"])
        member = told["members"][0]
        assert told["job"]["nodes"] == nodes, told["job"]
        memory = member["rank_bytes"]
        print(f"| {nodes} | {ranks} | {memory / 1e6:.0f} MB | {memory * ranks / 1e12:.1f} TB | "
              f"{member['step']['seconds']:.3g} s | {member['kernel product']['seconds']:.3g} s |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", default="build/release/bin/catapult")
    parser.add_argument("--mpiexec", default="mpirun")
    parser.add_argument("--ranks", type=int, nargs="+", help="default: 1, 2, 4 ... up to all cores")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("runs/scaling.png"))
    parser.add_argument("--predict", action="store_true", help="only print the table of n = 1e9")
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    ranks = sorted(options.ranks or [2 ** i for i in range(cores.bit_length())])
    if options.predict:
        return print_predictions(options)
    with tempfile.TemporaryDirectory() as folder:
        deck = Path(folder) / "scaling.toml"
        deck.write_text(DECK)
        timed, predicted = measure(options, deck, ranks)
    report(timed, predicted, ranks)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    draw(timed, predicted, ranks, options.out)


if __name__ == "__main__":
    main()
