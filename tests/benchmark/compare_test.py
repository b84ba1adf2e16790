"""tests/bench/compare_peers.py against peers that are played: what it prints is what they told."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE, BUILD = Path(os.environ["SOURCE"]), Path(os.environ["CATAPULT"]).parents[1]
JAX = """import json
for dt in ("float32", "float64"):
    print(json.dumps(dict(sizes=[784, 16384, 10], dt=dt, step_min=1e3, ntkvp_min=2e3)))
"""


def play(folder):
    """JAX by a script that tells fixed times, PyTorch by one that fails."""
    for name, text in (("peers/jax_step.py", JAX), ("peers/torch_step.py", "raise SystemExit(1)"),
                       ("modules/jax.py", ""), ("modules/torch.py", ""),
                       ("modules/neural_tangents.py", "")):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    for environment in ("venv/bin", "venv/neural_tangents/bin"):
        (folder / environment).mkdir(parents=True)
        (folder / environment / "python").symlink_to(sys.executable)
    (folder / "mnist").symlink_to(SOURCE / "inputs/data/digits")


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    play(folder)
    (folder / "table.md").write_text("kept\n<!-- from here on written by compare_peers.py -->\nstale")
    done = subprocess.run(
        [SOURCE / "tests/bench/compare_peers.py", "--peers", folder / "peers", "--venv",
         folder / "venv", "--build", BUILD, "--rounds", "2", "--cores", "1", "--networks",
         "784-16384-10", "--set", "model.width=8", "--set", "data.train_samples=16", "--out",
         folder / "table.md"], capture_output=True, text=True,
        env={**os.environ, "CATAPULT_DATA": name, "PYTHONPATH": str(folder / "modules")})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("torch_step.py failed") == 2, done.stdout
    text = (folder / "table.md").read_text()

assert text.startswith("kept\n") and "stale" not in text, text
row = next(line for line in text.splitlines() if line.startswith("| training step, 784-16384-10"))
ours, jax, torch, of_jax, of_torch = (cell.strip() for cell in row.split("|")[2:7])
assert (jax, torch, of_torch) == ("1e+03 s", "-", "-"), row
assert 0.5 < float(of_jax) * float(ours.split()[0]) / 1e3 < 2.0, row  # medians of other rounds
