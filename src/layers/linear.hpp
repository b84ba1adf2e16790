// What layers share that are linear in their input and have no parameters.
// defines: Linear
#pragma once

#include <memory>
#include <vector>

#include "linalg/views.hpp"
#include "model/layer.hpp"

namespace catapult {

/// Tangents go through the map, errors through its transpose, and nothing is added at second
/// order. Also for layers that are linear once forward has left what it chose in the state.
template <class Real>
class Linear : public Layer<Real> {
 public:
  using typename Layer<Real>::Theta;

  Linear(const GridShape& grid, const Place& input, const Place& output)
      : output_(output),
        numbers_(static_cast<double>(local_features(grid, input) + local_features(grid, output))) {}

  Place output() const final { return output_; }
  const std::vector<Tensor>& tensors() const final { return none_; }
  BufferUse use() const final { return {}; }
  std::unique_ptr<LayerState> make_state(const Batch&, const Workspace<Real>&) const override {
    return std::make_unique<LayerState>();
  }

  void forward(const Point<Real>&, LayerState& state, const Features<Real>& input,
               const Features<Real>& output) const override {
    apply(state, input, output);
  }
  void pullback(const Point<Real>&, LayerState& state, const Features<Real>& cotangent,
                const Features<Real>& input_cotangent, const GradientTarget<Real>&) const final {
    if (!input_cotangent.empty()) apply_transposed(state, cotangent, input_cotangent);
  }
  void pushforward(const Point<Real>&, LayerState& state, const Theta&,
                   const Features<Real>& input_tangent, const Features<Real>& tangent) const final {
    push(state, input_tangent, tangent);
  }
  void kernel_product(const Point<Real>&, LayerState& state, const Features<Real>&,
                      const Features<Real>& input_tangent,
                      const Features<Real>& tangent) const final {
    push(state, input_tangent, tangent);
  }
  void second_pushforward(const Point<Real>&, LayerState& state, const Theta&,
                          const Derivatives<Real>& input,
                          const Derivatives<Real>& output) const final {
    push(state, input.first, output.first);
    if (!output.second.empty()) push(state, input.second, output.second);
  }
  void second_pullback(const Point<Real>&, LayerState& state, const Theta&,
                       const MovingErrors<Real>& output, const MovingErrors<Real>& input,
                       const GradientTarget<Real>&) const final {
    if (input.errors.empty()) return;
    apply_transposed(state, output.errors, input.errors);
    apply_transposed(state, output.tangents, input.tangents);
  }
  void cost(Phase phase, CostSheet& sheet) const override {
    const double numbers = sheet.rows() * numbers_;
    if (phase == Phase::forward || phase == Phase::backward || phase == Phase::pushforward) {
      sheet.pass(numbers);
    }
    if (phase == Phase::product) sheet.pass(2.0 * numbers, 2.0);  // errors back, tangents forth
    if (phase == Phase::assembly) sheet.pass(sheet.outputs() * numbers);
  }

 private:
  /// Of all rows, vector by vector; input and output apart.
  virtual void apply(const LayerState& state, const Features<Real>& input,
                     const Features<Real>& output) const = 0;
  virtual void apply_transposed(const LayerState& state, const Features<Real>& cotangent,
                                const Features<Real>& input_cotangent) const = 0;

  void push(const LayerState& state, const Features<Real>& from, const Features<Real>& to) const {
    if (from.empty()) return fill(to.flat(), Real(0));
    apply(state, from, to);
  }

  Place output_;
  double numbers_;  ///< read and written for each sample
  std::vector<Tensor> none_;
};

}  // namespace catapult
