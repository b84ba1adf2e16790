"""What check tells and refuses, for machines of cores and of GPUs."""

import csv
import json
import unittest

from image_decks import WRN
from program import SOURCE, WithFolder, catapult, write_deck


def plant_data(folder):
    """Files of the sizes and headers of MNIST, with labels, of CIFAR-10 and CIFAR-100."""
    def plant(name, size, header=b""):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            file.write(header)
            file.truncate(len(header) + size)

    for part, samples in (("train", 60000), ("t10k", 10000)):
        for kind, shape in (("images-idx3", (samples, 28, 28)), ("labels-idx1", (samples,))):
            header = b"".join(n.to_bytes(4, "big") for n in (0x800 + len(shape), *shape))
            labels = bytes(range(10)) * (samples // 10) if len(shape) == 1 else b""
            plant(f"mnist/{part}-{kind}-ubyte", 0 if labels else samples * 784, header + labels)
    for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
        plant(f"cifar-10-batches-bin/{name}.bin", 10000 * 3073)
    plant("cifar-100-binary/train.bin", 50000 * 3074)
    plant("cifar-100-binary/test.bin", 10000 * 3074)


class Check(WithFolder):
    def test_tells_what_to_ask_for_as_text_and_as_json(self):
        deck = write_deck(self.folder)
        request = ("check", deck, "--ranks", 6, "--node-cores", 4, "--machine", "cluster")
        text = catapult(*request)
        self.assertEqual(text.returncode, 0, text.stderr)
        for line in ("#SBATCH --nodes=2", "#SBATCH --ntasks=6", "#SBATCH --ntasks-per-node=4"):
            self.assertIn(line + "\n", text.stdout)
        told = json.loads(catapult(*request, "--json").stdout)
        member = told["members"][0]
        self.assertEqual(told["job"]["nodes"], 2)
        self.assertEqual(member["width_ranks"] * member["sample_ranks"], 6)
        self.assertEqual(member["parameters"], 6 * 32 + 32 * 32 + 32 * 3)
        sent = sum(call["bytes_sent"] for call in member["collectives"] if call["phase"] == "step")
        self.assertAlmostEqual(sent, member["step"]["bytes_sent"])
        self.assertGreater(sent, 0)

    def test_plans_for_gpu_nodes_without_a_gpu(self):
        deck = write_deck(self.folder, "model.width = 2048")
        request = ("check", deck, "--ranks", 12, "--machine", "h100", "--node-memory", 1000)
        text = catapult(*request)
        self.assertEqual(text.returncode, 0, text.stderr)
        for line in ("#SBATCH --nodes=2", "#SBATCH --ntasks-per-node=8",
                     "#SBATCH --gpus-per-node=8", "#SBATCH --cpus-per-task=14"):
            self.assertIn(line + "\n", text.stdout)
        told = json.loads(catapult(*request, "--json").stdout)
        member = told["members"][0]
        self.assertEqual(told["machine"]["name"], "h100")
        self.assertEqual(member["width_ranks"] * member["sample_ranks"], 12)
        self.assertGreater(member["gpu_bytes"], 1e9)
        self.assertGreater(member["step"]["seconds"],
                           member["step"]["launches"] * told["machine"]["launch"])

    def test_starts_kokkos_only_to_time_this_machine(self):
        deck = write_deck(self.folder)
        impossible = {"KOKKOS_NUM_THREADS": "many"}
        for machine in ("cluster", "a100", "h100", "mi250x"):
            checked = catapult("check", deck, "--machine", machine, **impossible)
            self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertEqual(catapult("check", deck, "--machine", "here", **impossible).returncode, 2)

    def test_every_deck_of_the_project_is_accepted(self):
        plant_data(self.folder)
        decks = sorted(SOURCE.glob("inputs/**/*.toml"))
        self.assertGreater(len(decks), 15)
        for deck in decks:
            ranks = 8192 if deck.name == "wide.toml" else 8
            machine = "cluster" if deck.name == "wide.toml" else "a100"
            for version in ((), ("--short",)):
                checked = catapult("check", deck, *version, "--machine", machine, "--ranks", ranks,
                                   CATAPULT_DATA=str(self.folder))
                self.assertEqual(checked.returncode, 0, f"{deck} {version}: {checked.stderr}")

    def test_refuses_what_fits_no_gpu(self):
        deck = write_deck(self.folder, "model.width = 110000")  # 48 GB of parameters
        self.assertEqual(catapult("check", deck, "--machine", "h100").returncode, 0)
        refused = catapult("check", deck, "--machine", "a100")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("on the GPUs, there are 40 GB", refused.stderr)

    def test_tells_how_ranks_share_a_network_of_images(self):
        deck = write_deck(self.folder, *WRN, 'study.sweep."data.batch" = [8, 10]',
                          "study.members_at_once = 1")
        done = catapult("check", deck, "--ranks", 2, "--machine", "cluster")
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in ("# channels are not spread, each layer would have to gather them all: ranks "
                     "share the samples",
                     "# member 0000: batch statistics: of groups of 4 samples, each on one rank: "
                     "no sums over ranks",
                     "# member 0001: batch statistics: of groups of 4 samples, spread over ranks: "
                     "sums at every batch norm"):
            self.assertIn(line, done.stdout.splitlines())
        self.assertIn("would take 24 products, about ", done.stdout)
        self.assertIn("the last one has 2", done.stderr)
        refused = catapult("check", deck, "--set", "parallel.width_ranks=2", "--ranks", 2)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("leave width_ranks out: ranks share the samples", refused.stderr)

    def test_estimates_lambda_0_where_steps_depend_on_it(self):
        deck = write_deck(self.folder, "train.stop_steps = 100000", "train.stop_time = 1.0")
        no_mpi = {"OMPI_MCA_pml": "none"}
        self.assertNotEqual(catapult("run", deck, "--out", self.run_folder, **no_mpi).returncode, 0)
        for machine in ("here", "cluster"):
            checked = catapult("check", deck, "--json", "--machine", machine, **no_mpi)
            self.assertEqual(checked.returncode, 0, checked.stderr)
            member = json.loads(checked.stdout)["members"][0]
            self.assertAlmostEqual(member["steps"], member["lambda_0"] / 1.5)
        text = catapult("check", deck, "--machine", "cluster").stdout
        self.assertIn(f"# lambda_0 about {member['lambda_0']:.3g} (estimated at width 32, 24 samples"
                      "), by which steps to train.stop_time are counted\n", text)
        self.assertNotIn("assumed", text)
        self.assertIn("# 1 member on 1 rank, 1 at once with 1 rank each\n", text)
        done = catapult("run", deck, "--out", self.run_folder, ranks=1)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.run_folder / "summary.csv", newline="") as file:
            row = next(csv.DictReader(file))
        self.assertAlmostEqual(member["lambda_0"] / float(row["lambda_0"]), 1.0, delta=0.1)
        unknown = catapult("check", deck, "--machine", "cluster", KOKKOS_NUM_THREADS="many")
        self.assertEqual(unknown.returncode, 0)
        self.assertIn("lambda_0 is not estimated", unknown.stderr)

    def test_refuses_what_fits_no_node(self):
        deck = write_deck(self.folder, "model.width = 20000")
        self.assertEqual(catapult("check", deck, "--node-memory", 16).returncode, 0)
        refused = catapult("check", deck, "--node-memory", 1)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("model.width is 20000", refused.stderr)


if __name__ == "__main__":
    unittest.main()
