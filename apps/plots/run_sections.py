"""What a page says of one run, section by section; each is empty where the run has nothing of it.

defines: WIDE, MOST_LINES, duration, overview, picture_section, findings, fits, boundary_tables,
spectra, twins, spikes, members, failures, provenance
"""

import numpy as np
import pandas as pd

import page
from laws import laws_of
from run_folder import h5py
from run_record import failures_of, log_of, provenance_of, seconds_of, status_of

MOST_ROWS = 1000  # of a table
MOST_LINES = 40  # of a log
WIDE = ("twins", "decay", "accuracy_in_time", "alignment", "twin_accuracy", "restored", "spikes",
        "asymptotics", "landscape", "widths", "error_share", "loss", "lambda")
UNFINISHED = ("failed", "stopped")


def duration(seconds):
    """As people say it."""
    if seconds >= 7200:
        return f"{seconds / 3600:.1f} h"
    if seconds >= 120:
        return f"{seconds / 60:.1f} min"
    return f"{seconds:.0f} s" if seconds >= 1 else "less than 1 s"


def frame_table(frame, caption=""):
    """A table of pandas' in ours, without columns that are empty; its first rows of very many."""
    shown = frame.dropna(axis="columns", how="all").head(MOST_ROWS)
    if len(frame) > len(shown):
        caption = f"{caption} The first {len(shown)} of {len(frame)} rows.".strip()
    return page.table(list(shown.columns), list(shown.itertuples(index=False, name=None)), caption)


def overview(path, table):
    """How many members ended how, when, where, in what time."""
    status, log, made = status_of(path), log_of(path), provenance_of(path)
    seconds = seconds_of(log)
    counts = []
    if table is not None:
        phase = table.get("phase", table.outcome).fillna("").astype(str)
        unfinished = table.outcome.isin(UNFINISHED) | (phase == "")
        counts = phase.where(~unfinished, table.outcome).value_counts().items()
    members = f"{len(table)}: " + ", ".join(f"{count} {name}" for name, count in counts) \
        if counts else status.get("members")
    state = status.get("state")
    if state and state != "finished":
        state = page.badge(state, "bad" if state == "failed" else "open")
    return page.facts([
        ("members", members), ("state", state), ("message", status.get("message")),
        ("started", made.get("started")), ("took", seconds is not None and duration(seconds)),
        ("on", made.get("hosts")), ("program", " ".join(
            part for part in (made.get("version"), made.get("git")) if part))])


def picture_section(drawn):
    """`drawn`: as draw_all tells it."""
    figures = [page.picture(file, f"{name}: {shows}", f"{shows[:1].upper()}{shows[1:]}.",
                            wide=name in WIDE) for name, file, shows in drawn if file]
    missing = [f"No picture of {name.replace('_', ' ')}: {why}." for name, file, why in drawn
               if not file]
    return page.section("Pictures", page.pictures(figures), page.items(missing), name="pictures")


def findings(lines):
    return page.section("Found", page.items(lines), name="found")


def fits(run):
    """Laws of the width, as in plots/fits.json."""
    rows = [[law.law, law.place, law.value, law.error, law.theory, len(law.rows), law.note]
            for law in laws_of(run)]
    columns = ["law", "at", "value", "error", "theory", "members", "note"]
    return page.section("Fits", page.table(columns, rows, "Least squares; the points and members "
                                           "of each are in plots/fits.json."), name="fits")


def boundary_tables(path):
    parts = []
    for name, told in (("boundaries_mean", "Mean over seeds."), ("boundaries", "Found by bisection "
                       "between c_low and c_high.")):
        if (path / f"{name}.csv").exists():
            parts.append(frame_table(pd.read_csv(path / f"{name}.csv", dtype={"member": str}),
                                     told))
    return page.section("Boundaries", *parts, name="boundaries")


def spectra(path):
    """One row for each file that `catapult spectrum` left."""
    rows = []
    for file in sorted(path.glob("members/*/spectrum-*.h5")):
        try:
            with h5py.File(file) as h5:
                values = np.sort(h5["eigenvalues"][:])[::-1]
                trace = [h5[f"trace/{key}"][0] if "trace" in h5 else None
                         for key in ("value", "error")]
                rows.append([file.parent.name, h5["operator"][()].decode(), int(h5["step"][0]),
                             int(h5["samples"][0]), int(h5["size"][0]), len(values),
                             ", ".join(f"{value:.4g}" for value in values[:5]), *trace])
        except (OSError, KeyError, IndexError) as problem:
            rows.append([file.parent.name, f"{file.name} cannot be read ({problem})",
                         *[None] * 7])
    columns = ["member", "operator", "step", "samples", "size", "eigenvalues", "largest", "trace",
               "its error"]
    return page.section("Spectra", page.table(columns, rows), name="spectra")


def twins(run):
    rows = []
    for member in run.members:
        for twin in run.asked_twins(member):
            ends = [values[-1] if values.size else None for values in
                    (twin.loss, twin.accuracy, twin.test_accuracy, twin.distance)]
            network = member.loss[-1] if member.loss.size else None
            rows.append([member.name, member.c, twin.at, twin.model, twin.outcome, network, *ends])
    columns = ["member", "c", "fork", "model", "outcome", "network's loss", "loss", "accuracy",
               "test accuracy", "distance"]
    return page.section("Twins", page.table(columns, rows[:MOST_ROWS], "Where their training "
                        "ended. The distance is that of all training outputs."), name="twins")


def spikes(path):
    file = path / "spikes.csv"
    if not file.exists():
        return page.Html("")
    return page.section("Spikes", frame_table(pd.read_csv(file, dtype={"member": str})),
                        name="spikes")


def members(table):
    return page.section("Members", frame_table(table, "As in summary.csv."), name="members")


def failures(path, table, level=2):
    """Members without an end, and what the log has to say."""
    parts = []
    if table is not None:
        left = table[table.outcome.isin(UNFINISHED)]
        parts += [f"{outcome}: members {', '.join(group.member)}"
                  for outcome, group in left.groupby("outcome")]
    told = failures_of(log_of(path))
    traces = [f"{file.name}: {line}" for file in sorted(path.glob("backtrace.*"))
              for line in file.read_text(errors="replace").splitlines()[:5]]
    lines = page.excerpt(told[-MOST_LINES:] + traces[:MOST_LINES])
    return page.section("Failures and warnings", page.items(parts), lines, name="failures",
                        level=level)


def provenance(path, level=2):
    facts = provenance_of(path)
    deck = facts.pop("deck", "") or _read(path / "resolved.toml")
    facts.pop("member_deck", None)
    parts = [page.facts(facts.items())]
    if deck:
        parts.append(page.details("The complete deck", page.excerpt(deck.splitlines())))
    return page.section("Provenance", *parts, name="provenance", level=level)


def _read(file):
    return file.read_text() if file.exists() else ""
