#!/usr/bin/python3
"""Writes the page of the paper's figures, FOLDER/report.html, and verdicts.json and verdicts.csv
beside it.

    paper_report.py FOLDER --decks DIR
"""

import argparse
import math
import sys
import time
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import page  # noqa: E402
from catapult_plot import draw_all  # noqa: E402
from claims import AGREES, DIFFERS, NOT_RUN, UNTOLD  # noqa: E402
from paper_runs import read_outcomes, write_verdicts  # noqa: E402
from run_record import provenance_of  # noqa: E402
from run_sections import WIDE, duration, failures, provenance  # noqa: E402
from style import use_style  # noqa: E402

KINDS = {AGREES: "good", DIFFERS: "bad", UNTOLD: "open", NOT_RUN: "none"}
OF_MANY = {AGREES: "agree", DIFFERS: "differ"}
PAPER = ("Lewkowycz, Bahri, Dyer, Sohl-Dickstein, Gur-Ari: The large learning rate phase of deep "
         "learning: the catapult mechanism (2020), arXiv:2003.02218.")
LEFT_OUT = ("Picture", "Takes", "Needs", "Figure")  # of a deck's remarks
OF_DENSE = ("depth", "width", "activation", "parametrization", "sigma_w", "sigma_b")
OF_NETWORK = {"fc": OF_DENSE, "solvable": ("width", "representation"),
              "cnn": ("layers", "widen", "parametrization", "sigma_w", "sigma_b"),
              "wrn": ("depth", "widen", "parametrization", "sigma_w", "bias", "batch_norm_group")}
OF_DATA = ("classes", "train_samples", "test_samples", "batch", "augment", "center_labels",
           "target")
OF_TRAINING = ("momentum", "l2", "stop_steps", "stop_time", "stop_accuracy", "stop_loss", "decay")
LEAST_SECONDS, CLOSE = 10, 1.3  # what tells of a prediction, and how good it should be
UNUSED = (0, 0.0, "", [], False, None)  # values of keys that are switched off


def main(arguments):
    parser = argparse.ArgumentParser(prog="paper-report", description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="where the run folders are")
    parser.add_argument("--decks", metavar="DIR", type=Path, required=True)
    given = parser.parse_args(arguments)
    use_style()
    outcomes = read_outcomes(given.folder, given.decks)
    if not outcomes:
        print(f"error: {given.decks} has no deck of a figure; name inputs/paper", file=sys.stderr)
        return 2
    try:
        for outcome in outcomes:
            if outcome.run is not None:
                draw_where_old(outcome.run)
        write_verdicts(given.folder, outcomes)
        page.write_page(given.folder / "report.html", whole_page(outcomes))
    except OSError as problem:
        print(f"error: the page cannot be written ({problem}); free its folder", file=sys.stderr)
        return 5
    print(f"page: {given.folder / 'report.html'}")
    return 0


def draw_where_old(run):
    """The pictures of a run, unless they have been drawn since it ended."""
    plots = run.path / "plots"
    drawn = max((file.stat().st_mtime for file in plots.glob("*.png")), default=0.0)
    if drawn < (run.path / "summary.csv").stat().st_mtime:
        draw_all(run, plots)


def whole_page(outcomes):
    return page.document(
        "The catapult mechanism: figure after figure",
        page.paragraph(PAPER, style="lead"), told_in_short(outcomes), overview(outcomes),
        *(figure_section(outcome) for outcome in outcomes), where_from(outcomes))


# --- What is said of all ---

def told_in_short(outcomes):
    run = sum(outcome.run is not None for outcome in outcomes)
    return page.join([
        page.Html(f"<p>{counted(outcomes)}</p>"),
        page.paragraph(
            f"{run} of {len(outcomes)} figures have been run. A claim agrees where the number "
            "measured here lies, within its error, in the range in which the paper is right; these "
            "ranges are ours, as the paper tells no errors. A claim on which a run is silent (a "
            "shorter version, too large an error, members that did not end) cannot be told by it. "
            "All numbers and the files they come from are in verdicts.json and verdicts.csv "
            "beside this page.")])


def counted(outcomes):
    """The badges of their verdicts."""
    words = [verdict.word for outcome in outcomes for verdict in outcome.verdicts]
    counts = {word: words.count(word) for word in KINDS if word in words}
    return page.Html(" ".join(
        page.badge(f"{count} {OF_MANY.get(word, word) if count > 1 else word}", KINDS[word])
        for word, count in counts.items()))


def overview(outcomes):
    rows, ratios = [], []
    for outcome in outcomes:
        predicted, took = outcome.predicted, outcome.seconds
        ratio = took / predicted if predicted and took and outcome.run is not None else None
        ratios += [ratio] if ratio and took >= LEAST_SECONDS else []
        rows.append([page.link(outcome.name, f"Figure {outcome.figure.title}"),
                     outcome.version or "none", counted([outcome]), _seconds(predicted),
                     _seconds(took), ratio])
    close = sum(1 / CLOSE < ratio < CLOSE for ratio in ratios)
    told = f" Of {len(ratios)} runs that took {LEAST_SECONDS} s or more, {close} lie within a " \
        f"factor of {CLOSE}." if ratios else ""
    return page.section("Overview", page.table(
        ["figure", "version", "verdicts", "predicted s", "took s", "took / predicted"], rows,
        "Predicted by catapult check just before the first run, for these ranks on this machine; "
        "measured by the log, in whole seconds." + told))


def _seconds(seconds):
    return None if seconds is None else float(f"{seconds:.3g}")


