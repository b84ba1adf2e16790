"""The numbers of pairs that claims are about, as in measures.py: a network and its linear twin, a
network with L2 and one without.

defines: twins_that_diverge, twin_accuracy, twin_apart, l2_difference, l2_decay
"""

import numpy as np

from claims import CannotTell, Measured

CLOSE = 1e-2  # relative, of two values of c


def _files(members):
    return [f"members/{member.name}/series.h5" for member in members]


# --- Twins ---

def _twins(run, at, low, high):
    """(network, linear twin of step `at`) for low < c < high, of networks that did not diverge."""
    pairs = [(member, twin) for member in run.members for twin in member.twins
             if twin.at == at and twin.model == "linear" and low < member.c < high
             and not member.diverged]
    if not pairs:
        raise CannotTell(f"no network with {low:g} < c < {high:g} has a twin of step {at}")
    return pairs


def twins_that_diverge(at, low, high=np.inf):
    """The share of linear twins of step `at` that diverge while their networks do not."""
    def measure(run):
        pairs = _twins(run, at, low, high)
        return Measured(float(np.mean([twin.diverged for _, twin in pairs])),
                        files=_files(m for m, _ in pairs), remark=f"of {len(pairs)} twins")
    return measure


def twin_accuracy(at, low, high):
    """The largest difference of the test accuracy of network and twin where training ends."""
    def measure(run):
        apart = []
        for member, twin in _twins(run, at, low, high):
            end = np.nan if twin.diverged or not twin.step.size else twin.test_accuracy[-1]
            apart.append((1.0 if np.isnan(end) else abs(end - member.test_accuracy_end), member))
        worst, member = max(apart, key=lambda entry: entry[0])
        return Measured(float(worst), files=_files(m for _, m in apart),
                        remark=f"at c = {member.c:.3g}; of {len(apart)} twins")
    return measure


def twin_apart(at, c):
    """The difference of the losses of network and twin, in units of the network's first: the
    largest of all steps."""
    def measure(run):
        member, twin = _twins(run, at, c * (1 - CLOSE), c * (1 + CLOSE))[0]
        steps = np.intersect1d(member.step, twin.step)
        if not steps.size:
            raise CannotTell("network and twin have no step in common")
        one = member.loss[np.searchsorted(member.step, steps)]
        other = twin.loss[np.searchsorted(twin.step, steps)]
        apart = np.abs(one - other) / member.loss[0]
        return Measured(float(apart.max()), files=_files([member]),
                        remark=f"over {steps.size} steps")
    return measure


# --- L2 ---

def _pairs(run):
    """(without, with) L2 at the same c, members that did not diverge."""
    key = "train.l2"
    members = [m for m in run.members if not m.diverged and m.kernel_lambda.size]
    free = [m for m in members if m.swept.get(key) == 0.0]
    pairs = [(a, b) for a in free for b in members
             if b.swept.get(key, 0.0) > 0 and np.isclose(a.c, b.c, rtol=CLOSE)]
    if not pairs:
        raise CannotTell("no learning rate was trained with and without L2")
    return pairs


def l2_difference(until):
    """The largest difference that L2 makes to lambda up to this step, in units of lambda_0."""
    def measure(run):
        worst = []
        for free, held in _pairs(run):
            steps = free.kernel_step[free.kernel_step <= until]
            one, other = (np.interp(steps, m.kernel_step, m.kernel_lambda) for m in (free, held))
            worst.append((float(np.max(np.abs(other - one)) / free.lambda_0), free, held))
        value, free, held = max(worst, key=lambda entry: entry[0])
        return Measured(value, files=_files([free, held]),
                        remark=f"at c = {free.c:.3g}; {len(worst)} pairs")
    return measure


def l2_decay(run):
    """The largest ratio of lambda where training ends, with L2 to without."""
    value, free, held = max(((held.lambda_end / free.lambda_end, free, held)
                             for free, held in _pairs(run) if free.lambda_end > 0),
                            key=lambda entry: entry[0])
    return Measured(float(value), files=["summary.csv"],
                    remark=f"members {held.name} and {free.name}, c = {free.c:.3g}")
