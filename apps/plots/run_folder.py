"""What the pictures need from a run folder: the table of members, their series, their twins.

defines: Twin, Member, Run, read_run, short
"""

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # a run may still be writing
import h5py  # noqa: E402

LEARNING_RATE_KEYS = ("train.learning_rate", "train.learning_rate_c")
REPLICATE_KEYS = ("model.seed", "data.seed")
CURVATURES = {"hessian": "lambda", "gradient": "sharpness", "preconditioned": "lambda"}
MOST_OF_ENSEMBLE = 2000  # members that are looked at one by one


def _empty():
    return field(default_factory=lambda: np.empty(0))


@dataclass
class Twin:
    """The expansion of a network about its parameters before step `at`, trained beside it."""

    at: int
    model: str  # linear | quadratic
    outcome: str  # as of a member, or "left" where it was watched and has left the network
    step: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    test_accuracy: np.ndarray
    distance: np.ndarray  # |f - f_twin| over all training outputs

    @property
    def diverged(self):
        return self.outcome == "diverged"


@dataclass
class Member:
    """One row of summary.csv with its series; an array is empty where nothing was recorded."""

    name: str
    learning_rate: float
    c: float
    lambda_0: float
    outcome: str
    phase: str
    steps: int
    lambda_end: float
    accuracy_end: float
    test_accuracy_end: float
    series: str  # what tells this member from the others besides learning rate and seed
    swept: dict  # keys of the deck that differ between members, and their values here
    step: np.ndarray = _empty()
    time: np.ndarray = _empty()
    loss: np.ndarray = _empty()
    accuracy: np.ndarray = _empty()
    test_accuracy: np.ndarray = _empty()
    rates: np.ndarray = _empty()  # the learning rate of each row
    kernel_step: np.ndarray = _empty()
    kernel_time: np.ndarray = _empty()
    kernel_lambda: np.ndarray = _empty()
    error_share: np.ndarray = _empty()  # of |f - y|^2 in the top eigenvectors, beside each lambda
    curvatures: dict = field(default_factory=dict)  # by name: steps and values
    alignment: dict = field(default_factory=dict)  # step, and by name (steps, hidden layers)
    twins: list = field(default_factory=list)  # by step of the fork, linear before quadratic
    watched: bool = False  # twins were watched to the end
    restored_step: int = -1  # from when on linear twins stay with the network; -1: none did
    restored_strength: float = np.nan  # eta lambda there
    kernel_changes: dict = field(default_factory=dict)  # (s, t): |Theta_t - Theta_s|/|Theta_s|

    @property
    def diverged(self):
        return self.outcome == "diverged" or self.phase == "divergent"

    @property
    def strength(self):
        """c, or the learning rate itself where lambda_0 was not measured."""
        return self.c if np.isfinite(self.c) else self.learning_rate


@dataclass
class Run:
    path: Path
    members: list  # sorted by series, then learning rate; of a large ensemble some
    series: list  # names in the order of the summary; [""] where the learning rate alone is swept
    replicated: bool  # several seeds a point
    notes: list  # what could not be read
    forks: list  # steps of linearize.at; [] where only watched twins were forked
    deck: dict = field(default_factory=dict)  # resolved.toml
    laws: list = None  # of the width, once they are fitted
    table: pd.DataFrame = None  # summary.csv
    is_ensemble: bool = False  # members have no series
    slices: list = field(default_factory=list)  # of the loss, once they are read
    decay: dict = field(default_factory=dict)  # the first of train.decay: time or step, rate

    @property
    def name(self):
        return self.path.resolve().name

    @property
    def tolerance(self):
        """Of lambda, relative."""
        return self.deck.get("measure", {}).get("tolerance", 1e-4)

    @property
    def knows_c(self):
        return all(np.isfinite(member.c) for member in self.members)

    def of(self, series):
        return [member for member in self.members if member.series == series]

    def row_before_decay(self, member):
        """Of the member's series: its last row before the learning rate falls; -1: there is none,
        or no decay, or the member ended before it."""
        clock, begin = ("time", self.decay["time"]) if "time" in self.decay else \
            ("step", self.decay.get("step", np.inf))
        rows = np.flatnonzero(getattr(member, clock) <= begin * (1 + 1e-9))
        return int(rows[-1]) if 0 < rows.size < member.step.size else -1

    def asked_twins(self, member):
        """The twins that the deck names, without those of the watch; all where it names none."""
        return [t for t in member.twins if t.at in self.forks] or member.twins


