"""What `cmake --install` puts into a prefix works from there for others, who may not write; the
documents that lie beside it."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import BINARY, MPIEXEC, SOURCE, catapult

BUILD = Path(BINARY).parent.parent
# Root, whom the rights of files do not bind, lets nobody run what is installed.
OTHER = dict(user="nobody", group="nogroup", extra_groups=[]) if os.geteuid() == 0 else {}
SETTINGS = ("--set", "model.width=32", "--set", "train.stop_steps=4", "--set",
            'study.sweep."train.learning_rate_c"=[1.0, 3.0]')


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        scratch.chmod(0o755)
        cls.prefix, cls.closed, cls.own = (scratch / name for name in ("prefix", "closed", "own"))
        cls.share = cls.prefix / "share/catapult"
        subprocess.run(["cmake", "--install", BUILD, "--prefix", cls.prefix], check=True,
                       stdout=subprocess.DEVNULL, umask=0o022, timeout=60)
        cls.closed.mkdir(0o555)
        cls.own.mkdir()
        if OTHER:
            shutil.chown(cls.own, OTHER["user"])
        folders = [path for path in (cls.prefix, *cls.prefix.rglob("*")) if path.is_dir()]
        for folder in folders:
            folder.chmod(0o555)
            cls.addClassCleanup(folder.chmod, 0o755)

    def call(self, *command, cwd, code=0, user=OTHER, **environment):
        """As another user, without a home; the prefix is in PATH."""
        launch = {name: value for name, value in os.environ.items() if name.startswith("OMP")}
        done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True,
                              timeout=100, **user,
                              env={"PATH": f"{self.prefix}/bin:/usr/bin:/bin",
                                   "HOME": "/nonexistent", **launch, **environment})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_selftest_where_nothing_can_be_written(self):
        told = self.call(MPIEXEC, "-n", "2", "catapult", "selftest", cwd=self.closed)
        self.assertIn("all is well on 2 ranks", told)

    def test_a_study_with_pictures_in_a_folder_of_ones_own(self):
        self.call(self.share / "jobscripts/local.sh", self.share / "inputs/quickstart.toml",
                  *SETTINGS, cwd=self.own, RANKS="2")
        run = self.own / "runs/quickstart"
        self.assertEqual((run / "summary.csv").read_text().count("\n"), 3)
        self.assertTrue((run / "plots/loss.png").exists())
        self.assertTrue((run / "report.html").exists())
        self.assertIn("error: ", self.call("catapult-plot", "none", cwd=self.closed, code=3))

    def test_the_page_of_the_paper_in_a_folder_of_ones_own(self):
        told = self.call(self.share / "jobscripts/paper.sh", "--page", cwd=self.own)
        self.assertIn("page: runs/paper/report.html", told)
        self.assertTrue((self.own / "runs/paper/verdicts.csv").exists())

    def test_data_are_found_beside_the_program(self):
        deck = self.share / "inputs/quickstart.toml"
        for program, user, project in (("catapult", OTHER, self.share), (BINARY, {}, SOURCE)):
            def check(path, code):
                return self.call(program, "check", deck, "--machine", "cluster", "--set",
                                 f"data.path={path}", cwd=self.closed, code=code, user=user)
            for path in ("inputs/data/digits", "digits"):
                check(path, 0)
            self.assertIn(str(project), check("none", 3))

    def test_data_are_fetched_to_where_one_may_write(self):
        tools = self.own / "tools"
        tools.mkdir()
        (tools / "curl").write_text("#!/bin/sh\nexit 22\n")  # no network
        (tools / "curl").chmod(0o755)
        told = self.call(self.share / "inputs/data/fetch.sh", "mnist", cwd=self.own, code=3,
                         PATH=f"{tools}:/usr/bin:/bin")
        self.assertIn(f"put it into {self.own}/mnist", told)

    def test_all_that_users_run_and_read_is_there(self):
        for folder in ("inputs", "jobscripts", "apps/plots"):
            for source in (SOURCE / folder).rglob("*"):
                if source.is_dir() or source.suffix == ".pyc":
                    continue
                installed = self.share / source.relative_to(SOURCE)
                self.assertTrue(installed.exists(), installed)
                if os.access(source, os.X_OK):
                    self.assertEqual(installed.stat().st_mode & 0o111, 0o111, installed)
        for name in ("README.md", "CHANGELOG.md", "CITATION.cff", "licences.md"):
            self.assertTrue((self.prefix / "share/doc/catapult" / name).exists(), name)

    def test_nothing_knows_where_it_was_built(self):
        places = b"|".join(re.escape(os.fsencode(folder)) for folder in (SOURCE, BUILD.resolve()))
        for path in self.prefix.rglob("*"):
            if path.is_file():
                texts = re.findall(b"[ -~]*(?:" + places + b")[ -~]*", path.read_bytes())
                self.assertEqual(texts, [], path)



class Documents(unittest.TestCase):
    def test_citation_is_that_of_the_program(self):
        text = (SOURCE / "CITATION.cff").read_text()
        fields = dict(re.findall(r'^(\w[\w-]*): "?(.+?)"?$', text, re.M))
        cited = " ".join(catapult("info", "--cite").stdout.split())
        self.assertEqual(fields["cff-version"], "1.2.0")
        version = re.search(r"^version +(\S+)$", catapult("info").stdout, re.M)[1]
        self.assertEqual(fields["version"], version)
        self.assertIn(f"Version {version}", cited)
        names = re.findall(r"family-names: (.+)\n +given-names: (.+)", text)
        self.assertEqual(len(names), 5)
        entries = [fields["title"], *re.findall(r'(?:title|journal|name): "(.+)"', text),
                   " and ".join(map(", ".join, names)), re.search(r"year: (\d+)", text)[1]]
        self.assertEqual(len(entries), 6)
        for entry in entries:
            self.assertIn(f"{{{entry}}}", cited)

    def test_every_library_has_its_licence_told(self):
        packages = (SOURCE / "cmake/install_dependencies.sh").read_text()
        libraries = re.findall(r"\S+-dev\b", packages[:packages.index(")")])
        self.assertGreater(len(libraries), 10)
        told = (SOURCE / "cmake/licences.md").read_text()
        self.assertEqual([name for name in libraries if name not in told], [])


if __name__ == "__main__":
    unittest.main()
