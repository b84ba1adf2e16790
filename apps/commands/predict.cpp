#include "commands/predict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/standard_streams.hpp"
#include "commands/result_file.hpp"
#include "curvature/assembled.hpp"
#include "deck/print.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"
#include "record/atomic_file.hpp"
#include "record/readable.hpp"
#include "spectra/spectrum.hpp"
#include "store/checkpoint_deck.hpp"
#include "store/checkpoint_file.hpp"
#include "store/checkpoints.hpp"
#include "study/start.hpp"
#include "twin/eigenbasis.hpp"
#include "twin/prediction.hpp"
#include "twin/tangent_space.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr Index steps_looked_at = 100000;  // for the end of the linear regime

/// What is told of one step.
struct Predicted {
  Index step = 0;
  Score train, test;
  std::vector<double> f, f_test;  ///< (samples, outputs), whole
};

struct Forecast {
  Index step = 0;
  Index outputs = 0;  ///< k
  double learning_rate = 0.0;
  std::vector<double> eigenvalues, growth_rates;
  std::string solver;
  std::optional<Index> leaves;  ///< the linear regime, counted as the run's steps are
  std::vector<Predicted> steps;
};

void check(const PredictRequest& request, const Deck& deck, Index step) {
  if (!deck.train.decay.empty()) {
    throw UsageError(
        "train.decay changes the learning rate (the closed form has one); use --set "
        "train.decay=[], and --learning-rate for that of the step");
  }
  if (deck.train.follow_lambda) {
    throw UsageError(
        "train.follow_lambda changes the learning rate (the closed form has one); use --set "
        "train.follow_lambda=false, and --learning-rate for that of the step");
  }
  for (const Index later : request.steps) {
    if (later >= step) continue;
    throw UsageError(
        fmt::format("--steps {} (the checkpoint is of step {}); name later steps", later, step));
  }
}

/// The closed form is that of gradient descent on the same samples at each step.
template <class Real>
void require_same_batch(const MemberStart<Real>& start) {
  if (!start.order.full()) {
    throw UsageError(
        "data.batch is not 0 (the closed form is that of full-batch gradient descent); use --set "
        "data.batch=0, with a smaller data.train_samples where they are too many");
  }
  if (start.augmentation.any()) {
    throw UsageError(
        "data.augment is not empty (the closed form is that of samples that stay the same); use "
        "--set data.augment=[]");
  }
}

/// The state of the member, its learning rate in `standing`.
template <class Real>
Standing<Real> load(const PredictRequest& request, MemberStart<Real>& start) {
  Standing<Real> standing = read_state(request.checkpoint, start.network, start.state);
  if (request.learning_rate > 0.0) standing.learning_rate = request.learning_rate;
  return standing;
}

template <class Real>
EigenBasis eigenbasis_of(const Network<Real>& network, const Vector<const Real>& theta,
                         const Samples<Real>& batch, Index samples, Forecast& result) {
  Tape<Real> tape = network.make_tape(samples);
  network.forward(theta, batch.x, tape);
  const MatrixOperator kernel = assemble_kernel<Real>(network, theta, tape);
  const auto size =
      static_cast<Index>(kernel.ranks().sum(static_cast<double>(kernel.local_size())));
  const Spectrum spectrum = largest_eigenvalues(kernel, {size, 1e-10, /*vectors=*/true});
  if (!spectrum.converged) {
    throw NumericalError("the whole spectrum did not converge; use --set model.precision=f64");
  }
  result.eigenvalues = spectrum.values;
  for (double& value : result.eigenvalues) value = std::max(value, 0.0);  // the rest is rounding
  result.solver = spectrum.solver;
  const Index local = kernel.local_size();
  std::vector<double> vectors(static_cast<std::size_t>(local * size));
  for (Index mode = 0; mode < size; ++mode) {
    for (Index i = 0; i < local; ++i) {
      vectors[static_cast<std::size_t>(mode * local + i)] = spectrum.vectors(i, mode);
    }
  }
  return EigenBasis(kernel.ranks(), result.eigenvalues, std::move(vectors));
}

/// Outputs of the linear model displaced by d at samples of this rank's rows, kept in `kept`.
template <class Real>
OutputsOf<Real> linear_model(const Network<Real>& network, const Vector<const Real>& theta_0,
                             const Vector<const Real>& d, std::vector<double>& kept) {
  return [&network, theta_0, d, &kept](const Batch& batch, const Matrix<Real>& x) {
    Tape<Real> tape = network.make_tape(batch);
    network.forward(theta_0, x, tape);
    const Matrix<Real> f("predicted_outputs", x.extent(0), network.outputs());
    TaylorModel<Real>(network, TwinKind::linear, theta_0).evaluate(tape, d, f);
    const auto host = to_host(f);
    kept.insert(kept.end(), host.data(), host.data() + host.size());
    return f;
  };
}

/// The linear model at displacement d, on all training and test samples. Collective.
template <class Real>
Predicted score_at(Index step, const MemberStart<Real>& start, const Vector<Real>& d,
                   Evaluator<Real>& train, Evaluator<Real>& test) {
  Predicted one{step, {}, {}, {}, {}};
  one.train = train.score(linear_model<Real>(start.network, start.state.theta, d, one.f));
  one.test = test.empty()
                 ? Score{NAN, NAN}
                 : test.score(linear_model<Real>(start.network, start.state.theta, d, one.f_test));
  const Communicator& ranks = start.network.grid().samples;
  one.f = ranks.concatenate(one.f);
  one.f_test = ranks.concatenate(one.f_test);
  return one;
}

