"""The runs of the paper's decks, as jobscripts/paper.sh leaves them: what there is of each figure,
and what its verdicts are.

defines: Outcome, read_outcomes, write_verdicts
"""

import csv
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from claims import NOT_RUN, UNTOLD, Verdict, judge
from paper_figures import FIGURES
from run_folder import read_run
from run_record import log_of, seconds_of, status_of

COLUMNS = ("figure", "version", "quantity", "says", "number", "accepted_low", "accepted_high",
           "value", "error", "verdict", "why", "files")


@dataclass
class Outcome:
    """What has become of one figure."""

    name: str  # of deck and run folder
    deck: Path
    plan: dict  # version: seconds that check has expected of it; {} where it cannot run
    folder: Path = None  # of the run; None where there is none
    is_short: bool = False
    run: object = None  # with a summary whose members have all ended
    why_not: str = ""  # run is None
    verdicts: list = field(default_factory=list)  # one a claim

    @property
    def figure(self):
        return FIGURES[self.name]

    @property
    def version(self):
        return "" if self.folder is None else "short" if self.is_short else "full"

    @property
    def predicted(self):
        """Seconds, by check; None where it has not told them."""
        return self.plan.get(self.version)

    @cached_property
    def seconds(self):
        return None if self.folder is None else seconds_of(log_of(self.folder))


def read_outcomes(folder, decks):
    """One for each figure whose deck is in `decks`, in the paper's order, from the run folders in
    `folder`. A finished run goes before one that is not, a full one before a short one."""
    found = []
    for name in FIGURES:
        deck = decks / f"{name}.toml"
        if deck.exists():
            outcome = Outcome(name, deck, _plan(folder / f"{name}.plan"))
            _find_run(outcome, folder)
            outcome.verdicts = [_verdict(claim, outcome) for claim in outcome.figure.claims]
            found.append(outcome)
    return found


def _plan(file):
    """Of its words: the seconds of the full and of the short version, "-" where it cannot run."""
    words = file.read_text().split() if file.exists() else []
    return {version: float(word) for version, word in zip(("full", "short"), words) if word != "-"}


def _find_run(outcome, folder):
    """Fills folder, is_short, run and why_not."""
    there = [(is_short, folder / (outcome.name + ("-short" if is_short else "")))
             for is_short in (False, True)]
    there = [(is_short, path) for is_short, path in there if (path / "status.json").exists()]
    finished = [pair for pair in there if status_of(pair[1]).get("state") == "finished"]
    if not there:
        refused = [] if outcome.plan else _errors(folder / f"{outcome.name}.log")
        outcome.why_not = [*refused, "its turn has not come yet"][0]
        return
    outcome.is_short, outcome.folder = (finished or there)[0]
    status, errors = status_of(outcome.folder), _errors(outcome.folder / "log.txt")
    outcome.why_not = (f"{status.get('state', 'unknown')}, {status.get('finished')} of "
                       f"{status.get('members')} members have ended"
                       + "".join(f" ({error})" for error in errors[-1:]))
    if not finished:
        return
    try:
        run = read_run(outcome.folder)
    except ValueError as problem:
        outcome.why_not = str(problem)
        return
    if not run.table.outcome.isin(["failed", "stopped"]).any():
        outcome.run, outcome.why_not = run, ""


def _errors(file):
    return re.findall(r"error: (.*)", file.read_text(errors="replace")) if file.exists() else []


def _verdict(claim, outcome):
    if outcome.run is not None:
        return judge(claim, outcome.run, outcome.is_short)
    return Verdict(NOT_RUN if outcome.folder is None else UNTOLD, outcome.why_not)


def write_verdicts(folder, outcomes):
    """verdicts.json and verdicts.csv: every claim with its numbers and the files they come from,
    relative to `folder`."""
    rows = [_row(outcome, claim, verdict) for outcome in outcomes
            for claim, verdict in zip(outcome.figure.claims, outcome.verdicts)]
    (folder / "verdicts.json").write_text(json.dumps(rows, indent=1) + "\n")
    with open(folder / "verdicts.csv", "w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for row in rows:
            files = row["files"]
            more = [f"and {len(files) - 3} more"] if len(files) > 3 else []
            table.writerow(row | {"files": "; ".join(files[:3] + more)})


def _row(outcome, claim, verdict):
    found = verdict.found
    value, error = (found.value, found.error) if found else (np.nan, np.nan)
    values = [outcome.name, outcome.version, claim.quantity, claim.says, claim.number,
              *map(_finite, (*claim.accepted, value, error)), verdict.word, verdict.why,
              [f"{outcome.folder.name}/{file}" for file in found.files] if found else []]
    return dict(zip(COLUMNS, values))


def _finite(number):
    return float(number) if np.isfinite(number) else None
