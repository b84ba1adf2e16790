#include "commands/bench.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/standard_streams.hpp"
#include "commands/bare_products.hpp"
#include "curvature/assembled.hpp"
#include "curvature/ntk.hpp"
#include "plan/plan.hpp"
#include "study/agree.hpp"
#include "study/start.hpp"
#include "train/loop.hpp"
#include "train/update.hpp"

namespace catapult {
namespace {

constexpr int repeats = 3;  // the fastest counts: others share the machine
constexpr Index most_steps = 10;
constexpr double seconds_a_timing = 1.0;      // about; one step at least
constexpr double most_assembly_flops = 3e11;  // of a rank
constexpr Index most_followed = 200;          // steps along which lambda is followed
constexpr double seconds_followed = 20.0;     // about; most_steps at least

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  Kokkos::fence();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Seconds of the fastest of a few calls, the slowest rank's. Collective.
template <class Work>
double fastest(const Communicator& ranks, const Work& work) {
  double best = 0.0;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    ranks.barrier();
    const auto start = Clock::now();
    work();
    const double seconds = ranks.max(seconds_since(start));
    best = repeat == 0 ? seconds : std::min(best, seconds);
  }
  return best;
}

/// One measurement of an eigenvalue; returns the products that it took.
template <class Real>
using Measurement = std::function<Index(const Moment<Real>&)>;

/// Times measurements where they are made, at every step but the first, which finds the eigenvalue
/// from cold.
template <class Real>
class BenchObserver final : public Observer<Real> {
 public:
  explicit BenchObserver(Measurement<Real> measure) : measure_(std::move(measure)) {}
  void observe(const Moment<Real>& moment) override {
    if (!measure_) return;
    Kokkos::fence();
    const auto start = Clock::now();
    const Index products = measure_(moment);
    const double seconds = seconds_since(start);
    all_seconds_ += seconds;
    if (moment.row.step == 0) return;
    seconds_ += seconds;
    products_ += products;
    ++measurements_;
  }
  double all_seconds() const { return all_seconds_; }
  double seconds() const { return seconds_ / static_cast<double>(measurements_); }
  double products() const {
    return static_cast<double>(products_) / static_cast<double>(measurements_);
  }

 private:
  Measurement<Real> measure_;
  double all_seconds_ = 0.0, seconds_ = 0.0;
  Index products_ = 0, measurements_ = 0;
};

/// Seconds of the products of a step's forward pass, error back-propagation and update, one after
/// another, `steps` times.
template <class Real>
double time_products(const Network<Real>& network, Index samples, const Communicator& ranks,
                     Index steps) {
  BareProducts<Real> products;
  products.add(network.cost(Phase::forward, samples));
  products.add(network.cost(Phase::backward, samples));
  return fastest(ranks,
                 [&] {
                   for (Index step = 0; step < steps; ++step) products.run();
                 }) /
         static_cast<double>(steps);
}

/// Seconds of one assembly of the whole kernel; not a number where that is too much work.
template <class Real>
double time_assembly(const Deck& deck, const MemberStart<Real>& start, Tape<Real>& tape,
                     const Communicator& ranks) {
  const Network<Real>& network = start.network;
  const Grid& grid = network.grid();
  Deck of_batch = deck;
  of_batch.measure.kernel_samples = 0;  // the tape is the training batch's
  const MemberCost cost = cost_of(of_batch,
                                  {start.data.train.size(), 0, start.data.train.inputs(),
                                   start.data.train.outputs(), "", start.data.train.mine().image},
                                  {grid.width.size(), grid.samples.size()});
  if (cost.assembly.flops > most_assembly_flops) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return fastest(ranks, [&] { assemble_kernel<Real>(network, start.state.theta, tape); });
}

/// (name, value, unit) of everything timed.
struct Figure {
  std::string name;
  double value = 0.0;
  std::string unit;
};

/// A member that trains again and again from the same start.
template <class Real>
struct Trainee {
  MemberStart<Real> start;
  BatchStream<Real> batches;
  TrainOptions options;
  double eta = 0.0;

  Trainee(const Deck& deck, const Communicator& world)
      : start(deck, world), batches(start.batches()), options(deck.train) {
    const double lambda_0 = start.kernel_probe(deck.measure).measure(start.state.theta).lambda;
    eta = options.learning_rate > 0.0 ? options.learning_rate : options.learning_rate_c / lambda_0;
    options.stop_time = options.stop_accuracy = 0.0;
    options.diverge_above = std::numeric_limits<double>::infinity();
  }

