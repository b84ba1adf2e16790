#include "commands/selftest.hpp"

#include <algorithm>
#include <cmath>

#include "base/standard_streams.hpp"
#include "curvature/ntk.hpp"
#include "linalg/vector_ops.hpp"
#include "spectra/spectrum.hpp"
#include "spectra/tracker.hpp"
#include "study/start.hpp"
#include "theory/scalar.hpp"
#include "train/loop.hpp"

namespace catapult {
namespace {

constexpr double rounding = 1e-11;  // of sums in double over a few thousand terms

/// Prints what was checked and counts what failed.
class Report {
 public:
  explicit Report(const Communicator& world) : world_(world) {}

  /// `error`: of this rank; the largest counts. Collective.
  void check(const std::string& what, double error, double limit) {
    const double worst = world_.max(std::isfinite(error) ? error : HUGE_VAL);
    const bool good = worst <= limit;
    failures_ += good ? 0 : 1;
    on_root(world_, [&] {
      print_out("{}  {:<66} error {:.1e} (limit {:.0e})\n", good ? "ok    " : "FAILED", what, worst,
                limit);
    });
  }
  int failures() const { return failures_; }

 private:
  const Communicator& world_;
  int failures_ = 0;
};

Deck small_deck(int ranks) {
  Deck deck;
  deck.data.source = "gaussian";
  deck.data.train_samples = 24;
  deck.data.inputs = 20;
  deck.data.outputs = 3;
  deck.model.widths = {std::max<Index>(48, ranks), std::max<Index>(41, ranks)};
  deck.model.sigma_w = std::sqrt(2.0);
  deck.model.sigma_b = 0.1;
  deck.model.precision = "f64";
  return deck;
}

double distance(const Matrix<double>& a, const Matrix<double>& b) {
  const auto left = to_host(a), right = to_host(b);
  double largest = 0.0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    largest = std::max(largest, std::abs(left.data()[i] - right.data()[i]));
  }
  return largest;
}

/// Largest difference between this rank's parameters and the same ones drawn alone.
double initialization_error(const MemberStart<double>& spread, const MemberStart<double>& alone) {
  const auto mine = to_host(spread.state.theta), all = to_host(alone.state.theta);
  double largest = 0.0;
  for (std::size_t t = 0; t < spread.network.tensors().size(); ++t) {
    const Tensor& part = spread.network.tensors()[t];
    const Tensor& whole = alone.network.tensors()[t];
    Index at = part.offset;
    for (Index row = part.rows.begin; row < part.rows.end; ++row) {
      for (Index column = part.columns.begin; column < part.columns.end; ++column, ++at) {
        const Index there = whole.offset + row * whole.columns.size() + column;
        largest = std::max(largest, std::abs(mine(at) - all(there)));
      }
    }
  }
  return largest;
}

Matrix<double> random_cotangent(Index samples, Index outputs) {
  Matrix<double> w("selftest_w", samples, outputs);
  const auto host = host_room(w);
  for (Index i = 0; i < samples * outputs; ++i)
    host.data()[i] = std::sin(1.0 + 2.7 * static_cast<double>(i));
  Kokkos::deep_copy(w, host);
  return w;
}

void check_maps(const MemberStart<double>& spread, const MemberStart<double>& alone,
                Report& report) {
  const Network<double>& network = spread.network;
  const Index samples = spread.data.train.size();
  Tape<double> tape = network.make_tape(samples), own = alone.network.make_tape(samples);
  network.forward(spread.state.theta, spread.data.train.mine().x, tape);
  alone.network.forward(alone.state.theta, alone.data.train.mine().x, own);
  report.check("f of a network spread over the ranks = f on one rank",
               distance(tape.outputs(), own.outputs()), rounding);

  const Matrix<double> w = random_cotangent(samples, network.outputs());
  const Vector<double> pulled("selftest_pulled", network.parameters());
  network.pullback(spread.state.theta, tape, w, {pulled, 1.0, 0.0});
  const Matrix<double> product("selftest_product", samples, network.outputs());
  const Matrix<double> pushed("selftest_pushed", samples, network.outputs());
  network.prepare_kernel(spread.state.theta, tape, samples, false, KernelForm::cheapest);
  network.kernel_product(spread.state.theta, tape, 1, w, product);
  network.pushforward(spread.state.theta, tape, pulled, pushed);
  report.check("kernel product in Gram form = J (J^T v)", distance(product, pushed), 1e-9);

  const auto host_w = to_host(w), host_p = to_host(pushed);
  double left = 0.0;
  for (std::size_t i = 0; i < host_w.size(); ++i) left += host_w.data()[i] * host_p.data()[i];
  const double right = network.grid().width.sum(dot<double>(pulled, pulled));
  report.check("<J J^T w, w> = <J^T w, J^T w>", std::abs(left - right) / right, rounding);
}

void check_eigenvalue(const MemberStart<double>& spread, const MemberStart<double>& alone,
                      Report& report) {
  MeasureOptions options;
  options.tolerance = 1e-10;
  const double followed = spread.kernel_probe(options).measure(spread.state.theta).lambda;
  options.method = "assembled";
  options.eigenvalues = 3;
  const double exact = alone.kernel_probe(options).measure(alone.state.theta).lambda;
  report.check("lambda of the spread kernel = that of the assembled one, on one rank",
               std::abs(followed - exact) / exact, 1e-9);
}

/// Keeps f and lambda of the warm-up model at every step.
class Recursion final : public Observer<double> {
 public:
  Recursion(KernelProbe<double>& probe, Index width, double eta)
      : probe_(probe), width_(static_cast<double>(width)), eta_(eta) {}

