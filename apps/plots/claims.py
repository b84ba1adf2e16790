"""What the paper claims, and how a run judges it.

A claim is one number: measured with its error, and beside it the range in which the paper is right.

defines: Claim, Measured, CannotTell, Verdict, judge, AGREES, DIFFERS, UNTOLD, NOT_RUN
"""

from dataclasses import dataclass, field

import numpy as np

AGREES, DIFFERS, UNTOLD, NOT_RUN = "agrees", "differs", "cannot be told", "not run"


class CannotTell(Exception):
    """Why this run does not have the number that a claim is about."""


@dataclass
class Measured:
    value: float
    error: float = np.nan  # standard error or half an interval; NaN: it has none, as a maximum
    files: list = field(default_factory=lambda: ["summary.csv"])  # relative to the run folder
    remark: str = ""  # what the number is of
    at_least: bool = False  # the number itself lies beyond `value`


@dataclass
class Claim:
    quantity: str  # what is measured
    says: str  # what the paper says of it
    number: str  # the paper's number, for people
    accepted: tuple  # (low, high): where the paper is right; an end may be infinite
    measure: callable  # (run) -> Measured; raises CannotTell
    of_full: str = ""  # why a shorter version cannot tell

    @property
    def one_sided(self):
        return not np.isfinite(self.accepted).all()


@dataclass
class Verdict:
    word: str
    why: str = ""
    found: Measured = None


def judge(claim, run, is_short):
    """The verdict of a run whose members have all ended. A number agrees where it lies in the
    accepted range within its error; an error wider than a range of more than one number, or one that
    reaches over the end of a range that has only one, leaves it open. So does a number of which only a bound below
    the range's end is known."""
    try:
        found = claim.measure(run)
    except CannotTell as why:
        return Verdict(UNTOLD, str(why))
    if is_short and claim.of_full:
        return Verdict(UNTOLD, f"this is the short version: {claim.of_full}", found)
    if not np.isfinite(found.value):
        return Verdict(UNTOLD, "the number is not in the run's files")
    low, high = claim.accepted
    if found.at_least:
        return Verdict(DIFFERS if found.value > high else UNTOLD, found.remark, found)
    error = found.error if np.isfinite(found.error) else 0.0
    inside = low <= found.value <= high
    touches = inside or (low < found.value + error and found.value - error < high)
    if claim.one_sided:
        clear = not touches or (low <= found.value - error and found.value + error <= high)
        if not clear:
            return Verdict(UNTOLD, "the error is larger than the difference", found)
        return Verdict(AGREES if inside else DIFFERS, found.remark, found)
    if high > low and error > high - low:
        return Verdict(UNTOLD, "the error is wider than what is accepted", found)
    return Verdict(AGREES if touches else DIFFERS, found.remark, found)
