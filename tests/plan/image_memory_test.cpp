// Memory of wide residual networks: what is told against what a process takes, and what of a
// forward pass is kept.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "layers/build.hpp"
#include "plan/cost.hpp"
#include "plan/placement.hpp"
#include "study/training.hpp"

namespace catapult {
namespace {

Deck wide_deck() {
  Deck deck = testing::small_deck();
  deck.data.image = {3, 28, 28};
  deck.data.train_samples = 192;
  deck.model.kind = "wrn";
  deck.model.widths = {};
  deck.model.depth = 10;
  deck.model.widen = 1;
  deck.model.batch_norm_group = 16;
  deck.model.precision = "f32";
  deck.train.learning_rate = 0.1;
  deck.train.momentum = 0.5;
  deck.train.stop_steps = 1;
  deck.measure.tolerance = 0.1;
  return deck;
}

/// Measures lambda where the deck says so.
class Measuring final : public Observer<float> {
 public:
  explicit Measuring(KernelProbe<float>* probe) : probe_(probe) {}
  void observe(const Moment<float>& moment) override {
    if (probe_ != nullptr) probe_->measure(moment.state.theta, moment.tape);
  }

 private:
  KernelProbe<float>* probe_;
};

/// Of the process, peak.
double peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

TEST(MemoryOfAWideResidualNetwork, IsThatOfTheProcess) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer takes memory of its own";
#endif
  const Communicator world(MPI_COMM_WORLD);
  for (const Index every : {0, 1}) {  // what the first takes the second takes as well
    Deck deck = wide_deck();
    deck.measure.kernel_every = every;
    const DataShape data = probe(deck.data);
    const double told = cost_of(deck, data, grid_of(deck, data, world.size())).rank_bytes.host;
    MemberStart<float> member(deck, world);
    BatchStream<float> batches = member.batches();
    KernelProbe<float> kernel = member.kernel_probe(deck.measure);
    Measuring observer(every > 0 ? &kernel : nullptr);
    train(member.network, batches, deck.train, 0.1, member.state, observer);
    const double taken = world.max(peak_bytes());
    EXPECT_LT(taken, 1.2 * told) << every;
    EXPECT_GT(taken, 0.8 * told) << every;
  }
}

/// Bytes that a forward pass of one more image keeps.
double kept_of_an_image(const Deck& deck, const ImageShape& image) {
  const auto chain = build_chain<float>(deck.model, {image.inputs(), 10, image}, {});
  const auto kept = [&](Index samples) {
    CostSheet sheet(batch_on({}, samples, 1), 10, sizeof(float));
    chain->cost(Phase::forward, sheet);
    return sheet.kept();
  };
  return kept(65) - kept(64);
}

/// Each block has two, of as many channels; the stem's output and the last one come on top.
TEST(MemoryOfAWideResidualNetwork, IsThatOfTheInputsOfBatchNorms) {
  Deck deck = wide_deck();
  deck.model.depth = 28;
  deck.model.widen = 10;
  const double first = sizeof(float) * 160 * 32 * 32, stem = first / 10;
  const double inputs = 8 * (first + first / 2 + first / 4) + stem;
  const double kept = kept_of_an_image(deck, {3, 32, 32});
  EXPECT_GT(kept, inputs);
  EXPECT_LT(kept, inputs + 3 * first);  // what passes, one after another; 18.5e6 were all kept
}

}  // namespace
}  // namespace catapult