def read_run(path):
    """Reads RUN/summary.csv and every member's series.h5 (an ensemble has none). Raises ValueError
    where there is no summary."""
    path = Path(path)
    file = path / "summary.csv"
    if not file.is_file():
        raise ValueError(f"{file} does not exist (a run writes it); name a run folder")
    try:
        table = pd.read_csv(file, dtype={"member": str})
    except (OSError, ValueError) as problem:
        raise ValueError(f"{file} cannot be read ({problem}); run the study again") from None
    if not {"member", "learning_rate", "outcome"} <= set(table.columns):
        raise ValueError(f"{file} is no summary of a run; name a run folder")
    varied = [key for key in table.columns if "." in key and table[key].nunique() > 1]
    series_keys = [k for k in varied if k not in LEARNING_RATE_KEYS + REPLICATE_KEYS]
    replicated = any(key in REPLICATE_KEYS for key in varied)

    is_ensemble = not (path / "members").is_dir()
    looked_at = table
    if is_ensemble and len(table) > MOST_OF_ENSEMBLE:
        looked_at = table.sample(MOST_OF_ENSEMBLE, random_state=1).sort_index()
    members, notes = [], []
    for _, row in looked_at.iterrows():
        member = _member(row, varied, series_keys)
        if not np.isfinite(member.learning_rate):
            notes.append(f"member {member.name} ({member.outcome}) has no learning rate, left out")
            continue
        problem = "" if is_ensemble else \
            _read_series(path / "members" / member.name / "series.h5", member)
        if problem:
            notes.append(f"member {member.name}: {problem}")
        members.append(member)
    series = list(dict.fromkeys(member.series for member in members))
    members.sort(key=lambda member: (series.index(member.series), member.learning_rate))
    deck = _deck(path / "resolved.toml")
    forks = list(deck.get("linearize", {}).get("at", []))
    decay = next(iter(deck.get("train", {}).get("decay", [])), {})
    return Run(path, members, series, replicated, notes, forks, deck, decay=decay, table=table,
               is_ensemble=is_ensemble)


def _deck(file):
    try:
        return tomllib.loads(file.read_text())
    except (OSError, tomllib.TOMLDecodeError):
        return {}


def short(value):
    """For titles: whole numbers above a million by their powers of ten."""
    whole = isinstance(value, (int, np.integer)) and abs(value) >= 1_000_000
    return f"{value:.6g}" if whole else f"{value}"


def _number(row, key):
    return float(pd.to_numeric(row.get(key, np.nan), errors="coerce"))


def _text(row, key):
    value = row.get(key, "")
    return value if isinstance(value, str) else ""


def _member(row, varied, series_keys):
    learning_rate, lambda_0, c = (_number(row, k) for k in ("learning_rate", "lambda_0", "c"))
    if not np.isfinite(c):
        c = learning_rate * lambda_0
    steps = _number(row, "steps")
    return Member(
        name=str(row["member"]), learning_rate=learning_rate, c=c, lambda_0=lambda_0,
        outcome=_text(row, "outcome"), phase=_text(row, "phase"),
        steps=int(steps) if np.isfinite(steps) else 0,
        lambda_end=_number(row, "lambda_end"), accuracy_end=_number(row, "accuracy_end"),
        test_accuracy_end=_number(row, "test_accuracy_end"),
        series=", ".join(f"{key.split('.')[-1]} {short(row[key])}" for key in series_keys),
        swept={key: row[key] for key in varied})


def _numbers(group, key, like=None):
    """The dataset as numbers; NaN everywhere where it is missing and `like` is given."""
    if like is not None and key not in group:
        return np.full(like.shape, np.nan)
    return group[key][:].astype(float)


def _read_series(file, member):
    """Fills the arrays of `member`; returns what was wrong, if anything."""
    if not file.is_file():
        return f"{file} does not exist"
    try:
        with h5py.File(file, "r") as h5:
            member.step, member.time, member.loss = (
                _numbers(h5, key) for key in ("step", "time", "loss"))
            member.accuracy, member.test_accuracy = (
                _numbers(h5, key, member.step) for key in ("accuracy", "test_accuracy"))
            member.rates = h5["learning_rate"][:] if "learning_rate" in h5 else \
                np.full(member.step.shape, member.learning_rate)
            member.curvatures = {group: (_numbers(h5[group], "step"), _numbers(h5[group], column))
                                 for group, column in CURVATURES.items() if group in h5}
            member.alignment = {name: values[:].astype(float) for name, values in
                                h5.get("alignment", {}).items()}
            if "kernel/lambda" in h5:
                _read_kernel(h5["kernel"], member)
            _read_twins(h5, member)
            if "kernel_change" in h5:
                change = h5["kernel_change"]
                pairs = zip(change["reference"][:].tolist(), change["step"][:].tolist())
                member.kernel_changes = dict(zip(pairs, change["change"][:].tolist()))
    except (OSError, KeyError) as error:
        return f"{file} cannot be read ({error})"
    return ""


def _read_twins(h5, member):
    """Fills member.twins and what the watch has found."""
    for at, models in h5.get("twins", {}).items():
        for model, group in models.items():
            rows = [_numbers(group, key) for key in
                    ("step", "loss", "accuracy", "test_accuracy", "distance")]
            outcome = group["outcome"][()].decode()
            member.twins.append(Twin(int(at.removeprefix("at_")), model, outcome, *rows))
    member.twins.sort(key=lambda twin: (twin.at, twin.model))
    if "restored" in h5:
        member.watched = True
        member.restored_step = int(h5["restored/step"][0])
        if member.restored_step >= 0:
            member.restored_strength = float(h5["restored/eta_lambda"][0])


def _read_kernel(group, member):
    step, values = group["step"][:].astype(float), group["lambda"][:].astype(float)
    good = np.isfinite(values)
    if "converged" in group:
        good &= group["converged"][:].astype(bool)
    member.kernel_step, member.kernel_lambda = step[good], values[good]
    if "error_share" in group:
        member.error_share = group["error_share"][:].astype(float)[good]
    if member.step.size:
        # Measurements may fall between the rows of the series.
        member.kernel_time = np.interp(step[good], member.step, member.time)
    if not np.isfinite(member.lambda_0) and good.any() and step[good][0] == 0:
        member.lambda_0 = values[good][0]
        member.c = member.learning_rate * member.lambda_0