  /// Forward pass, then so many steps; `measure`, if any, at each.
  BenchObserver<Real> run(Index steps, const Measurement<Real>& measure = {}) {
    options.stop_steps = steps;
    options.stop_loss = steps == 0 ? options.diverge_above : 0.0;  // at the first row
    TrainingState<Real> state;
    state.theta = Vector<Real>("bench_theta", start.state.theta.extent(0));
    Kokkos::deep_copy(state.theta, start.state.theta);
    make_room(options, start.network.parameters(), state);
    BenchObserver<Real> observer(measure);
    train(start.network, batches, options, eta, state, observer);
    return observer;
  }
};

/// Seconds of one kernel product; `tape` is forward.
template <class Real>
double time_product(const MemberStart<Real>& start, Tape<Real>& tape, Index samples,
                    const Communicator& world) {
  start.network.prepare_kernel(start.state.theta, tape, samples, false, KernelForm::cheapest);
  const NtkOperator<Real> ntk(start.network, start.state.theta, tape, samples);
  const Matrix<double> x("bench_x", 1, ntk.local_size()), y("bench_y", 1, ntk.local_size());
  Kokkos::deep_copy(x, 1.0);
  return fastest(world, [&] { ntk.apply(x, y); });
}

/// An eigenvalue along a training of `steps` steps, in the same run as the steps that it is
/// compared with.
template <class Real>
std::vector<Figure> time_following(Trainee<Real>& trainee, const std::string& name,
                                   const Measurement<Real>& measure, Index steps,
                                   const Communicator& world) {
  world.barrier();
  const auto start = Clock::now();
  const BenchObserver<Real> observer = trainee.run(steps, measure);
  const double all = seconds_since(start);
  const double step = world.max(all - observer.all_seconds()) / static_cast<double>(steps);
  const double measurement = world.max(observer.seconds());
  return {{name + " followed, steps", static_cast<double>(steps), ""},
          {name + " followed, a measurement", measurement, "s"},
          {name + " followed / step", measurement / step, ""},
          {name == "lambda" ? "products a measurement" : name + ", products a measurement",
           observer.products(), ""}};
}

/// Lambda and, where measure.curvature names it, the Hessian's largest eigenvalue.
template <class Real>
std::vector<Figure> time_eigenvalues(Trainee<Real>& trainee, const MeasureOptions& options,
                                     Index steps, const Communicator& world) {
  KernelProbe<Real> kernel = trainee.start.kernel_probe(options);
  std::vector<Figure> figures = time_following<Real>(
      trainee, "lambda",
      [&](const Moment<Real>& moment) {
        return kernel.measure(moment.state.theta, moment.tape).products;
      },
      steps, world);
  if (!measures(options, "hessian")) return figures;
  LossProbe<Real> loss = trainee.start.loss_probe(options);
  const std::vector<Figure> of_hessian = time_following<Real>(
      trainee, "Hessian",
      [&](const Moment<Real>& moment) {
        loss.move_to(moment.state.theta, moment.tape);
        return loss.hessian().products;
      },
      steps, world);
  figures.insert(figures.end(), of_hessian.begin(), of_hessian.end());
  return figures;
}

/// Peak memory of the largest rank, in bytes.
double peak_memory(const Communicator& world) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return world.max(static_cast<double>(usage.ru_maxrss) * 1024.0);
}

template <class Real>
std::vector<Figure> measure(const Deck& deck, Index followed, const Communicator& world) {
  Trainee<Real> trainee(deck, world);
  const MemberStart<Real>& start = trainee.start;
  const Index samples = trainee.batches.size();
  trainee.run(1);
  const double forward = fastest(world, [&] { trainee.run(0); });
  const Index timed =
      std::clamp<Index>(static_cast<Index>(seconds_a_timing / (3.0 * forward)), 1, most_steps);
  const double steps = fastest(world, [&] { trainee.run(timed); }) - forward;
  const double step = steps / static_cast<double>(timed);
  const double products = time_products(start.network, samples, world, timed);

  Tape<Real> tape = start.network.make_tape(samples);
  start.network.forward(start.state.theta, trainee.batches.at(0).x, tape);
  const double product = time_product(start, tape, samples, world);
  const double assembly = time_assembly(deck, start, tape, world);
  Index cold_products = 0;
  const double cold = fastest(world, [&] {
    cold_products = start.kernel_probe(deck.measure).measure(start.state.theta).products;
  });
  if (followed == 0) {
    followed =
        std::clamp(static_cast<Index>(seconds_followed / (2.0 * step)), most_steps, most_followed);
    world.broadcast(&followed, 1);
  }
  std::vector<Figure> figures = {{"training step", step, "s"},
                                 {"bare products of a step", products, "s"},
                                 {"step / bare products", step / products, ""},
                                 {"kernel product", product, "s"},
                                 {"kernel product / step", product / step, ""},
                                 {"kernel assembly", assembly, "s"},
                                 {"lambda cold", cold, "s"},
                                 {"lambda cold / step", cold / step, ""},
                                 {"products, lambda cold", static_cast<double>(cold_products), ""}};
  for (Figure& figure : time_eigenvalues(trainee, deck.measure, followed, world)) {
    figures.push_back(std::move(figure));
  }
  figures.push_back({"peak memory a rank", peak_memory(world) / 1e6, "MB"});
  return figures;
}

}  // namespace

ExitCode bench_deck(const RunRequest& request, Index followed, bool json,
                    const Communicator& world) {
  const Study study = agree_on_study(request.deck, request.settings, request.short_version, world);
  on_root(world, [&] { plan_study(study, world.size(), world.size()); });
  const Deck& deck = study.decks().front();
  const bool single = deck.model.precision == "f32";
  const std::vector<Figure> figures =
      single ? measure<float>(deck, followed, world) : measure<double>(deck, followed, world);
  nlohmann::ordered_json object;
  std::string text;
  for (const Figure& figure : figures) {
    object[figure.name] = figure.value;
    text += fmt::format("{:<32}{:>12.5g} {}\n", figure.name, figure.value, figure.unit);
  }
  object["ranks"] = world.size();
  object["library"] = single ? product_library(float{}) : product_library(double{});
  on_root(world, [&] { print_text(json ? object.dump(2) + "\n" : text); });
  return ExitCode::finished;
}

}  // namespace catapult
