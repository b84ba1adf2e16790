// The training loop.
// defines: Moment, Observer, train
#pragma once

#include <optional>

#include "model/network.hpp"
#include "train/batch_stream.hpp"
#include "train/divergence.hpp"
#include "train/options.hpp"
#include "train/state.hpp"

namespace catapult {

/// What an observer sees before each step. The tape holds the forward pass of this step's batch at
/// state.theta.
template <class Real>
struct Moment {
  const Row& row;
  const Samples<Real>& batch;        ///< this rank's rows
  const TrainingState<Real>& state;  ///< so_far without this row
  Tape<Real>& tape;
  std::optional<Outcome> end;  ///< set at the last moment, after which no step follows
  Divergence divergence;
};

/// Measures and keeps what the loop itself does not know.
template <class Real>
class Observer {
 public:
  virtual ~Observer() = default;
  /// Asked once before every observe(), for the rate of the row and the step that follows; the
  /// moment's row has that of the schedule. Same answer on all ranks. Collective over the grid.
  virtual double learning_rate(const Moment<Real>& moment) { return moment.row.learning_rate; }
  /// Called before every step and once after the last; an end by Outcome::stopped is no last one:
  /// the run continues there later. Collective over the grid.
  virtual void observe(const Moment<Real>& moment) = 0;
  /// Asked before every step: an end from outside. Same answer on all ranks.
  virtual bool stop_requested() { return false; }
  /// Asked after observe(): whether it met parameters or a kernel that are not finite, which ends
  /// the run as diverged. Same answer on all ranks.
  virtual bool met_divergence() const { return false; }
};

/// Trains from state.step on until the first stop rule that holds: at each step measure (observer),
/// stop?, step. The learning rate is absolute here, and the observer may replace it. Collective
/// over the network's grid.
template <class Real>
TrainingResult train(const Network<Real>& network, BatchStream<Real>& batches,
                     const TrainOptions& options, double learning_rate, TrainingState<Real>& state,
                     Observer<Real>& observer);

}  // namespace catapult