template <class Real>
Forecast predict(const PredictRequest& request, const Deck& deck, Index step,
                 const Communicator& world) {
  MemberStart<Real> start(deck, world);
  require_same_batch(start);
  const Standing<Real> standing = load(request, start);
  const Network<Real>& network = start.network;
  const Index samples = start.data.train.size();
  const Samples<Real>& batch = start.data.train.mine();

  Forecast result;
  result.step = step;
  result.outputs = network.outputs();
  result.learning_rate = standing.learning_rate;
  require_short_assembly(deck, start.shape(), network.grid().shape(), samples);
  require_memory_of_spectrum(samples * network.outputs(), world);
  const EigenBasis basis = eigenbasis_of<Real>(network, start.state.theta, batch, samples, result);
  TangentSpace<Real> space(network, start.state.theta, start.state.velocity, batch, samples);
  const Prediction prediction(basis.values(), basis.to_modes(space.start(deck.train.l2 != 0.0)),
                              standing.learning_rate, deck.train.momentum, deck.train.l2);
  result.growth_rates = prediction.growth_rates();
  result.leaves = prediction.first_step_above(request.multiple, steps_looked_at);
  if (result.leaves) *result.leaves += step;

  Evaluator<Real> train(network, start.data.train, network.groups().train, start.loss);
  Evaluator<Real> test(network, start.data.test, network.groups().test, start.loss);
  for (const Index later : request.steps) {
    const Vector<Real> d =
        space.parameters(basis.from_modes(prediction.displacement(later - step)));
    result.steps.push_back(score_at<Real>(later, start, d, train, test));
    result.steps.back().train.loss = prediction.loss(later - step);
  }
  return result;
}

void write(const fs::path& path, const Forecast& result, const Provenance& provenance) {
  Table table({integers("step"), numbers("loss"), numbers("accuracy"), numbers("test_loss"),
               numbers("test_accuracy")});
  std::vector<double> f, f_test;
  for (const Predicted& one : result.steps) {
    table.append({one.step, one.train.loss, one.train.accuracy, one.test.loss, one.test.accuracy});
    f.insert(f.end(), one.f.begin(), one.f.end());
    f_test.insert(f_test.end(), one.f_test.begin(), one.f_test.end());
  }
  const std::size_t numbers = f.size() + f_test.size() + 2 * result.eigenvalues.size();
  require_room(path, 8.0 * static_cast<double>(numbers) + description_bytes);
  write_atomically(path, [&](const fs::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary);
    const auto modes = static_cast<Index>(result.eigenvalues.size());
    const auto steps = static_cast<Index>(result.steps.size());
    file.write("from_step", {1}, std::vector<Index>{result.step});
    file.write("learning_rate", {1}, std::vector<double>{result.learning_rate});
    file.write("eigenvalues", {modes}, result.eigenvalues);
    file.write("growth_rates", {modes}, result.growth_rates);
    file.write("leaves_linear_regime", {1}, std::vector<Index>{result.leaves.value_or(-1)});
    write_table(file, "", table);
    const auto rows_of = [&](const std::vector<double>& values) {
      return steps == 0 ? Index{0} : static_cast<Index>(values.size()) / (steps * result.outputs);
    };
    file.write("f", {steps, rows_of(f), result.outputs}, f);
    if (!f_test.empty()) file.write("f_test", {steps, rows_of(f_test), result.outputs}, f_test);
    write_provenance(file, provenance);
    file.close();
  });
}

void print(const Forecast& result, double multiple) {
  const auto growing = std::count_if(result.growth_rates.begin(), result.growth_rates.end(),
                                     [](double rate) { return rate > 1.0; });
  print_out("linear twin at step {}: lambda {:.6g}, eta {:.6g}, eta*lambda {:.6g} ({})\n",
            result.step, result.eigenvalues[0], result.learning_rate,
            result.learning_rate * result.eigenvalues[0], result.solver);
  print_out("{} of {} modes grow, the fastest by {:.9g} a step\n", growing,
            result.growth_rates.size(),
            *std::max_element(result.growth_rates.begin(), result.growth_rates.end()));
  if (result.leaves) {
    print_out(
        "its loss exceeds {:g} times that of step {} at step {}: there the network has left "
        "the linear regime\n",
        multiple, result.step, *result.leaves);
  }
  if (result.steps.empty()) return;
  Rows rows = {{"step", "loss", "accuracy", "test loss", "test accuracy"}};
  const auto loss = [](double value) { return with_dash("{:.6e}", value); };
  const auto accuracy = [](double value) { return with_dash("{:.4f}", value); };
  for (const Predicted& one : result.steps) {
    rows.push_back({fmt::format("{}", one.step), loss(one.train.loss), accuracy(one.train.accuracy),
                    loss(one.test.loss), accuracy(one.test.accuracy)});
  }
  for (const std::string& line : aligned(rows)) print_out("  {}\n", line);
}

}  // namespace

void predict_from_checkpoint(const PredictRequest& request, const Communicator& world) {
  Deck deck = deck_of_checkpoint(request.checkpoint, request.settings, world);
  deck.model.weights.clear();  // the checkpoint is read as a whole
  const Index step = step_of_checkpoint(request.checkpoint, world);
  check(request, deck, step);
  const Forecast result = deck.model.precision == "f64"
                              ? predict<double>(request, deck, step, world)
                              : predict<float>(request, deck, step, world);
  const fs::path path =
      folder_of(request.checkpoint, request.out) / fmt::format("predict-step-{:012}.h5", step);
  Provenance provenance = collect_provenance(world, request.command_line, print_resolved(deck, {}));
  provenance.emplace_back("checkpoint", request.checkpoint);
  on_root(world, [&] { print(result, request.multiple); });
  write_result(path, world, [&] { on_root(world, [&] { write(path, result, provenance); }); });
}

}  // namespace catapult
