// Members trained within a test, on any group of ranks, with all that the loop shows kept.
// defines: Trained, train_member, small_deck, warm_up_deck
#pragma once

#include "study/start.hpp"
#include "train/loop.hpp"

namespace catapult::testing {

/// 12 samples of 5 inputs and 3 outputs, awkward widths, double precision.
inline Deck small_deck() {
  Deck deck;
  deck.data.source = "gaussian";
  deck.data.inputs = 5;
  deck.data.outputs = 3;
  deck.data.train_samples = 12;
  deck.data.preprocessing = "none";
  deck.model.widths = {13, 11};
  deck.model.sigma_w = 1.4;
  deck.model.seed = 4;
  deck.model.precision = "f64";
  deck.measure.tolerance = 1e-10;
  deck.train.stop_steps = 6;
  return deck;
}

/// f = n^(-1/2) v^T u on its one sample.
inline Deck warm_up_deck(Index width, Index seed) {
  Deck deck;
  deck.data.source = "toy";
  deck.data.preprocessing = "none";
  deck.model.kind = "solvable";
  deck.model.width = width;
  deck.model.seed = seed;
  deck.model.precision = "f64";
  deck.measure.tolerance = 1e-13;
  deck.train.stop_steps = 30;
  return deck;
}

/// One entry a row of the series; f and theta of this rank.
struct Trained {
  std::vector<double> loss, lambda, error_share, time, learning_rate;
  std::vector<double> f;  ///< of this step's batch, step after step
  std::vector<double> theta;
  TrainingResult result;
  double lambda_end = 0.0;
};

/// Trains at c/lambda_0 where deck.train.learning_rate_c is set. `follow`: lambda at every step.
template <class Real = double>
Trained train_member(const Deck& deck, const Communicator& ranks, bool follow = false) {
  class Keeper final : public Observer<Real> {
   public:
    Keeper(KernelProbe<Real>& probe, bool follow, Trained& seen)
        : probe_(probe), follow_(follow), seen_(seen) {}
    void observe(const Moment<Real>& moment) override {
      const auto f = to_host(moment.tape.outputs());
      seen_.f.insert(seen_.f.end(), f.data(), f.data() + f.size());
      seen_.loss.push_back(moment.row.loss);
      seen_.time.push_back(moment.row.time);
      seen_.learning_rate.push_back(moment.row.learning_rate);
      if (follow_) {
        const KernelMeasurement kernel = probe_.measure(moment.state.theta, moment.tape);
        seen_.lambda.push_back(kernel.lambda);
        seen_.error_share.push_back(kernel.error_share);
      }
    }

   private:
    KernelProbe<Real>& probe_;
    bool follow_;
    Trained& seen_;
  };

  MemberStart<Real> member(deck, ranks);
  BatchStream<Real> batches = member.batches();
  KernelProbe<Real> probe = member.kernel_probe(deck.measure);
  const double relative = deck.train.learning_rate_c;
  const double eta = relative > 0.0 ? relative / probe.measure(member.state.theta).lambda
                                    : deck.train.learning_rate;
  Trained seen;
  Keeper keeper(probe, follow, seen);
  seen.result = train(member.network, batches, training_of(deck), eta, member.state, keeper);
  if (seen.result.outcome != Outcome::diverged) {
    seen.lambda_end = probe.measure(member.state.theta).lambda;
  }
  const auto theta = to_host(member.state.theta);
  seen.theta.assign(theta.data(), theta.data() + theta.size());
  return seen;
}

}  // namespace catapult::testing
