#!/usr/bin/python3
"""The same work in this program, in JAX and in PyTorch, alternately on the same cores.

    tests/bench/compare_peers.py [--peers ../shared/peers] [--rounds 5] [--convolutions]

Writes the tables of tests/bench/README.md. A round runs each program once, one after another, and
the limit of fused multiply-adds beside them, so that slow moments hit all alike; a figure is the
median of its rounds, a ratio the median of the rounds' ratios, what a program does in one round its
fastest of some repetitions. JAX, PyTorch and Neural Tangents, which only this comparison needs, are
installed by pip into an environment of their own; one that is missing is told and left out.
"""

import argparse
import datetime
import json
import os
import re
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DECK = """
study.name = "peers"
data.train_samples = 512
data.test_samples = 1
model.sigma_w = 1.4142135623730951
train.learning_rate_c = 1.0
train.stop_steps = 1
"""
MNIST = ["data.source=idx", "data.path=mnist"]
CIFAR = ["data.source=gaussian", "data.image=[3, 32, 32]", "data.outputs=10",
         "model.parametrization=standard"]
CNN = ('model.layers=["conv 320 same", "relu", "conv 320 valid", "relu", "maxpool 2 stride 1", '
       '"conv 320 same", "relu", "conv 128 valid", "maxpool 2 stride 1", "flatten", "dense 256", '
       '"relu"]')
# Networks by the names that the peers' scripts print.
NETWORKS = {
    "784-2048-2048-2048-10": [*MNIST, "model.width=2048", "model.depth=3"],
    "784-16384-10": [*MNIST, "model.width=16384", "model.depth=1"],
    "784-131072-10": [*MNIST, "model.width=131072", "model.depth=1"],
    "784-2048-2048-2048-10 f64": [*MNIST, "model.width=2048", "model.depth=3",
                                  "model.precision=f64"],
}
CONVOLUTIONS = {
    "wrn-28-2": [*CIFAR, "data.train_samples=128", "model.kind=wrn", "model.depth=28",
                 "model.widen=2", "model.bias=on"],
    "wrn-16-4": [*CIFAR, "data.train_samples=128", "model.kind=wrn", "model.depth=16",
                 "model.widen=4", "model.bias=on"],
    "cnn": [*CIFAR, "data.train_samples=64", "model.kind=cnn", "model.sigma_b=0.05", CNN],
}
# Figures of `bench`: what `check` calls the same work, whose operations it counts.
STEP, BARE, PRODUCT = "training step", "bare products of a step", "kernel product"
LAMBDA, KERNEL = "lambda cold", "kernel assembly"
WORK_OF = {STEP: "step", PRODUCT: "kernel product", KERNEL: "kernel assembly"}
ROWS = [(STEP, name) for name in NETWORKS] + [
    (PRODUCT, "784-2048-2048-2048-10"), (PRODUCT, "784-131072-10"),
    (LAMBDA, "784-2048-2048-2048-10"), (LAMBDA, "784-16384-10"),
    (KERNEL, "784-2048-2048-2048-10")]
MARK = "<!-- from here on written by compare_peers.py -->"
HERE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_pml": "ob1"}
NEW_JAX = ["jax", "scipy"]
OLD_JAX = ["jax==0.4.20", "jaxlib==0.4.20", "numpy<2", "scipy<1.13", "neural-tangents"]


@dataclass
class Peer:
    """A script of another library; `read` makes {(figure, network): seconds} of a line of it."""
    name: str
    script: str
    module: str
    packages: list
    read: object
    environment: str = "."
    threads: bool = False  # told by its first argument
    networks: dict = field(default_factory=dict)  # further arguments


def read_dense(line):
    wide = " f64" if line.get("dt") == "float64" else ""
    network = "-".join(map(str, line["sizes"])) + wide
    product = line.get("ntkvp_min", line.get("ntkvp_med"))
    return {(STEP, network): line["step_min"], (PRODUCT, network): product}


def read_lambda(line):
    return {(LAMBDA, "-".join(map(str, line["sizes"]))): line["arpack_s"]}


def read_kernel(line):
    if (line["N"], line["depth"]) != (512, 3):
        return {}
    return {(KERNEL, "784-2048-2048-2048-10"): line["warm"]}


def read_images(line):
    return {(STEP, line["net"]): line["step_min"]}


