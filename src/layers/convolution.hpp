// The convolution layer z = s X~ W + s_b b, its samples spread over the ranks.
// defines: Conv, ConvState
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layers/scales.hpp"
#include "linalg/convolution.hpp"
#include "model/layer.hpp"

namespace catapult {

template <class Real>
struct ConvState final : LayerState {
  ConvState(const ConvolutionShape& shape, Index samples, const Workspace<Real>& workspace)
      : maps(shape, samples), room(workspace) {}

  Convolution<Real> maps;
  Workspace<Real> room;
  Features<Real> input;
  Features<Real> input_tangent;  ///< its first derivative along d; empty: zero
};

/// X~ (samples * windows, kernel * kernel * in) the patches of X (samples, height, width, in),
/// W (kernel, kernel, in, out), b (out), z (samples, windows, out). Files hold W as
/// (out, in, kernel, kernel). For one width rank: its channels are not sharded.
template <class Real>
class Conv final : public Layer<Real> {
 public:
  using typename Layer<Real>::Theta;
  using State = ConvState<Real>;

  /// shape.input is that of `input`; `number` names its tensors and their random numbers.
  Conv(const GridShape& grid, const Place& input, const ConvolutionShape& shape,
       const LayerScales& scales, int number);

  std::string name() const override { return "convolution"; }
  Place output() const override;
  const std::vector<Tensor>& tensors() const override { return tensors_; }
  BufferUse use() const override { return {.keeps_input = true}; }
  std::unique_ptr<LayerState> make_state(const Batch& batch,
                                         const Workspace<Real>& room) const override;

  void forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
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

  /// Of the weights in a vector like the parameters, and of the biases in it.
  Block weights() const { return {0, shape_.weights()}; }
  Block biases() const {
    return {shape_.weights(), shape_.weights() + (scales_.has_bias() ? shape_.output.channels : 0)};
  }

  /// z <- factor s X~ W + s_b b + beta z with W and, where asked for, b of `theta`.
  void apply(State& state, const Theta& theta, double factor, const Features<Real>& input,
             double beta, bool with_bias, const Features<Real>& z) const;
  /// input_cotangent <- s (errors W^T, patches added up)
  void pull_features(State& state, const Theta& theta, const Features<Real>& errors,
                     const Features<Real>& input_cotangent) const;
  /// An input X and errors D of the sum over terms (s X~^T D, s_b 1^T D); the biases' share is that
  /// of the first term alone.
  struct Term {
    Features<Real> input, errors;
  };
  /// target <- alpha gradient + beta target, summed over all samples or over this rank's.
  void pull_parameters(const Grid& grid, State& state, const std::vector<Term>& terms,
                       const GradientTarget<Real>& gradient) const;
  void add_terms(State& state, const std::vector<Term>& terms,
                 const GradientTarget<Real>& gradient) const;

  /// Adds a map of this rank's images, with the biases or without.
  void add_map(ConvolutionMap map, bool bias, CostSheet& sheet) const;

  /// In the room of a layer: a gradient to be summed over the sample ranks, then scratch.
  Index sum_size() const {
    return grid_.sample_ranks > 1 ? (this->parameters() + 15) / 16 * 16 : 0;
  }
  Index room_size(const Convolution<Real>& maps) const { return sum_size() + maps.scratch_size(); }
  Vector<Real> room(const State& state) const {
    return state.room.room(Room::layer, room_size(state.maps));
  }
  Vector<Real> scratch(const State& state) const {
    return part_of(room(state), {sum_size(), room_size(state.maps)});
  }

  GridShape grid_;
  Place input_;
  ConvolutionShape shape_;
  LayerScales scales_;
  std::vector<Tensor> tensors_;
};

}  // namespace catapult
