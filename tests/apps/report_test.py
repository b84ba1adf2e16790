"""Pages of run folders and of the paper's figures: whole, well-formed, without anything from
elsewhere."""

import csv
import json
import subprocess
import sys
import unittest
from html.parser import HTMLParser

import h5py
import pandas as pd
import synthetic_run
from program import SOURCE, WithFolder

sys.path.insert(0, str(SOURCE / "apps/plots"))
from claims import AGREES, DIFFERS, UNTOLD  # noqa: E402
from paper_report import remarks  # noqa: E402
from paper_runs import read_outcomes  # noqa: E402
from run_record import seconds_of  # noqa: E402

VOID = {"meta", "img", "br", "link", "input", "hr"}
LOG = """2026-01-01 10:00:00 study t: 5 members (0 done before) on 2 ranks, 2 at once; run folder x
2026-01-01 10:00:07 warning: lambda of <member> 0001 has not converged
2026-01-01 10:02:00 stopped early, 4 of 5 members are finished
2026-01-02 08:00:00 study t: 5 members (4 done before) on 2 ranks, 2 at once; run folder x
2026-01-02 08:00:30 warning: lambda of <member> 0001 has not converged
2026-01-02 09:00:00 study t: 5 members (5 done before) on 2 ranks, 2 at once; run folder x
2026-01-02 09:00:01 done
"""


