// A convolution whose filters cover the whole image: a tensor with an order of its own in memory,
// and the fewest maps that a layer may have.
// defines: Filter
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "linalg/exchange.hpp"
#include "linalg/product.hpp"
#include "linalg/vector_ops.hpp"
#include "model/layer.hpp"

namespace catapult::testing {

/// z (samples, out) = x w, x (samples, height * width * channels), replicated over the width ranks;
/// output channels sharded. Files hold w as (out, channels, height, width), memory as
/// (height, width, channels, out). No bias, no second-order maps, no Gram terms.
class Filter final : public Layer<double> {
 public:
  static constexpr double mean = 0.1, deviation = 0.2;

  Filter(const GridShape& grid, const Place& input, const Place& output, int number)
      : input_(input), output_(output) {
    tensors_.push_back({.name = "layers/0" + std::to_string(number) + "/weight",
                        .shape = {output.channels, input.channels, input.height, input.width},
                        .rows = local_channels(grid, output),
                        .columns = {0, input.features()},
                        .mean = mean,
                        .deviation = deviation,
                        .stream = static_cast<std::uint32_t>(2 * number),
                        .order = {2, 3, 1, 0}});
  }

  std::string name() const override { return "filter"; }
  Place output() const override { return output_; }
  const std::vector<Tensor>& tensors() const override { return tensors_; }
  BufferUse use() const override { return {.keeps_input = true}; }
  std::unique_ptr<LayerState> make_state(const Batch&, const Workspace<double>&) const override {
    return std::make_unique<State>();
  }

  void forward(const Point<double>& at, LayerState& state, const Features<double>& input,
               const Features<double>& output) const override {
    own(state).input = input;
    gemm(Op::none, Op::none, 1.0, input.block(0), matrix(at.theta), 0.0, output.block(0));
  }
  void pullback(const Point<double>& at, LayerState& state, const Features<double>& cotangent,
                const Features<double>& input_cotangent,
                const GradientTarget<double>& gradient) const override {
    if (!input_cotangent.empty()) {
      gemm(Op::none, Op::transpose, 1.0, cotangent.block(0), matrix(at.theta), 0.0,
           input_cotangent.block(0));
      sum_over(at.grid.width, input_cotangent.flat());
    }
    if (!gradient.wanted()) return;
    const Vector<double> sum("filter_gradient", parameters());
    const auto columns = tensors_[0].rows.size();
    gemm(Op::transpose, Op::none, 1.0, own(state).input.block(0), cotangent.block(0), 0.0,
         matrix_over(sum.data(), input_.features(), columns));
    sum_over(at.grid.samples, sum);
    axpby<double>(gradient.alpha, sum, gradient.beta, gradient.target);
  }
  void pushforward(const Point<double>& at, LayerState& state, const Theta& theta_tangent,
                   const Features<double>& input_tangent,
                   const Features<double>& tangent) const override {
    Kokkos::deep_copy(tangent.flat(), 0.0);
    if (!input_tangent.empty()) {
      gemm(Op::none, Op::none, 1.0, input_tangent.block(0), matrix(at.theta), 1.0,
           tangent.block(0));
    }
    if (theta_tangent.size() > 0) {
      gemm(Op::none, Op::none, 1.0, own(state).input.block(0), matrix(theta_tangent), 1.0,
           tangent.block(0));
    }
  }
  void cost(Phase, CostSheet&) const override {}

 private:
  struct State final : LayerState {
    Features<double> input;
  };
  static State& own(LayerState& state) { return static_cast<State&>(state); }

  MatrixRef<const double> matrix(const Theta& w) const {
    return matrix_over(w.data(), input_.features(), tensors_[0].rows.size());
  }

  Place input_, output_;
  std::vector<Tensor> tensors_;
};

}  // namespace catapult::testing
