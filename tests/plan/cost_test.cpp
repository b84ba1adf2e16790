// The cost model: exact counts, memory, the choice of the grid, what a queue is asked for.
#include "plan/cost.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "deck/study.hpp"
#include "plan/job_request.hpp"
#include "study/kernel_drift.hpp"
#include "study/training.hpp"

namespace catapult {
namespace {

using ::testing::HasSubstr;

/// 12 samples of 5 inputs, hidden layers of 7 and 4 neurons, 3 outputs; double precision.
Deck counted_deck() {
  Deck deck = testing::small_deck();
  deck.model.widths = {7, 4};
  deck.train.learning_rate = 0.1;
  return deck;
}
const DataShape counted_data{12, 0, 5, 3};

const Collective& named(const MemberCost& cost, const std::string& phase, const std::string& name) {
  for (const PhaseCollective& one : cost.collectives) {
    if (one.phase == phase && one.call.name == name) return one.call;
  }
  throw std::logic_error("no collective " + phase + ": " + name);
}

TEST(CostOfOneRank, CountsParametersAndArithmetic) {
  const MemberCost cost = cost_of(counted_deck(), counted_data, {1, 1});
  EXPECT_EQ(cost.parameters, 5 * 7 + 7 * 4 + 4 * 3);
  // Forward and gradient in all layers, errors back through all but the first.
  const double weights = 75, but_first = 40;
  EXPECT_EQ(cost.step.flops, 2 * 12 * (2 * weights + but_first));
  EXPECT_EQ(cost.step_flops, cost.step.flops);
  // 12 samples are more than any fan-in: gradients and their pushforward in place of Gram matrices.
  EXPECT_EQ(cost.product.flops, 2 * 12 * (2 * weights + 2 * but_first));
  EXPECT_EQ(cost.step.sent, 0.0);
  EXPECT_EQ(cost.step.messages, 0.0);
  EXPECT_TRUE(cost.collectives.empty());
  Deck biased = counted_deck();
  biased.model.sigma_b = 0.5;
  EXPECT_EQ(cost_of(biased, counted_data, {1, 1}).parameters, 75 + 14);
}

TEST(CostOfOneRank, CountsTheGramFormOfTheProduct) {
  Deck deck = counted_deck();
  deck.measure.kernel_samples = 4;
  const MemberCost cost = cost_of(deck, counted_data, {1, 1});
  EXPECT_EQ(cost.product.flops, 2 * 4 * (2 * 40.0) + 2 * 4 * 4 * (7 + 4 + 3));
  EXPECT_EQ(cost.grams.flops, 2 * 4 * 4 * (5 + 7 + 4));  // one panel
}

TEST(CostOfOneRank, CountsTheValuesOfTranscendentalFunctions) {
  Deck deck = counted_deck();
  const auto functions = [&](const char* activation) {
    deck.model.activation = activation;
    return cost_of(deck, counted_data, {1, 1}).step.functions;
  };
  const double hidden = 12 * (7 + 4);
  EXPECT_EQ(functions("relu"), 0.0);
  EXPECT_EQ(functions("tanh"), hidden) << "its derivative is had from it";
  EXPECT_EQ(functions("erf"), 2 * hidden);
}

TEST(CostOfOneRank, CountsStepsFromWhereTrainingStarts) {
  Deck deck = counted_deck();  // eta = 0.1
  StartingPoint start{.step = 30, .time = 3.0};
  const auto steps = [&] {
    return cost_of(deck, counted_data, {1, 1}, machine_of_build(), start).steps;
  };
  deck.train.stop_steps = 50;
  EXPECT_EQ(steps(), 20);
  deck.train.stop_time = 4.0;
  EXPECT_DOUBLE_EQ(steps(), 10);
  deck.train.decay = {{.step = 20, .learning_rate = 0.5}};
  EXPECT_DOUBLE_EQ(steps(), 2) << "the decay has come before";
  start.time = 4.5;
  EXPECT_EQ(steps(), 0) << "its end as well";
  deck.train.stop_time = 0.0;
  const Machine machine = machine_of_build();
  deck.measure.kernel_every = 0;
  const auto flops = [&](const StartingPoint& from) {
    return cost_of(deck, counted_data, {1, 1}, machine, from).total.flops;
  };
  EXPECT_DOUBLE_EQ(flops({}) - flops(start), 30.0 * cost_of(deck, counted_data, {1, 1}).step.flops);
}

TEST(CostOfOneRank, CountsStepsToTheStopThatComesFirst) {
  Deck deck = counted_deck();
  const auto steps = [&] { return cost_of(deck, counted_data, {1, 1}).steps; };
  deck.train.stop_steps = 250000;
  EXPECT_EQ(steps(), 250000);
  deck.train.stop_time = 4.0;  // at eta = 0.1
  EXPECT_EQ(steps(), 40);
  deck.train.stop_steps = 7;
  EXPECT_EQ(steps(), 7);
  EXPECT_FALSE(cost_of(deck, counted_data, {1, 1}).steps_assumed);
  deck.train.stop_steps = 0;
  EXPECT_EQ(steps(), 40);
  deck.train.decay = {{.time = 2.0, .learning_rate = 0.01}, {.step = 120, .learning_rate = 0.5}};
  EXPECT_DOUBLE_EQ(steps(), 20 + 100 + 2);
  deck.train.decay.pop_back();
  EXPECT_DOUBLE_EQ(steps(), 20 + 200);
  deck.train.decay = {{.time = 5.0, .learning_rate = 0.01}};
  EXPECT_DOUBLE_EQ(steps(), 40) << "the decay comes too late";
  deck.train.decay.clear();
  deck.train.learning_rate = 0.0;  // c: lambda_0 is not known yet
  deck.train.learning_rate_c = 1.0;
  EXPECT_EQ(steps(), 1000);
  EXPECT_TRUE(cost_of(deck, counted_data, {1, 1}).steps_assumed);
}

TEST(CostOfAGrid, CountsTheLargestRankOfTwoByThree) {
  const MemberCost cost = cost_of(counted_deck(), counted_data, {2, 3});
  // 4 samples a rank; weights (4, 5), (2, 7), and (3, 2) of the output layer.
  EXPECT_EQ(cost.step.flops, 2 * 4 * (2 * (20 + 14 + 6) + 14 + 6));
  EXPECT_EQ(cost.step_flops, 2 * 12 * (2 * 75 + 40));

  // 7 features of 4 samples between the hidden layers: half of them is sent, in one message.
  EXPECT_EQ(named(cost, "step", "gather activations").sent, 8 * 4 * 7 / 2.0);
  EXPECT_EQ(named(cost, "step", "gather activations").messages, 1);
  EXPECT_EQ(named(cost, "step", "scatter errors").sent, 8 * 4 * 7 / 2.0);
  EXPECT_EQ(named(cost, "step", "sum outputs").sent, 8 * 2 * 4 * 3 / 2.0);
  EXPECT_EQ(named(cost, "step", "sum outputs").messages, 2);
  // Three layers over three sample ranks: 4/3 of the weights, 2 ceil(log2 3) messages each.
  EXPECT_DOUBLE_EQ(named(cost, "step", "sum gradients").sent, 8 * 4 / 3.0 * (20 + 14 + 6));
  EXPECT_EQ(named(cost, "step", "sum gradients").calls, 3);
  EXPECT_EQ(named(cost, "step", "sum gradients").messages, 3 * 4);
  EXPECT_DOUBLE_EQ(named(cost, "step", "sum scores").sent, 4 / 3.0 * 16);
  EXPECT_DOUBLE_EQ(cost.step.sent, 112 + 112 + 96 + 8 * 4 / 3.0 * 40 + 4 / 3.0 * 16);
  EXPECT_EQ(cost.step.messages, 1 + 1 + 2 + 12 + 4);
}

TEST(CostOfAGrid, HasTheLayoutOfTheNetwork) {
  const Communicator world(MPI_COMM_WORLD);
  Deck deck = counted_deck();
  deck.model.sigma_b = 0.3;
  deck.parallel.width_ranks = world.size();
  const MemberStart<double> start(deck, world);
  EXPECT_EQ(world.sum(static_cast<double>(start.network.parameters())),
            static_cast<double>(cost_of(deck, counted_data, {world.size(), 1}).parameters));
}

/// Measures how far the kernel moves where the deck says so.
class Drifting final : public Observer<float> {
 public:
  explicit Drifting(KernelDrift<float> drift) : drift_(std::move(drift)) {}
  void observe(const Moment<float>& moment) override { drift_.observe(moment); }

