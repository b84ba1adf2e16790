// What training and kernel products ask of a device: launches, allocations, copies and fences, as
// Kokkos tells its tools.
#include <gmock/gmock.h>

#include "curvature/ntk.hpp"
#include "harness/kokkos_calls.hpp"
#include "study/training.hpp"

namespace catapult {
namespace {

using testing::counted_calls, testing::KokkosCalls;

/// What `more` has beyond `few`.
KokkosCalls operator-(const KokkosCalls& more, const KokkosCalls& few) {
  return {more.launches - few.launches,
          more.allocations - few.allocations,
          more.copies - few.copies,
          more.fences - few.fences,
          more.names,
          0,
          0};
}

template <class Real>
class Silent final : public Observer<Real> {
  void observe(const Moment<Real>&) override {}
};

/// Of ten steps, without what the first and the last one do besides.
template <class Real>
KokkosCalls ten_steps(const Deck& deck, const Communicator& ranks) {
  const auto run = [&](Index last) {
    MemberStart<Real> member(deck, ranks);
    BatchStream<Real> batches = member.batches();
    TrainOptions options = deck.train;
    options.stop_steps = last;
    Silent<Real> observer;
    return counted_calls(
        [&] { train(member.network, batches, options, 1e-3, member.state, observer); });
  };
  run(2);  // the first one makes room that stays
  const KokkosCalls few = run(2), more = run(12);
  return more - few;
}

class DeviceCalls : public ::testing::Test {
 protected:
  Communicator self = Communicator::self();
  Deck deck = testing::small_deck();
};

/// Of a step of the small deck (three dense layers with biases, two activations): 3 products
/// forward, 5 backward; biases 3 forward, 3 backward; activations 2 forward, 2 backward; the loss
/// and its cotangent.
constexpr int launches_a_step = 20;

/// Kokkos fences up to three times behind a sum that the host asks for, with nothing in flight
/// between them; the loss is the one such sum of a step.
constexpr int fences_a_loss = 3;

TEST_F(DeviceCalls, OfAStepAreLaunchesAndOneLoss) {
  deck.model.sigma_b = 0.1;
  const KokkosCalls ten = ten_steps<float>(deck, self);
  EXPECT_EQ(ten.launches, 10 * launches_a_step);
  EXPECT_EQ(ten.allocations, 0) << ten.names;
  EXPECT_EQ(ten.copies, 0) << ten.names;
  EXPECT_LE(ten.fences, 10 * fences_a_loss) << ten.names;
}

TEST_F(DeviceCalls, OfAStepWithMomentumAndL2AreTwoLaunchesMore) {
  deck.model.sigma_b = 0.1;
  deck.train.momentum = 0.9;
  deck.train.l2 = 0.1;
  const KokkosCalls ten = ten_steps<double>(deck, self);
  EXPECT_EQ(ten.launches, 10 * (launches_a_step + 2));
  EXPECT_EQ(ten.allocations, 0) << ten.names;
  EXPECT_EQ(ten.copies, 0) << ten.names;
}

TEST_F(DeviceCalls, OfABatchAreItsIndicesAndTwoGathers) {
  deck.model.sigma_b = 0.1;
  deck.data.batch = 5;
  const KokkosCalls ten = ten_steps<float>(deck, self);
  EXPECT_EQ(ten.launches, 10 * (launches_a_step + 2));
  EXPECT_EQ(ten.allocations, 0) << ten.names;
  EXPECT_EQ(ten.copies, 10) << ten.names;
  EXPECT_LE(ten.fences, 10 * (fences_a_loss + 1)) << ten.names;
}

TEST_F(DeviceCalls, OfAnAugmentedBatchAreItsDrawsAndTwoChangesMore) {
  deck.model.sigma_b = 0.1;
  deck.data.image = {1, 5, 1};
  deck.data.augment = {"flip", "crop", "mixup"};
  for (const Index batch : {0, 5}) {
    deck.data.batch = batch;
    const KokkosCalls ten = ten_steps<float>(deck, self);
    EXPECT_EQ(ten.launches, 10 * (launches_a_step + 4));
    EXPECT_EQ(ten.allocations, 0) << ten.names;
    EXPECT_EQ(ten.copies, 20) << ten.names;
    EXPECT_LE(ten.fences, 10 * (fences_a_loss + 2)) << ten.names;
  }
}

/// On several ranks what MPI is given may be staged, in memory that stays.
TEST_F(DeviceCalls, OfAStepOnSeveralRanksAllocateNothing) {
  const Communicator world(MPI_COMM_WORLD);
  for (const Index batch : {0, 5}) {
    for (const bool by_width : {true, false}) {
      deck.data.batch = batch;
      deck.parallel.width_ranks = by_width ? world.size() : 1;
      deck.parallel.sample_ranks = by_width ? 1 : world.size();
      const KokkosCalls ten = ten_steps<double>(deck, world);
      // Samples that other ranks hold come in numbers that differ from step to step.
      if (batch == 0) {
        EXPECT_EQ(ten.allocations, 0) << ten.names;
      }
      EXPECT_LE(ten.launches, 10 * 40) << by_width;
    }
  }
}

template <class Real>
void expect_calls_of_products(const Deck& deck, const Communicator& ranks) {
  MemberStart<Real> member(deck, ranks);
  const Samples<Real> samples = member.kernel_samples(deck.measure);
  const Index all = deck.data.train_samples;
  Tape<Real> tape = member.network.make_tape(all);
  member.network.forward(member.state.theta, samples.x, tape);
  member.network.prepare_kernel(member.state.theta, tape, all, /*same_input=*/false,
                                KernelForm::cheapest);
  const NtkOperator<Real> kernel(member.network, member.state.theta, tape, all);
  const Matrix<double> x("x", 1, kernel.local_size()), y("y", 1, kernel.local_size());
  std::vector<double> host_x(static_cast<std::size_t>(kernel.local_size()), 1.0), host_y(host_x);
  HostProducts<double> host;
  const auto products = [&](int times) {
    for (int i = 0; i < times; ++i) kernel.apply(x, y);
  };
  const auto host_products = [&](int times) {
    for (int i = 0; i < times; ++i) host.apply(kernel, host_x.data(), host_y.data(), 1);
  };
  products(1);
  host_products(1);
  const KokkosCalls ten = counted_calls([&] { products(10); });
  EXPECT_LE(ten.launches, 10 * 25);
  EXPECT_EQ(ten.allocations, 0) << ten.names;
  const bool alone = ranks.size() == 1;
  if (alone) {
    EXPECT_EQ(ten.copies, 0) << ten.names;
    EXPECT_EQ(ten.fences, 0) << ten.names;
  }
  const KokkosCalls ten_on_host = counted_calls([&] { host_products(10); });
  EXPECT_EQ(ten_on_host.allocations, 0) << ten_on_host.names;
  if (alone) {
    EXPECT_EQ(ten_on_host.copies, device_is_host ? 0 : 20) << ten_on_host.names;
  }
}

TEST_F(DeviceCalls, OfAProductAreLaunches) {
  const Communicator world(MPI_COMM_WORLD);
  for (const Communicator& ranks : {self, world}) {
    for (const Index samples : {4, 40}) {  // by Gram matrices, and by parameters
      deck.data.train_samples = samples;
      expect_calls_of_products<float>(deck, ranks);
      expect_calls_of_products<double>(deck, ranks);
    }
  }
}

}  // namespace
}  // namespace catapult
