// Batch normalization with the statistics of the batch, and the activation behind it.
// defines: BatchNorm, BatchNormState
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layers/batch_norm_kernels.hpp"
#include "layers/batch_statistics.hpp"
#include "model/layer.hpp"

namespace catapult {

template <class Real>
struct BatchNormState final : LayerState {
  BatchNormState(const Batch& batch, Index positions, int sample_ranks, Index channels)
      : statistics(batch, positions, sample_ranks, channels) {}

  BatchStatistics<Real> statistics;
  Features<Real> input;
  Features<Real> input_first;  ///< its first derivative
  Vector<Real> along;          ///< means that the second pushforward leaves
  Vector<Real> means;          ///< room
};

/// y = phi(u), u = gamma xh + beta, xh = (x - mu) r, r = (v + eps)^(-1/2): mu and v are mean and
/// variance over all positions of a group of consecutive samples of the batch (Batch::group), on
/// however many ranks. gamma starts at 1, beta at 0. x (samples, positions, channels), a channel
/// has its own of all. Only x is kept: y is made again where it is needed.
///
/// One symmetric operator does the work: A(a) = r (a - <a> - xh <xh a>), <> the mean over a group.
/// xbar = gamma A(ubar), u' = gamma' xh + beta' + gamma A(x'). Source: Ioffe and Szegedy (2015).
template <class Real, class Function>
class BatchNorm final : public Layer<Real> {
 public:
  using typename Layer<Real>::Theta;
  using State = BatchNormState<Real>;
  static constexpr double epsilon = 1e-5;

  /// `number` names its tensors.
  BatchNorm(const GridShape& grid, const Place& place, Function function, int number);

  std::string name() const override { return "batchnorm"; }
  Place output() const override { return place_; }
  const std::vector<Tensor>& tensors() const override { return tensors_; }
  BufferUse use() const override { return {.keeps_input = true, .repeats = true}; }
  std::unique_ptr<LayerState> make_state(const Batch& batch,
                                         const Workspace<Real>&) const override {
    return std::make_unique<State>(batch, place_.positions(), shape_.sample_ranks, place_.channels);
  }
  bool couples_samples() const override { return true; }

  void forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
               const Features<Real>& output) const override;
  void repeat(const Point<Real>& at, LayerState& state,
              const Features<Real>& output) const override;
  void pullback(const Point<Real>& at, LayerState& state, const Features<Real>& cotangent,
                const Features<Real>& input_cotangent,
                const GradientTarget<Real>& gradient) const override;
  void pushforward(const Point<Real>& at, LayerState& state, const Theta& theta_tangent,
                   const Features<Real>& input_tangent,
                   const Features<Real>& tangent) const override;
  void second_pushforward(const Point<Real>& at, LayerState& state, const Theta& d,
                          const Derivatives<Real>& input,
                          const Derivatives<Real>& output) const override;
  void second_pullback(const Point<Real>& at, LayerState& state, const Theta& d,
                       const MovingErrors<Real>& output, const MovingErrors<Real>& input,
                       const GradientTarget<Real>& gradient) const override;
  void cost(Phase phase, CostSheet& sheet) const override;

 private:
  static State& own(LayerState& state) { return static_cast<State&>(state); }
  batch_norm::Normalized<Real, Function> at_theta(const State& state, const Theta& theta) const {
    return {state.input.flat(),
            state.statistics.mean(),
            state.statistics.inverse_std(),
            theta,
            place_.channels,
            phi_};
  }
  batch_norm::Moving<Real> moving(const State& state) const {
    return {state.input_first.flat(), state.along, place_.channels};
  }

  GridShape shape_;
  Place place_;
  bool input_moves_;  ///< there are parameters before
  Function phi_;
  std::vector<Tensor> tensors_;
};

}  // namespace catapult
