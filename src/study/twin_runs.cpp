#include "study/twin_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/unknown.hpp"

namespace catapult {
namespace {

/// 0, 1, 2, 3, 4, 6, 8, 11, 16, ...: powers of sqrt 2, rounded.
bool on_logarithmic_grid(Index step) {
  if (step < 4) return true;
  const double exponent = std::round(2.0 * std::log2(static_cast<double>(step)));
  return step == static_cast<Index>(std::llround(std::exp2(exponent / 2.0)));
}

TwinKind kind_of(const std::string& model) {
  return model == "linear" ? TwinKind::linear : TwinKind::quadratic;
}

/// |y| of the whole batch.
template <class Real>
double norm_of(const Samples<Real>& batch, const Grid& grid) {
  const Matrix<Real> zero("zero", batch.y.extent(0), batch.y.extent(1));
  return std::sqrt(grid.samples.sum(square_distance(zero, batch.y)));
}

/// This rank's pieces of whole vectors of function space, which lie as the kernel's.
template <class Real>
void to_pieces(FunctionState& functions, const Network<Real>& network, const Samples<Real>& batch) {
  const Communicator& width = network.grid().width;
  const Index own = block_of(batch.size(), width.size(), width.rank()).size() * network.outputs();
  const Index before = network.grid().all.elements_before(own);
  for (auto* whole :
       {&functions.f, &functions.u, &functions.displacement.sum, &functions.velocity.sum}) {
    *whole = std::vector<double>(whole->begin() + before, whole->begin() + before + own);
  }
}

/// This twin's outcome where the network ends.
std::string outcome_of(const TrainOptions& options, const TwinScore& score) {
  const bool accurate = options.stop_accuracy > 0.0 && score.accuracy >= options.stop_accuracy;
  return name_of(accurate || score.loss < options.stop_loss ? Outcome::converged
                                                            : Outcome::running);
}

}  // namespace

template <class Real>
TwinRuns<Real>::TwinRuns(const LinearizeOptions& options, double diverge_above,
                         TwinSetting<Real> setting, const TwinMatrices& matrices,
                         MemberRecord& record)
    : options_(options),
      diverge_above_(diverge_above),
      setting_(std::move(setting)),
      matrices_(matrices),
      record_(record) {}

template <class Real>
bool TwinRuns<Real>::listed(Index step) const {
  return std::find(options_.at.begin(), options_.at.end(), step) != options_.at.end();
}

template <class Real>
bool TwinRuns<Real>::watches_from(Index step) const {
  return options_.watch && (listed(step) || on_logarithmic_grid(step));
}

template <class Real>
void TwinRuns<Real>::start(TwinStanding<Real> standing, const Moment<Real>& moment) {
  TwinState<Real>& state = standing.state;
  if (state.functions) to_pieces(*state.functions, setting_.network, moment.batch);
  runs_.push_back(
      {standing.fork, make_twin(standing.fork.kind, setting_, std::move(state), moment.batch)});
}

template <class Real>
void TwinRuns<Real>::fork(const Moment<Real>& moment, double lambda) {
  const Index step = moment.row.step;
  std::vector<TwinKind> kinds;
  if (listed(step)) {
    for (const std::string& model : options_.models) kinds.push_back(kind_of(model));
  }
  if (watches_from(step)) kinds.push_back(TwinKind::linear);
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  for (const TwinKind kind : kinds) {
    const TwinFork here{step, kind, moment.row.loss, moment.row.learning_rate * lambda, false};
    start({here, fork_state(moment.state)}, moment);
  }
}

template <class Real>
void TwinRuns<Real>::hold_kernels(Index step) {
  Index held = 0;
  for (Run& run : runs_) {
    if (held == matrices_.most) return;
    if (step - run.fork.at >= matrices_.after && run.twin->hold_kernel()) ++held;
  }
}

template <class Real>
void TwinRuns<Real>::observe(const Moment<Real>& moment, bool row_due, double lambda) {
  for (TwinStanding<Real>& standing : waiting_) start(std::move(standing), moment);
  waiting_.clear();
  const bool ends = moment.end.has_value();
  if (!ends) fork(moment, lambda);
  std::erase_if(runs_, [&](Run& run) { return !look(run, moment, row_due); });
  if (ends) return conclude(moment);
  hold_kernels(moment.row.step);
  for (Run& run : runs_) run.twin->step(moment.row.learning_rate);
}

template <class Real>
Divergence TwinRuns<Real>::divergence_of(const TwinFork& fork, const Moment<Real>& moment) const {
  if (fork.kind == TwinKind::quadratic) return moment.divergence;
  const double run_loss = moment.divergence.above / setting_.train.diverge_above;
  return {diverge_above_ * std::max(run_loss, fork.loss)};
}

template <class Real>
bool TwinRuns<Real>::look(Run& run, const Moment<Real>& moment, bool row_due) {
  const Row& row = moment.row;
  const TwinScore score = score_twin(*run.twin, moment.batch, moment.tape.outputs());
  const bool diverged = divergence_of(run.fork, moment).holds(score.loss);
  if (options_.watch) {
    const double far = options_.tolerance * norm_of(moment.batch, setting_.network.grid());
    run.fork.left = run.fork.left || !(score.distance <= far);
  }
  const bool left = run.fork.left && !listed(run.fork.at);
  TwinSeries& series = record_.twin(run.fork.name());
  const bool last = diverged || left || moment.end;
  if (row_due || last || row.step == run.fork.at) {
    const bool tests = setting_.test.size() > 0 && std::isfinite(score.loss);
    const Score test = tests ? run.twin->test_score() : Score{unknown, unknown};
    series.rows.append(
        {row.step, row.time, score.loss, score.accuracy, test.loss, test.accuracy, score.distance});
  }
  if (diverged) series.outcome = name_of(Outcome::diverged);
  if (left && !diverged) series.outcome = "left";
  if (!diverged && !left && moment.end) series.outcome = outcome_of(setting_.train, score);
  return !diverged && !left;
}

template <class Real>
void TwinRuns<Real>::conclude(const Moment<Real>& moment) {
  if (!options_.watch || moment.end == Outcome::diverged) return;
  const TwinFork* first = nullptr;
  for (const Run& run : runs_) {
    const bool stayed = run.fork.kind == TwinKind::linear && !run.fork.left;
    if (stayed && (first == nullptr || run.fork.at < first->at)) first = &run.fork;
  }
  if (first == nullptr) {
    record_.set_restored({});
    finding_ = "no linear twin has stayed with the network";
    return;
  }
  record_.set_restored({first->at, first->eta_lambda});
  finding_ = fmt::format("linearity restored at t = {}, eta*lambda = {:.3g}", first->at,
                         first->eta_lambda);
}

template <class Real>
std::vector<TwinStanding<Real>> TwinRuns<Real>::state() const {
  const Communicator& ranks = setting_.network.grid().all;
  std::vector<TwinStanding<Real>> all;
  for (const Run& run : runs_) {
    all.push_back({run.fork, run.twin->state()});
    if (!all.back().state.functions) continue;
    FunctionState& functions = *all.back().state.functions;
    for (auto* piece :
         {&functions.f, &functions.u, &functions.displacement.sum, &functions.velocity.sum}) {
      *piece = ranks.concatenate(*piece);
    }
  }
  return all;
}

template class TwinRuns<float>;
template class TwinRuns<double>;

}  // namespace catapult
