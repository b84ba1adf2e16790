#include "train/loop.hpp"

#include "train/objective.hpp"
#include "train/schedule.hpp"
#include "train/stop_rules.hpp"
#include "train/update.hpp"

namespace catapult {
namespace {

constexpr double jump = 1e3;  // of the loss in one step, up or down: something may have overflowed

/// The rule by which a run ends at this row, if any.
std::optional<Outcome> end_of_run(const TrainOptions& options, const Row& row,
                                  const Divergence& divergence, bool stop_requested) {
  if (divergence.holds(row.loss)) return Outcome::diverged;
  const StopRules rules = stop_rules_of(options);
  if (rules.reached(row.loss, row.accuracy)) return Outcome::converged;
  if (rules.are_up(row.step, row.time)) return Outcome::running;
  if (stop_requested) return Outcome::stopped;
  return std::nullopt;
}

/// Parameters that are not finite, looked for where the run ends or the loss has jumped.
template <class Real>
bool has_overflowed(const Grid& grid, const TrainingState<Real>& state, double loss, bool ends) {
  const double before = state.so_far ? state.so_far->last.loss : loss;
  const bool jumped = loss > jump * before || before > jump * loss;
  return (ends || jumped) && !is_finite<Real>(grid, state.theta);
}

void add_row(std::optional<TrainingResult>& result, const Row& row) {
  const bool first = !result;
  if (first) result.emplace().first = row;
  result->last = row;
  if (std::isfinite(row.loss) && (first || row.loss > result->loss_max)) {
    result->loss_max = row.loss;
    result->step_loss_max = row.step;
  }
}

/// Of a run that stops at `row`, which is measured when it continues.
TrainingResult stopped_at(const Row& row, const std::optional<TrainingResult>& so_far) {
  TrainingResult result = so_far.value_or(TrainingResult{Outcome::stopped, row, row});
  result.outcome = Outcome::stopped;
  result.last = row;
  return result;
}

}  // namespace

template <class Real>
TrainingResult train(const Network<Real>& network, BatchStream<Real>& batches,
                     const TrainOptions& options, double learning_rate, TrainingState<Real>& state,
                     Observer<Real>& observer) {
  const Schedule schedule(learning_rate, options.decay);
  Tape<Real> tape = network.make_tape(batches.size());
  const Matrix<Real> cotangent("loss_cotangent", batches.local_size(), network.outputs());
  const Loss loss = loss_of(options);
  const double zero_loss = batches.loss_of_zero(loss);
  for (;;) {
    const Samples<Real>& batch = batches.at(state.step);
    network.forward(state.theta, batch.x, tape);
    const Matrix<Real> f = tape.outputs();
    const Score score = total_score(loss, network.grid(), score_sums(loss, f, batch.y),
                                    batches.size(), network.outputs());
    double eta = schedule.at(state.step, state.time);
    Row row{state.step, state.time, eta, score.loss, score.accuracy};
    const double first_loss = state.so_far ? state.so_far->first.loss : row.loss;
    const Divergence divergence = divergence_of(options.diverge_above, first_loss, zero_loss);
    auto end = end_of_run(options, row, divergence, observer.stop_requested());
    if (has_overflowed(network.grid(), state, row.loss, end.has_value())) end = Outcome::diverged;
    row.learning_rate = eta = observer.learning_rate({row, batch, state, tape, end, divergence});
    observer.observe({row, batch, state, tape, end, divergence});
    if (observer.met_divergence()) end = Outcome::diverged;
    if (end == Outcome::stopped) return stopped_at(row, state.so_far);
    add_row(state.so_far, row);
    if (end) {
      state.so_far->outcome = *end;
      return *state.so_far;
    }
    loss_cotangent(loss, f, batch.y, batches.size(), cotangent);
    descend(network, tape, cotangent, eta, options, state);
    ++state.step;
    state.time += eta;
  }
}

template TrainingResult train(const Network<float>&, BatchStream<float>&, const TrainOptions&,
                              double, TrainingState<float>&, Observer<float>&);
template TrainingResult train(const Network<double>&, BatchStream<double>&, const TrainOptions&,
                              double, TrainingState<double>&, Observer<double>&);

}  // namespace catapult