def where_from(outcomes):
    """Of all runs together."""
    facts = {}
    for outcome in outcomes:
        for name, value in (provenance_of(outcome.folder) if outcome.folder else {}).items():
            facts.setdefault(name, {})[value] = None
    names = ("version", "git", "compiler", "build", "mpi", "kokkos", "petsc", "slepc", "hosts",
             "ranks")
    pairs = [(name, ", ".join(facts.get(name, []))) for name in names]
    pairs.append(("page made", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())))
    return page.section("Provenance", page.facts(pairs), name="provenance")


# --- Of one figure ---

def figure_section(outcome):
    return page.section(
        f"Figure {outcome.figure.title}", page.Html(f"<p>{counted([outcome])}</p>"),
        _not_run(outcome), _pictures(outcome), _claims(outcome), page.facts(_setting(outcome)),
        _differences(outcome),
        page.details("Where it comes from", provenance(outcome.folder, level=3),
                     failures(outcome.folder, outcome.run and outcome.run.table, level=3))
        if outcome.folder else "", name=outcome.name)


def _not_run(outcome):
    if outcome.run is not None:
        return ""
    word = "Not run" if outcome.folder is None else "Not finished"
    return page.paragraph(f"{word}: {outcome.why_not}.")


def _pictures(outcome):
    if outcome.run is None:
        return ""
    files = [(name, outcome.folder / "plots" / f"{name}.png") for name in outcome.figure.pictures]
    return page.pictures([
        page.picture(file, f"Figure {outcome.figure.title}: {name.replace('_', ' ')}",
                     wide=name in WIDE) for name, file in files if file.exists()])


def _claims(outcome):
    rows = []
    for claim, verdict in zip(outcome.figure.claims, outcome.verdicts):
        found = verdict.found
        rows.append([page.badge(verdict.word, KINDS[verdict.word]), claim.quantity, claim.says,
                     claim.number, _range(claim.accepted), _with_error(found) if found else "",
                     verdict.why])
    return page.table(["verdict", "quantity", "the paper says", "its number", "accepted",
                       "measured", "of what, or why"], rows, sortable=False)


def _with_error(found):
    """The number to as many digits as two of its error."""
    if found.at_least:
        return f"> {found.value:.4g}"
    if not found.error > 1e-6 * abs(found.value):
        return f"{found.value:.4g}"
    if not 1e-3 < abs(found.value) < 1e5:
        return f"{found.value:.3g} \N{PLUS-MINUS SIGN} {found.error:.1g}"
    digits = max(0, 1 - math.floor(math.log10(found.error)))
    return f"{found.value:.{digits}f} \N{PLUS-MINUS SIGN} {found.error:.{digits}f}"


def _range(accepted):
    low, high = accepted
    if low == high:
        return f"{low:g}"
    if low == -float("inf"):
        return f"below {high:g}"
    return f"above {low:g}" if high == float("inf") else f"{low:g} to {high:g}"


def _setting(outcome):
    """Network, data, training, seeds and what is swept, from the run's resolved deck."""
    if outcome.run is None:
        return []
    deck = outcome.run.deck
    swept = deck.get("study", {}).get("sweep", {})
    model, data = deck.get("model", {}), deck.get("data", {})

    def told(table, first, keys):
        return ", ".join([*(str(deck.get(table, {}).get(key)) for key in first),
                          *(f"{key} {_words(deck[table][key])}" for key in keys
                            if f"{table}.{key}" not in swept
                            and deck.get(table, {}).get(key) not in UNUSED)])

    times = [f"took {duration(outcome.seconds)}" if outcome.seconds is not None else "",
             f"predicted {duration(outcome.predicted)}" if outcome.predicted is not None else ""]
    full = outcome.plan.get("full")
    whole = "" if not outcome.is_short or not outcome.plan else \
        f"; the full one takes {duration(full)} by check" if full else \
        "; the full one cannot run here"
    return [("version", outcome.version + whole), ("run folder", outcome.folder.name),
            ("network", told("model", ("kind", "precision"), OF_NETWORK.get(model["kind"], ()))),
            ("data", " ".join([Path(data.get("path", "")).name, told("data", ("source",), OF_DATA)])),
            ("training", told("train", (), OF_TRAINING)),
            ("seeds", f"model.seed {model.get('seed')}, data.seed {data.get('seed')}"),
            ("swept", "; ".join(f"{key} = {_words(values)}" for key, values in swept.items())),
            ("time", ", ".join(filter(None, times)))]


def _words(value):
    if isinstance(value, list):
        return ", ".join(_words(one) for one in value)
    if isinstance(value, dict):
        return " ".join(f"{key} {_words(one)}" for key, one in value.items())
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _differences(outcome):
    """What the deck remarks on what the paper leaves open, and what the short version changes."""
    deck = outcome.deck.read_text()
    told = [page.paragraph(words) for words in remarks(deck)]
    changed = tomllib.loads(deck).get("study", {}).get("short", {})
    if outcome.is_short:
        told.append(page.paragraph("The short version changes, to take minutes on a few cores:"))
        told.append(page.items([f"{key} = {_words(value)}" for key, value in _flat(changed)]))
    return page.details("What differs from the paper, and why", *told) if told else ""


def _flat(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def remarks(text):
    """The paragraphs of a deck's head that say how it departs from the paper."""
    head = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        words = line[1:]
        if words.startswith("   ") and not words.startswith("    ") or not head:
            head.append(words.strip())
        else:
            head[-1] += " " + words.strip()
    return [words for words in head if not words.startswith(LEFT_OUT)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
