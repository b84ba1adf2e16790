"""What a run folder tells of the run itself: where it comes from, how it went, how long it took.

defines: provenance_of, status_of, log_of, seconds_of, failures_of
"""

import json
import re
from datetime import datetime

from run_folder import h5py

# In this order; the deck itself has a place of its own.
FACTS = ("version", "git", "compiler", "build", "mpi", "kokkos", "petsc", "slepc", "hdf5", "hosts",
         "ranks", "command_line", "petsc_options", "started", "from", "from_step", "from_deck_hash")
_START = re.compile(r"study .*: (an ensemble of )?\d+ members?\b")
_FAILURE = re.compile(r"\b(warning|error): ")
_FORMAT, _STAMP = "%Y-%m-%d %H:%M:%S", 19  # of a line of the log, and the length of its time


def provenance_of(path):
    """Name and value of every fact that the run has recorded, {} where there is none."""
    for file in [path / "study.h5", *sorted(path.glob("members/*/series.h5"))]:
        try:
            with h5py.File(file) as h5:
                facts = {name: _word(value) for name, value in h5["provenance"].items()}
        except (OSError, KeyError):
            continue
        known = [name for name in FACTS if name in facts]
        return {name: facts[name] for name in dict.fromkeys([*known, *facts])}
    return {}


def _word(dataset):
    value = dataset[()]
    value = value if isinstance(value, bytes) else value.ravel()[0]
    return value.decode(errors="replace")


def status_of(path):
    """state, members, finished, message and when they were told; {} where there is none."""
    try:
        return json.loads((path / "status.json").read_text())
    except (OSError, ValueError):
        return {}


def log_of(path):
    """The lines of log.txt."""
    try:
        return (path / "log.txt").read_text(errors="replace").splitlines()
    except OSError:
        return []


def seconds_of(lines):
    """How long the run took, all its starts together, by the times of its log (in whole seconds);
    None where no start is told."""
    total, start, last = None, None, None
    for line in lines:
        try:
            now = datetime.strptime(line[:_STAMP], _FORMAT)
        except ValueError:
            continue
        if _START.match(line[_STAMP + 1:]):
            total = (total or 0.0) + ((last - start).total_seconds() if start else 0.0)
            start = now
        last = now
    return total + (last - start).total_seconds() if start else None


def failures_of(lines):
    """The lines of the log that warn or tell an error, without their repetitions."""
    told = [line for line in lines if _FAILURE.search(line)]
    return list({line[_STAMP:]: line for line in told}.values())