  void observe(const Moment<double>& moment) override {
    const double f = to_host(moment.tape.outputs())(0, 0);
    const double lambda = probe_.measure(moment.state.theta, moment.tape).lambda;
    if (moment.row.step > 0) {
      const WarmUpState now = warm_up_step(before_, eta_, width_);
      error_ = std::max(
          {error_, std::abs(now.f - f) / std::abs(f), std::abs(now.lambda - lambda) / lambda});
    }
    before_ = {f, lambda};
  }
  double error() const { return error_; }

 private:
  KernelProbe<double>& probe_;
  double width_, eta_;
  WarmUpState before_{};
  double error_ = 0.0;
};

void check_warm_up(const Communicator& world, Report& report) {
  Deck deck;
  deck.data.source = "toy";
  deck.model.kind = "solvable";
  deck.model.activation = "linear";
  deck.model.width = std::max<Index>(1000, world.size());
  deck.model.precision = "f64";
  deck.measure.tolerance = 1e-14;
  deck.train.stop_steps = 15;
  MemberStart<double> start(deck, world);
  KernelProbe<double> probe = start.kernel_probe(deck.measure);
  const double eta = 2.5 / probe.measure(start.state.theta).lambda;
  BatchStream<double> batches = start.batches();
  Recursion recursion(probe, deck.model.width, eta);
  train(start.network, batches, deck.train, eta, start.state, recursion);
  report.check("gradient descent on the warm-up model = recursion (6), (7) of the paper",
               recursion.error(), 1e-11);
}

}  // namespace

ExitCode selftest(const Communicator& world) {
  Report report(world);
  const Deck deck = small_deck(world.size());
  const MemberStart<double> spread(deck, world), alone(deck, Communicator::self());
  report.check("initial parameters do not depend on the number of ranks",
               initialization_error(spread, alone), 0.0);
  check_maps(spread, alone, report);
  check_eigenvalue(spread, alone, report);
  check_warm_up(world, report);
  on_root(world, [&] {
    print_out("{} on {} {}\n", report.failures() == 0 ? "all is well" : "something is wrong",
              world.size(), world.size() == 1 ? "rank" : "ranks");
  });
  return report.failures() == 0 ? ExitCode::finished : ExitCode::numerical;
}

}  // namespace catapult