PEERS = [
    Peer("JAX", "jax_step.py", "jax", NEW_JAX, read_dense),
    Peer("JAX", "jax_lambda.py", "jax", NEW_JAX, read_lambda),
    Peer("PyTorch", "torch_step.py", "torch", ["torch", "numpy"], read_dense, threads=True),
    Peer("JAX", "nt_kernel.py", "neural_tangents", OLD_JAX, read_kernel, "neural_tangents"),
]
IMAGE_PEERS = [
    Peer("JAX", "jax_conv.py", "jax", NEW_JAX, read_images, networks=CONVOLUTIONS),
    Peer("PyTorch", "torch_conv.py", "torch", ["torch", "numpy"], read_images, threads=True,
         networks=CONVOLUTIONS),
]


def run(command, **settings):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=ROOT,
                          env={**os.environ, **HERE, **settings})
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-5:])
        raise RuntimeError(f"{' '.join(map(str, command))}\n{tail}")
    return done.stdout


def pinned(cores):
    return ["taskset", "--cpu-list", ",".join(map(str, cores))]


def python_of(peer, options):
    """The Python that has the peer's module; None, and a line that says so, where none can."""
    folder = options.venv / peer.environment
    python = folder / "bin/python"
    try:
        if not python.exists():
            run([sys.executable, "-m", "venv", folder])
        if subprocess.run([python, "-c", f"import {peer.module}"], capture_output=True).returncode:
            print(f"installing {' '.join(peer.packages)} in {folder}", flush=True)
            run([python, "-m", "pip", "install", "--quiet", *peer.packages])
            run([python, "-c", f"import {peer.module}"])
    except RuntimeError as error:
        print(f"{peer.module} is missing, {peer.script} is left out: {error}", flush=True)
        return None
    return python


def run_peer(peer, python, options, cores):
    threads = {"OMP_NUM_THREADS": str(len(cores))}
    arguments = [len(cores)] if peer.threads else []
    try:
        text = run([*pinned(cores), python, options.peers / peer.script, *arguments,
                    *peer.networks], **threads)
    except RuntimeError as error:
        print(f"{peer.script} failed and is left out of this round: {error}", flush=True)
        return {}
    figures = {}
    for line in text.splitlines():
        if line.startswith("{"):
            figures.update(peer.read(json.loads(line)))
    return figures


def settings_of(network, options):
    changes = {**NETWORKS, **CONVOLUTIONS}[network] + options.set
    return [word for change in changes for word in ("--set", change)]


def bench(network, options, deck, cores):
    launcher = [options.mpiexec, "--bind-to", "none", "-n", len(cores)]
    told = json.loads(run([*pinned(cores), *launcher, options.build / "bin/catapult", "bench", deck,
                           "--json", "--steps", 1, *settings_of(network, options)]))
    return {(figure, network): told[figure] for figure in (STEP, BARE, PRODUCT, LAMBDA, KERNEL)
            if isinstance(told.get(figure), float)}


def fma_limit(options, cores):
    """Operations a second of all cores at once, in f32 and f64; other load does not count."""
    command = [options.build / "bin/fma_benchmark", "--benchmark_format=json"]
    running = [subprocess.Popen([*map(str, [*pinned([core]), *command])], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True) for core in cores]
    told = [json.loads(process.communicate()[0])["benchmarks"] for process in running]
    return {"f32": sum(benchmarks[0]["flops"] for benchmarks in told),
            "f64": sum(benchmarks[1]["flops"] for benchmarks in told)}


def operations(network, options, deck):
    told = json.loads(run([options.build / "bin/catapult", "check", deck, "--json", "--ranks", 1,
                           *settings_of(network, options)]))["members"][0]
    return {(figure, network): told[work]["flops"] for figure, work in WORK_OF.items()}


def measure(options, deck, cores, networks, peers):
    """Of each round: {who: {(figure, network): seconds}}, the limits under "limit"."""
    rounds = []
    for number in range(options.rounds):
        figures = {"limit": fma_limit(options, cores), "catapult": {}, "JAX": {}, "PyTorch": {}}
        for network in networks:
            figures["catapult"].update(bench(network, options, deck, cores))
        for peer, python in peers:
            figures[peer.name].update(run_peer(peer, python, options, cores))
        rounds.append(figures)
        print(f"round {number + 1} of {options.rounds} on {len(cores)} cores", flush=True)
    return rounds


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def shown(value, form):
    return "-" if value is None else form.format(value)


def ratio(a, b):
    return None if a is None or b is None else a / b


