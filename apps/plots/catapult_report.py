#!/usr/bin/python3
"""Writes the page of a run folder, RUN/report.html: all that the run tells, in one file.

    catapult_report.py RUN [--out FILE]
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import page  # noqa: E402
import run_sections as sections  # noqa: E402
from catapult_plot import draw_all, findings_of, tell_pictures  # noqa: E402
from run_folder import read_run  # noqa: E402
from run_record import log_of, status_of  # noqa: E402
from slices import read_slices  # noqa: E402
from style import use_style  # noqa: E402


def main(arguments):
    parser = argparse.ArgumentParser(prog="catapult-report", description=__doc__.splitlines()[0])
    parser.add_argument("run", metavar="RUN", type=Path, help="run folder")
    parser.add_argument("--out", metavar="FILE", type=Path, help="the page")
    given = parser.parse_args(arguments)
    out = given.out or given.run / "report.html"
    try:
        body = whole_body(given.run) if (given.run / "summary.csv").exists() else \
            failed_body(given.run)
        page.write_page(out, page.document(given.run.resolve().name, *body))
    except ValueError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 3
    except OSError as problem:
        print(f"error: the page cannot be written ({problem}); name another file by --out",
              file=sys.stderr)
        return 5
    print(f"page: {out}")
    return 0


def whole_body(path):
    """The parts of the page of a run with a summary. Draws its pictures and tells them. Raises
    ValueError where the summary cannot be read."""
    run = read_run(path)
    read_slices(run)
    for note in run.notes:
        print(f"warning: {note}", file=sys.stderr)
    drawn, found = [], []
    if run.members:
        use_style()
        drawn, found = draw_all(run, path / "plots"), findings_of(run)
        print(*tell_pictures(run, drawn), *found, sep="\n")
    parts = [sections.failures(path, run.table), sections.picture_section(drawn)]
    if run.members:
        parts += [sections.findings(found), sections.fits(run)]
    parts += [sections.boundary_tables(path), sections.members(run.table), sections.twins(run),
              sections.spikes(path), sections.spectra(path),
              page.section("Not read", page.items(run.notes)), sections.provenance(path)]
    return [sections.overview(path, run.table), page.contents(*parts), *parts]


def failed_body(path):
    """Of a run that ended before its summary. Raises ValueError where it is no run."""
    if not status_of(path) and not log_of(path):
        raise ValueError(f"{path} has neither summary.csv nor a log (a run writes them); name a "
                         "run folder")
    end = page.section("The end of the log", page.excerpt(log_of(path)[-sections.MOST_LINES:]))
    return [sections.overview(path, None),
            page.paragraph("The run ended before it wrote summary.csv; the same command line "
                           "continues it."),
            sections.failures(path, None), end, sections.spectra(path), sections.provenance(path)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
