// Machines of known numbers: what steps take there, which memory they fill, what a queue is asked.
#include "plan/machine.hpp"

#include <gmock/gmock.h>

#include "deck/study.hpp"
#include "plan/job_request.hpp"

namespace catapult {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Digits of 784 pixels and 10 classes through hidden layers of these widths, batch 512.
Deck digits_deck(const std::vector<Index>& widths) {
  Deck deck;
  deck.data.source = "gaussian";
  deck.data.inputs = 784;
  deck.data.outputs = 10;
  deck.data.train_samples = 512;
  deck.model.widths = widths;
  deck.model.precision = "f32";
  deck.train.learning_rate = 0.1;
  deck.train.stop_steps = 100;
  return deck;
}
const DataShape digits{512, 0, 784, 10};

MemberCost cost_on(const std::string& machine, const Deck& deck, const GridShape& grid = {1, 1}) {
  return cost_of(deck, digits, grid, fixed_machine(machine));
}

double seconds_of_step(const std::string& machine, const Deck& deck) {
  const MemberCost cost = cost_on(machine, deck);
  return seconds_of(cost.step, fixed_machine(machine), cost.precision);
}

TEST(Work, TakesTheSumOfItsPartsInTime) {
  const Machine machine{.name = "test",
                        .flops_f32 = 10.0,
                        .flops_f64 = 2.0,
                        .function_f32 = 0.5,
                        .function_f64 = 1.5,
                        .memory_bandwidth = 5.0,
                        .launch = 0.25,
                        .latency = 0.5,
                        .network_bandwidth = 2.0,
                        .process = {}};
  const Work work{.flops = 20.0,
                  .moved = 10.0,
                  .messages = 4.0,
                  .sent = 6.0,
                  .launches = 8.0,
                  .functions = 4.0};
  EXPECT_DOUBLE_EQ(seconds_of(work, machine, "f32"), 2.0 + 2.0 + 2.0 + 3.0 + 2.0 + 2.0);
  EXPECT_DOUBLE_EQ(seconds_of(work, machine, "f64"), 10.0 + 2.0 + 2.0 + 3.0 + 2.0 + 6.0);
  EXPECT_DOUBLE_EQ((2.0 * work).launches, 16.0);
  EXPECT_DOUBLE_EQ((2.0 * work).functions, 8.0);
}

TEST(FixedMachines, AreKnownByName) {
  for (const Machine& machine : fixed_machines()) {
    EXPECT_EQ(fixed_machine(machine.name).name, machine.name);
    EXPECT_EQ(machine.has_gpus(), machine.device_bytes > 0.0) << machine.name;
    EXPECT_EQ(machine.has_gpus(), machine.launch > 0.0) << machine.name;
    EXPECT_EQ(machine.node_cores % machine.node_ranks, 0) << machine.name;
  }
  EXPECT_THROW(fixed_machine("abacus"), std::logic_error);
}

// A product in TF32, or peaks of other precisions, would be faster than any float32 product is.
TEST(StepOnAGpu, IsNoFasterThanItsArithmeticAtTheDataSheetsPeak) {
  const Deck deck = digits_deck({8192, 8192, 8192});
  const double flops = cost_on("h100", deck).step.flops;
  EXPECT_GT(seconds_of_step("a100", deck), flops / 19.5e12);
  EXPECT_GT(seconds_of_step("h100", deck), flops / 67e12);
  EXPECT_GT(seconds_of_step("mi250x", deck), flops / 47.9e12);
  EXPECT_LT(seconds_of_step("h100", deck), 2.0 * flops / 67e12);
  EXPECT_LT(seconds_of_step("h100", deck), seconds_of_step("mi250x", deck));
  EXPECT_LT(seconds_of_step("mi250x", deck), seconds_of_step("a100", deck));
  EXPECT_LT(seconds_of_step("a100", deck), seconds_of_step("cluster", deck) / 100.0);
}

TEST(StepOnAGpu, OfThreeLayersOf2048TakesAboutAMillisecond) {
  const Deck deck = digits_deck({2048, 2048, 2048});
  EXPECT_LT(cost_on("h100", deck).step.launches, 60.0);
  EXPECT_LT(seconds_of_step("h100", deck), 1.5e-3);
}

TEST(StepOnAGpu, OfASmallNetworkIsBoundByLaunches) {
  const Deck deck = digits_deck({32, 32});
  const double launches = fixed_machine("h100").launch * cost_on("h100", deck).step.launches;
  EXPECT_GT(launches, 0.8 * seconds_of_step("h100", deck));
  // A wider one costs more arithmetic and not one launch more.
  EXPECT_EQ(cost_on("h100", digits_deck({2048, 2048})).step.launches,
            cost_on("h100", deck).step.launches);
}

TEST(Launches, AreThoseOfProductsActivationsAndTheLoss) {
  // Forward: a product a layer, an activation a hidden layer. Back: the gradient of each layer,
  // errors and slopes through all but the first. Loss: score and cotangent.
  Deck deck = digits_deck({32, 32});
  EXPECT_EQ(cost_on("cluster", deck).step.launches, (3 + 2) + (3 + 2 + 2) + 2);
  deck.train.momentum = 0.9;
  EXPECT_EQ(cost_on("cluster", deck).step.launches, 14 + 1);
  deck.model.sigma_b = 0.1;  // added, and their gradients summed
  EXPECT_EQ(cost_on("cluster", deck).step.launches, 15 + 2 * 3);
}

TEST(Launches, GrowWithTheShardsThatAreMultipliedOneByOne) {
  const Deck deck = digits_deck({64, 64});
  const double alone = cost_on("a100", deck).step.launches;
  // Features between the hidden layers come from four ranks: three products four times.
  EXPECT_EQ(cost_on("a100", deck, {4, 1}).step.launches, alone + 3 * 3);
}

TEST(MemoryOfAGpuRank, IsSplitBetweenItsNodeAndItsGpu) {
  Deck deck = digits_deck({4096, 4096});
  deck.train.momentum = 0.9;
  deck.measure.kernel_every = 10;
  const RankBytes core = cost_on("cluster", deck).rank_bytes;
  const RankBytes gpu = cost_on("h100", deck).rank_bytes;
  const double parameters = 4.0 * (784 * 4096 + 4096 * 4096 + 4096 * 10);
  EXPECT_EQ(core.device, 0.0);
  EXPECT_GT(gpu.device, fixed_machine("h100").process.device + 2.0 * parameters);
  // The host holds data on their way and the tracker's vectors, nothing as large as the network.
  EXPECT_LT(gpu.host, fixed_machine("h100").process.host + parameters);
}

TEST(MemoryOfAGpuRank, HasTheTrackersVectorsOnTheHost) {
  Deck deck = digits_deck({64, 64});
  const DataShape few_inputs{512, 0, 5, 10};
  const auto host = [&] {
    return cost_of(deck, few_inputs, {1, 1}, fixed_machine("a100")).rank_bytes.host;
  };
  const double without = host();
  deck.measure.kernel_every = 10;
  EXPECT_GT(host() - without, 8.0 * 60 * 5120);
}

TEST(MemoryOfAGpuRank, HoldsAKernelTwiceWherePetscSolvesIt) {
  Deck deck = digits_deck({64, 64});
  deck.measure.kernel_every = 10;
  deck.measure.method = "assembled";
  const double matrix = 8.0 * 5120 * 5120;
  const auto with = [&](Index eigenvalues, const std::string& solver) {
    deck.measure.eigenvalues = eigenvalues;
    deck.measure.solver = solver;
    return cost_on("a100", deck).rank_bytes;
  };
  const RankBytes tracked = with(1, "auto");
  EXPECT_GT(tracked.device, matrix);
  EXPECT_LT(tracked.host, fixed_machine("a100").process.host + matrix / 2.0);
  for (const RankBytes& solved : {with(1, "slepc"), with(8, "auto")}) {
    EXPECT_EQ(solved.device, tracked.device);
    EXPECT_GT(solved.host - fixed_machine("a100").process.host, matrix);
  }
}

TEST(ShareOfMemory, IsThatOfTheFullerOne) {
  const Machine& node = fixed_machine("a100");  // 64 GB and 40 GB a rank
  EXPECT_DOUBLE_EQ(share_of_memory({32e9, 10e9}, node), 0.5);
  EXPECT_DOUBLE_EQ(share_of_memory({32e9, 60e9}, node), 1.5);
  EXPECT_DOUBLE_EQ(share_of_memory({8e9, 0.0}, fixed_machine("cluster")), 2.0);
}

TEST(GridOfGpus, FollowsTheirNumbersNotThoseOfCores) {
  // Cores share the arithmetic of this network; GPUs hardly see it and save messages.
  const Deck deck = digits_deck({64, 64});
  EXPECT_EQ(grid_of(deck, digits, 4, fixed_machine("cluster")), (GridShape{2, 2}));
  EXPECT_EQ(grid_of(deck, digits, 4, fixed_machine("a100")), (GridShape{4, 1}));
}

TEST(GridOfGpus, AvoidsOnesThatDoNotFitTheGpu) {
  Deck deck = digits_deck({20000, 20000});
  deck.data.batch = 64;  // a step is fastest with width ranks alone, but each would gather the
  deck.measure.kernel_every = 10;  // activations of all these samples
  deck.measure.kernel_samples = 150000;
  const DataShape data{150000, 0, 5, 3};
  const Machine& machine = fixed_machine("a100");
  const auto bytes = [&](const GridShape& grid) {
    return cost_of(deck, data, grid, machine).rank_bytes.device;
  };
  EXPECT_GT(bytes({4, 1}), machine.device_bytes);
  EXPECT_LT(bytes({4, 1}), machine.node_bytes / 4);  // the host would hold it
  EXPECT_LE(bytes(grid_of(deck, data, 4, machine)), machine.device_bytes);
}

Study study_of(const std::string& keys) {
  return parse_study(
      "study.name = \"digits\"\ndata.source = \"gaussian\"\ndata.inputs = 784\n"
      "data.outputs = 10\ndata.train_samples = 512\ntrain.learning_rate = 0.1\n"
      "train.stop_steps = 100\n" +
          keys,
      "digits.toml", {});
}

StudyPlan plan_on(const Machine& machine, const std::string& keys, int ranks) {
  return plan_study(study_of(keys), ranks, 1,
                    {.node = machine.node_bytes, .device = machine.device_bytes}, machine);
}

std::string refusal_of(const Machine& machine, const std::string& keys, int ranks) {
  try {
    plan_on(machine, keys, ranks);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

// A run cannot know before which GPU it will meet, so all GPUs share one choice.
TEST(PlanOnGpus, HasTheGridThatAnyGpuBuildWillChoose) {
  const std::string keys = "model.widths = [512, 512, 512]\n";
  const Deck deck = study_of(keys).members[0];
  const GridShape chosen = grid_of(deck, digits, 8, reference_machine(RankKind::gpu));
  EXPECT_NE(chosen, grid_of(deck, digits, 8, fixed_machine("h100")));  // were it asked alone
  for (const char* machine : {"a100", "h100", "mi250x"}) {
    EXPECT_EQ(plan_on(fixed_machine(machine), keys, 8).costs[0].grid, chosen) << machine;
  }
}

TEST(PlanOnGpus, IsRefusedWhereAMemberFillsMoreThanItsGpu) {
  const std::string keys = "model.widths = [100000, 100000]\n";  // 40 GB of parameters
  EXPECT_THAT(refusal_of(fixed_machine("a100"), keys, 1),
              HasSubstr("on the GPUs, there are 40 GB"));
  EXPECT_EQ(refusal_of(fixed_machine("h100"), keys, 1), "none");
  const std::string with_velocity =
      refusal_of(fixed_machine("h100"), keys + "train.momentum = 0.9\n", 1);
  EXPECT_THAT(with_velocity, HasSubstr("model.width is too large"));
  EXPECT_THAT(with_velocity, HasSubstr("on each GPU, a GPU has 80 GB); start more ranks"));
  EXPECT_EQ(refusal_of(fixed_machine("h100"), keys + "train.momentum = 0.9\n", 2), "none");
}

// 251 GB of parameters over eight GPUs, with 32 GB of host memory.
TEST(PlanOnGpus, LetsAllGpusHoldMoreThanTheHostCould) {
  Machine machine = fixed_machine("a100");
  machine.node_bytes = 32e9 / 8;
  EXPECT_EQ(refusal_of(machine, "model.widths = [250000, 250000]\n", 8), "none");
}

TEST(PlanOnGpus, NamesTheHostWhereItsMemoryIsShort) {
  Machine machine = fixed_machine("a100");
  machine.node_bytes = 1.1e9;  // the libraries fit, the kernel of 5120 rows does not
  const std::string keys =
      "model.width = 64\nmeasure.kernel_every = 1\nmeasure.method = \"assembled\"\n";
  EXPECT_EQ(refusal_of(machine, keys, 1), "none");
  const std::string refusal = refusal_of(machine, keys + "measure.eigenvalues = 8\n", 1);
  EXPECT_THAT(refusal, HasSubstr("measure.kernel_samples is too large"));
  EXPECT_THAT(refusal, HasSubstr("GB of host memory a rank, and 1 of them share the 1.1 GB"));
  EXPECT_THAT(refusal, Not(HasSubstr("GPU")));
}

TEST(JobOnGpus, AsksForAGpuARankAndItsShareOfTheCores) {
  const StudyPlan plan = plan_on(fixed_machine("a100"), "model.width = 4096\n", 8);
  const JobRequest job = job_request(plan, 8, fixed_machine("a100"));
  EXPECT_EQ(job.nodes, 2);
  const std::string lines = sbatch_lines(job, "digits");
  EXPECT_THAT(lines, HasSubstr("--ntasks=8\n#SBATCH --ntasks-per-node=4\n"
                               "#SBATCH --gpus-per-node=4\n#SBATCH --cpus-per-task=16\n"
                               "#SBATCH --mem="));
  EXPECT_THAT(lines, Not(HasSubstr("mem-per-cpu")));
  const JobRequest few = job_request(plan, 2, fixed_machine("mi250x"));
  EXPECT_THAT(sbatch_lines(few, "digits"),
              HasSubstr("--gpus-per-node=2\n#SBATCH --cpus-per-task=7\n"));
  EXPECT_THAT(sbatch_lines(job_request(plan, 8, fixed_machine("cluster")), "digits"),
              HasSubstr("--cpus-per-task=1\n#SBATCH --mem-per-cpu="));
}

TEST(JobOnGpus, SpreadsRanksWhereTheHostsMemoryIsShort) {
  const StudyPlan plan = plan_on(fixed_machine("a100"), "model.width = 4096\n", 8);
  Machine node = fixed_machine("a100");
  node.node_bytes = 2.5 * plan.costs[0].rank_bytes.host;
  const JobRequest job = job_request(plan, 8, node);
  EXPECT_EQ(job.ranks_a_node, 2);
  EXPECT_EQ(job.nodes, 4);
  EXPECT_THAT(sbatch_lines(job, "digits"), HasSubstr("--gpus-per-node=2\n"));
}

}  // namespace
}  // namespace catapult