class Page(HTMLParser):
    """What a page holds; `problems`: tags that do not match, and things from elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.open, self.problems, self.cells, self.pictures = [], [], [], []
        self.names = set()
        self.feed(text)
        self.problems += [f"{tag} is left open" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if given.get("id", "") in self.names:
            self.problems.append(f"two are called {given['id']}")
        self.names |= {given["id"]} if "id" in given else set()
        if tag in ("link", "iframe", "object"):
            self.problems.append(f"a {tag}")
        for name in ("src", "href", "srcset", "data"):
            if name in given and not given[name].startswith(("data:image/png;base64,", "#")):
                self.problems.append(f"{name} = {given[name]}")
        if tag == "img":
            self.pictures.append(given.get("alt", ""))
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}>")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style" and ("url(" in data or "@import" in data):
            self.problems.append("looks from elsewhere")
        if "td" in self.open or "th" in self.open:
            self.cells[-1] += data


class Folder(WithFolder):
    def page(self, script, *arguments, code=0, file="report.html"):
        done = subprocess.run([SOURCE / "apps/plots" / script, *arguments], capture_output=True,
                              text=True, timeout=120)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        if code:
            return done.stderr
        self.assertIn(f"page: {self.folder / file}\n", done.stdout)
        text = (self.folder / file).read_text()
        page = Page(text)
        self.assertEqual(page.problems, [])
        self.assertTrue(all(page.pictures))  # each says in words what it shows
        return text, page


class RunReport(Folder):
    def test_all_that_a_run_has(self):
        cs = (0.5, 1.5, 2.5, 3.5, 5.0, 6.0)
        members = [synthetic_run.member(c) for c in cs]
        rows = synthetic_run.write(self.folder, members, twins=(0, 10))
        rows.loc[5, ["outcome", "phase"]] = ["failed", None]
        rows.to_csv(self.folder / "summary.csv", index=False)
        (self.folder / "log.txt").write_text(LOG)
        pd.DataFrame([dict(boundary="diverges", c=4.01, c_low=4.0, c_high=4.02, members=9,
                           monotone="yes")]).to_csv(self.folder / "boundaries.csv")
        (self.folder / "status.json").write_text('{"state": "stopped", "message": "a < b"}')
        with h5py.File(self.folder / "members/0002/spectrum-step-000000000007.h5", "w") as h5:
            h5["operator"], h5["eigenvalues"] = b"ntk", [0.25, 7.125]
            h5["step"], h5["samples"], h5["size"] = [7], [30], [30]
        with h5py.File(self.folder / "study.h5", "w") as h5:
            h5["provenance/git"], h5["provenance/deck"] = b"123abc", b"[study]\nname = 't'\n"
        text, page = self.page("catapult_report.py", self.folder)
        for member in range(6):
            self.assertIn(f"{member:04d}", page.cells)
        for cell in ("diverges", "4.01", "7.125, 0.25", "divergent"):
            self.assertIn(cell, page.cells)
        for words in ("123abc", "lambda of &lt;member&gt; 0001 has not converged",
                      "6: 2 lazy, 2 catapult, 1 divergent, 1 failed", "stopped", "a &lt; b",
                      "name = &#x27;t&#x27;"):
            self.assertIn(words, text)
        self.assertEqual(text.count("0001 has not converged"), 1)  # told twice by the log
        self.assertLess(text.index("failed: members 0005"), text.index("<img"))
        self.assertEqual(len(page.pictures), len(list(self.folder.glob("plots/*.png"))))
        # Linear twins of step 0 that diverged, and the networks' own losses, stand in the table.
        self.assertEqual(page.cells.count("linear"), 10)

    def test_a_run_that_ended_before_its_summary(self):
        (self.folder / "log.txt").write_text(LOG + "2026-01-02 08:00:31 error: no space\n")
        text, _ = self.page("catapult_report.py", self.folder)
        self.assertIn("before it wrote summary.csv", text)
        self.assertIn("error: no space", text)

    def test_a_folder_that_is_no_run(self):
        self.assertIn("name a run folder", self.page("catapult_report.py", self.folder, code=3))

    def test_the_time_of_all_starts_counts(self):
        self.assertEqual(seconds_of(LOG.splitlines()), 151.0)
        self.assertIsNone(seconds_of([]))


class PaperReport(Folder):
    def paper(self):
        return self.page("paper_report.py", self.folder, "--decks", SOURCE / "inputs/paper")

    def write_run(self, name, cs, state="finished"):
        run = self.folder / name
        run.mkdir()
        synthetic_run.write(run, [synthetic_run.member(c) for c in cs])
        (run / "status.json").write_text(json.dumps(dict(state=state, members=3, finished=3)))
        (run / "resolved.toml").write_text("[model]\nkind = 'solvable'\nseed = 4\nwidth = 1000\n"
                                           "[data]\nsource = 'toy'\n")
        (run / "log.txt").write_text(LOG)
        return run

    def test_verdicts_with_numbers_and_what_is_missing(self):
        self.write_run("fig1a_s1", (1.0, 3.0, 4.2))
        self.write_run("figS12", (1.9, 2.1), state="failed")
        (self.folder / "fig1a_s1.plan").write_text("100 -\n")
        (self.folder / "fig2.plan").write_text("10 1\n")
        (self.folder / "figS6.log").write_text("error: cannot find the data cifar-100-binary\n")
        text, page = self.paper()
        rows = json.loads((self.folder / "verdicts.json").read_text())
        told = {(row["figure"], row["quantity"]): row for row in rows}
        mine = told["fig1a_s1", "largest eta lambda at the end, 2 < c"]
        series = synthetic_run.member(3.0)[1]
        self.assertEqual(mine["verdict"], "agrees")
        self.assertAlmostEqual(mine["value"], 3.0 * series["kernel"][-1])
        self.assertTrue(all((self.folder / file).exists() for row in rows for file in row["files"]))
        with open(self.folder / "verdicts.csv") as file:
            self.assertEqual([row["verdict"] for row in csv.DictReader(file)],
                             [row["verdict"] for row in rows])
        self.assertEqual(len({row["figure"] for row in rows}), 20)
        self.assertIn("Not run: cannot find the data cifar-100-binary.", text)
        self.assertIn("Not run: its turn has not come yet.", text)
        self.assertIn("Not finished: failed, 3 of 3 members have ended", text)
        self.assertEqual({row["verdict"] for row in rows if row["figure"] == "figS12"}, {UNTOLD})
        self.assertIn("model.seed 4", text)
        self.assertIn("1.51", page.cells)  # 151 s taken, 100 s predicted
        self.assertIn("1 of 20 figures have been run", text)

    def verdicts(self, name):
        outcomes = read_outcomes(self.folder, SOURCE / "inputs/paper")
        return next(outcome for outcome in outcomes if outcome.name == name).verdicts

    def test_the_verdict_turns_with_the_data(self):
        run = self.write_run("fig1a_s1", (1.0, 3.0, 4.2))
        self.assertEqual([verdict.word for verdict in self.verdicts("fig1a_s1")], [AGREES, AGREES])
        table = pd.read_csv(run / "summary.csv", dtype={"member": str})
        table.loc[1, "lambda_end"] = 0.9
        table.to_csv(run / "summary.csv", index=False)
        self.assertEqual([verdict.word for verdict in self.verdicts("fig1a_s1")],
                         [AGREES, DIFFERS])

    def test_a_short_run_is_judged_by_what_it_can_tell(self):
        self.write_run("figS9-short", (0.5, 3.0, 3.5))
        critical, curvature = self.verdicts("figS9")
        self.assertEqual((critical.word, curvature.word), (UNTOLD, AGREES))
        self.assertIn("WRN-10-1", critical.why)
        # A full run that has ended goes before it, one that has not does not.
        run = self.write_run("figS9", (0.5, 3.0, 3.5), state="stopped")
        self.assertIn("WRN-10-1", self.verdicts("figS9")[0].why)
        (run / "status.json").write_text('{"state": "finished"}')
        self.assertNotIn("WRN-10-1", self.verdicts("figS9")[0].why)

    def test_what_a_deck_remarks(self):
        deck = ("# Figure 9 of nobody: a\n# longer line.\n#   Expect: much.\n#   Takes ages:\n"
                "#     --set x=1\n# Seen: nothing.\n#   Departs from the paper: in\n# all.\n\n"
                "# no\n")
        self.assertEqual(remarks(deck), ["Expect: much.", "Departs from the paper: in all."])


if __name__ == "__main__":
    unittest.main()
