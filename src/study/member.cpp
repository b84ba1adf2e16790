#include "study/member.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/unknown.hpp"
#include "store/checkpoint_file.hpp"
#include "study/member_observer.hpp"
#include "study/start.hpp"

namespace catapult {
namespace {

/// What another optimizer has gathered means nothing to this one.
template <class Real>
void forget_updates(TrainingState<Real>& state) {
  for (const Vector<Real>& gathered : {state.velocity, state.squares}) {
    if (gathered.size() > 0) Kokkos::deep_copy(gathered, Real(0));
  }
  state.updates = 0;
}

/// Starts from a checkpoint of another run, with the learning rate of this deck.
template <class Real>
void start_from(const MemberTask& task, const Network<Real>& network, TrainingState<Real>& state,
                Standing<Real>& standing) {
  const Standing<Real> there = read_state(task.origin->checkpoint, network, state);
  const TrainOptions& train = task.deck.train;
  if (task.origin->deck.train.optimizer != train.optimizer) forget_updates(state);
  if (!task.origin->goes_on) return;  // the rate is c/lambda as measured there, or absolute
  standing = there;
  if (train.learning_rate > 0.0) {
    standing.learning_rate = train.learning_rate;
  } else if (std::isfinite(standing.lambda_0)) {
    standing.learning_rate = train.learning_rate_c / standing.lambda_0;
  }
}

/// Continues the member from its newest valid checkpoint where it has any.
template <class Real>
void resume(const MemberTask& task, MemberStart<Real>& start, Checkpoints& checkpoints,
            Standing<Real>& standing, const MemberTools& tools) {
  const Network<Real>& network = start.network;
  const Index batch = start.order.size(), kernel = task.deck.measure.kernel_samples;
  const FunctionSizes sizes{(kernel > 0 ? kernel : batch) * network.outputs(),
                            batch * network.outputs()};
  const std::vector<Index> steps = checkpoints.find(network.grid().all);
  for (const Index step : steps) {
    const auto path = checkpoints.path_of(step);
    try {
      read_checkpoint(path, network, sizes, start.state, standing, tools.record);
      checkpoints.continue_from(step);
      tools.log.info("{} continues from {}", task.name, path.string());
      return;
    } catch (const Error& error) {
      if (error.code() != ExitCode::data) throw;
      tools.log.warn("{}; trying the checkpoint before it", error.what());
    }
  }
  if (steps.empty()) {
    if (task.origin) start_from(task, network, start.state, standing);
    return;
  }
  throw DataError(fmt::format(
      "{}: none of the {} checkpoints can be read (see the warnings); remove this folder to start "
      "the member anew",
      checkpoints.path_of(0).parent_path().string(), steps.size()));
}

/// Of a member that starts from nothing.
template <class Real>
Standing<Real> first_standing(const MemberTask& task) {
  const TrainOptions& train = task.deck.train;
  Standing<Real> standing;
  standing.learning_rate =
      train.learning_rate > 0.0 ? train.learning_rate : train.learning_rate_c / task.lambda_0;
  standing.lambda_0 = standing.lambda_last = task.lambda_0;
  standing.lambda_first = unknown;
  return standing;
}

template <class Real>
MemberResult train_member(const MemberTask& task, const Communicator& ranks,
                          const MemberTools& tools) {
  const Deck& deck = task.deck;
  const TrainOptions training = training_of(deck);
  MemberStart<Real> start(deck, ranks, tools.data);
  BatchStream<Real> batches = start.batches();
  KernelProbe<Real> kernel = start.kernel_probe(deck.measure);
  Evaluator<Real> test(start.network, start.data.test, start.network.groups().test,
                       loss_of(training));
  TwinRuns<Real> twins(
      deck.linearize, deck.train.diverge_above,
      {start.network, training, start.order.size(), batches.same_inputs(), start.data.test},
      twin_matrices(deck, start.shape(), start.network.grid().shape(), machine_of_build().rank),
      tools.record);
  const auto quantities = quantities_of(deck, start);
  KernelDrift<Real> drift(start.network, deck.measure.kernel_change,
                          start.kernel_samples(deck.measure), tools.record);
  Spikes<Real> spikes(deck.measure, kernel, tools.record);
  Checkpoints checkpoints(task.folder, deck.checkpoint);
  Standing<Real> standing = first_standing<Real>(task);
  resume(task, start, checkpoints, standing, tools);
  kernel.restore(standing.trackers);
  restore(quantities, standing.parameter_trackers);
  spikes.restore(std::move(standing.spikes));
  twins.restore(std::move(standing.twins));
  drift.restore(standing.kernel_reference);
  MemberObserver<Real> observer(
      task, {start.network, kernel, quantities, test, twins, drift, spikes, checkpoints}, tools,
      standing, start.state.step);

  MemberResult result;
  result.learning_rate = standing.learning_rate;
  {
    const Timed steps(tools.stopwatch, TimePart::steps);
    result.training =
        train(start.network, batches, training, standing.learning_rate, start.state, observer);
  }
  result.lambda_0 = observer.lambda_0();
  result.lambda_end = observer.lambda_end();
  result.c = observer.c();
  result.same_batch = batches.same_inputs();
  result.test_accuracy_end = observer.test_end().accuracy;
  result.finding = twins.finding();
  result.lost_checkpoint = observer.lost_checkpoint();
  return result;
}

template <class Real>
double lambda_0_of(const Deck& deck, const Communicator& ranks, DatasetCache& data,
                   Stopwatch& stopwatch) {
  MeasureOptions options = deck.measure;
  options.eigenvalues = 1;
  const MemberStart<Real> start(deck, ranks, data);
  const Timed kernel(stopwatch, TimePart::kernel);
  return start.kernel_probe(options).measure(start.state.theta).lambda;
}

}  // namespace

MemberResult run_member(const MemberTask& task, const Communicator& ranks,
                        const MemberTools& tools) {
  return task.deck.model.precision == "f64" ? train_member<double>(task, ranks, tools)
                                            : train_member<float>(task, ranks, tools);
}

double measure_lambda_0(const Deck& deck, const Communicator& ranks, DatasetCache& data,
                        Stopwatch& stopwatch) {
  return deck.model.precision == "f64" ? lambda_0_of<double>(deck, ranks, data, stopwatch)
                                       : lambda_0_of<float>(deck, ranks, data, stopwatch);
}

}  // namespace catapult