def what_holds_the_rest(rounds, row, flops, precision):
    """Percent of the program's time at the limit, in products below it, outside of products."""
    if row not in flops:
        return "-"
    total = lambda r: r["catapult"].get(row)
    limit = median(ratio(flops[row] / r["limit"][precision], total(r)) for r in rounds)
    if limit is None:
        return "-"
    if row[0] != STEP:
        return f"{100 * limit:.0f} + {100 * (1 - limit):.0f}"
    bare = median(ratio(r["catapult"].get((BARE, row[1])), total(r)) for r in rounds)
    return f"{100 * limit:.0f} + {100 * (bare - limit):.0f} + {100 * (1 - bare):.0f}"


def table(rounds, rows, flops, cores):
    of_rounds = lambda of: median(of(r) for r in rounds)
    limits = {p: of_rounds(lambda r: r["limit"][p]) for p in ("f32", "f64")}
    lines = [f"### {len(cores)} core{'s' if len(cores) > 1 else ''}, at most "
             f"{limits['f32'] / 1e9:.0f} GFLOP/s in f32, {limits['f64'] / 1e9:.0f} in f64", "",
             "| work | catapult | JAX | PyTorch | JAX / catapult | PyTorch / catapult | % of "
             "catapult's time: FMA limit + products below it + all else |", "|" + "---|" * 7]
    for row in rows:
        seconds = {who: of_rounds(lambda r: r[who].get(row))
                   for who in ("catapult", "JAX", "PyTorch")}
        ratios = [of_rounds(lambda r: ratio(r[who].get(row), r["catapult"].get(row)))
                  for who in ("JAX", "PyTorch")]
        network = re.sub("2048-2048-2048", "2048^3", row[1])
        precision = "f64" if row[1].endswith("f64") else "f32"
        cells = [f"{row[0]}, {network}", *(shown(s, "{:.3g} s") for s in seconds.values()),
                 *(shown(value, "{:.2f}") for value in ratios),
                 what_holds_the_rest(rounds, row, flops, precision)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def heading(options):
    commit = run(["git", "describe", "--always", "--dirty"]).strip()
    cpu = re.search("model name.*: (.*)", Path("/proc/cpuinfo").read_text())[1]
    command = " ".join(["tests/bench/compare_peers.py", *sys.argv[1:]])
    rounds = "one round" if options.rounds == 1 else f"medians of {options.rounds} rounds"
    return (f"Commit {commit}, {datetime.date.today()}, {cpu}, load of the machine before "
            f"{os.getloadavg()[1]:.1f}, {rounds}. `{command}`")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--peers", type=Path, default=ROOT.parent / "shared/peers")
    parser.add_argument("--venv", type=Path, default=ROOT / "build/peers")
    parser.add_argument("--build", type=Path, default=ROOT / "build/release")
    parser.add_argument("--mpiexec", default="mpirun")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2], help="how many, by turns")
    parser.add_argument("--networks", nargs="+", help="of catapult; the peers run all of theirs")
    parser.add_argument("--set", action="append", default=[], help="key=value of catapult's decks")
    parser.add_argument("--convolutions", action="store_true", help="wrn and cnn as well: long")
    parser.add_argument("--out", type=Path, default=ROOT / "tests/bench/README.md")
    options = parser.parse_args()
    for name in ("peers", "venv", "build", "out"):
        setattr(options, name, getattr(options, name).absolute())
    os.environ.setdefault("CATAPULT_DATA", str(options.peers.parent / "data"))

    asked = PEERS + (IMAGE_PEERS if options.convolutions else [])
    peers = [(peer, python) for peer in asked if (python := python_of(peer, options))]
    networks = options.networks or [*NETWORKS, *(CONVOLUTIONS if options.convolutions else [])]
    rows = [row for row in ROWS + [(STEP, name) for name in CONVOLUTIONS] if row[1] in networks]
    start = heading(options)
    deck = options.build / "peers.toml"
    deck.write_text(DECK)
    flops = {}
    for network in networks:
        flops.update(operations(network, options, deck))
    available, tables = sorted(os.sched_getaffinity(0)), []
    for count in options.cores:
        cores = available[:count]
        tables.append(table(measure(options, deck, cores, networks, peers), rows, flops, cores))
    text = options.out.read_text() if options.out.exists() else ""
    options.out.write_text(text.split(MARK)[0] + "\n\n".join([MARK, start, *tables]) + "\n")
    print(options.out)


if __name__ == "__main__":
    main()