 private:
  KernelDrift<float> drift_;
};

/// Memory of the process, peak.
double peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

TEST(CostOfAGrid, PredictsTheMemoryOfAMember) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer takes memory of its own";
#endif
  const Communicator world(MPI_COMM_WORLD);
  Deck deck = counted_deck();
  deck.data.inputs = 400;
  deck.data.train_samples = 64;
  deck.model.widths = {60000};
  deck.model.precision = "f32";
  deck.train.stop_steps = 1;
  const DataShape data{64, 0, 400, 3};
  for (const std::vector<Index>& steps : {std::vector<Index>(), {0, 1}}) {
    deck.measure.kernel_change = steps;  // what the first member takes the second takes as well
    const double predicted = cost_of(deck, data, grid_of(deck, data, world.size())).rank_bytes.host;
    MemberStart<float> member(deck, world);
    BatchStream<float> batches = member.batches();
    MemberRecord record(deck.measure);
    Drifting observer({member.network, steps, member.kernel_samples(deck.measure), record});
    train(member.network, batches, deck.train, 0.1, member.state, observer);
    const double measured = world.max(peak_bytes());
    EXPECT_LT(measured, 1.1 * predicted) << steps.size();
    EXPECT_GT(measured, 0.8 * predicted) << steps.size();
  }
}

TEST(Grid, IsChosenByTheSmallestStepTime) {
  Deck wide = counted_deck();
  wide.model.widths = {131072};
  const DataShape digits{512, 0, 784, 10};
  EXPECT_EQ(grid_of(wide, digits, 4), (GridShape{4, 1}));

  Deck narrow = counted_deck();
  narrow.model.widths = {16, 16, 16};
  EXPECT_EQ(grid_of(narrow, {50000, 0, 784, 10}, 4), (GridShape{1, 4}));
}

TEST(Grid, FillsTheRanksWithNeuronsAndSamples) {
  Deck deck = counted_deck();
  deck.model.widths = {2, 9};
  const GridShape few_neurons = grid_of(deck, counted_data, 6);
  EXPECT_LE(few_neurons.width_ranks, 2);
  EXPECT_EQ(few_neurons.ranks(), 6);
  deck.model.widths = {16, 16};
  EXPECT_EQ(grid_of(deck, {1, 0, 5, 3}, 6), (GridShape{6, 1}));
}

TEST(Grid, AvoidsOnesThatDoNotFitTheMemoryOfARank) {
  Deck deck = counted_deck();
  deck.model.widths = {8000, 8000};
  deck.data.batch = 64;            // a step is fastest with width ranks alone, but
  deck.measure.kernel_every = 10;  // each would gather the activations of
  deck.measure.kernel_samples = 50000;
  const DataShape data{50000, 0, 5, 3};
  const Machine& machine = fixed_machine("cluster");
  const auto seconds = [&](const GridShape& grid) {
    return seconds_of(cost_of(deck, data, grid, machine).step, machine, "f64");
  };
  const GridShape chosen = grid_of(deck, data, 64, machine);
  EXPECT_LT(seconds({64, 1}), seconds(chosen));
  EXPECT_GT(cost_of(deck, data, {64, 1}, machine).rank_bytes.host, 4e9);
  EXPECT_LE(cost_of(deck, data, chosen, machine).rank_bytes.host, 4e9);
}

TEST(Grid, FollowsTheDeck) {
  Deck deck = counted_deck();
  deck.parallel.sample_ranks = 3;
  EXPECT_EQ(grid_of(deck, counted_data, 6), (GridShape{2, 3}));
  EXPECT_THROW(grid_of(deck, counted_data, 4), UsageError);
}

Study wide_study(const std::string& width) {
  return parse_study(
      "study.name = \"wide\"\ndata.source = \"gaussian\"\ndata.inputs = 784\ndata.outputs = 10\n"
      "data.train_samples = 512\ntrain.learning_rate = 0.1\ntrain.stop_steps = 7\n"
      "model.width = " +
          width + "\n",
      "wide.toml", {});
}

TEST(JobRequest, TakesMoreNodesWhereMemoryIsShort) {
  const StudyPlan plan = plan_study(wide_study("4000000"), 8, 1, {.node = 32e9});
  const double rank_bytes = plan.costs[0].rank_bytes.host;
  Machine machine = fixed_machine("cluster");
  machine.node_ranks = machine.node_cores = 4;
  machine.node_bytes = 32e9;
  const JobRequest roomy = job_request(plan, 8, machine);
  EXPECT_EQ(roomy.ranks_a_node, 4);
  EXPECT_EQ(roomy.nodes, 2);
  EXPECT_GT(roomy.rank_bytes, rank_bytes);
  EXPECT_DOUBLE_EQ(roomy.seconds, 0.3 + 0.02 + 7 * seconds_of(plan.costs[0].step, machine, "f32"));
  machine.node_bytes = 2.5 * rank_bytes;
  const JobRequest tight = job_request(plan, 8, machine);
  EXPECT_EQ(tight.ranks_a_node, 2);
  EXPECT_EQ(tight.nodes, 4);
  EXPECT_THAT(sbatch_lines(tight, "wide"),
              HasSubstr("#SBATCH --nodes=4\n#SBATCH --ntasks=8\n#SBATCH --ntasks-per-node=2\n"));
}

TEST(JobRequest, IsRefusedWhereOneRankFillsMoreThanANode) {
  try {
    plan_study(wide_study("4000000"), 8, 1, {.node = 1e9});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("model.width is 4000000"));
    EXPECT_THAT(error.what(), HasSubstr("wide.toml:8"));
  }
}

}  // namespace
}  // namespace catapult
