// The largest number of each window of an image.
// defines: MaxPool, MaxPoolState
#pragma once

#include <memory>
#include <string>

#include "layers/linear.hpp"
#include "layers/pool_shape.hpp"

namespace catapult {

struct MaxPoolState final : LayerState {
  /// (samples, height, width, channels) of the output: where in its window the largest number lies,
  /// counted row by row.
  Vector<unsigned char> largest;
};

/// y = max of x over a window, channel by channel; the first one of several, a NaN before all
/// others. Derivatives are those of the number chosen.
template <class Real>
class MaxPool final : public Linear<Real> {
 public:
  using State = MaxPoolState;

  /// shape.input is that of `input`; windows of at most 256 pixels.
  MaxPool(const GridShape& grid, const Place& input, const PoolShape& shape);

  std::string name() const override { return "max_pool"; }
  std::unique_ptr<LayerState> make_state(const Batch& batch, const Workspace<Real>&) const override;
  void forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
               const Features<Real>& output) const override;
  void cost(Phase phase, CostSheet& sheet) const override;

 private:
  void apply(const LayerState& state, const Features<Real>& input,
             const Features<Real>& output) const override;
  void apply_transposed(const LayerState& state, const Features<Real>& cotangent,
                        const Features<Real>& input_cotangent) const override;

  PoolShape shape_;
};

}  // namespace catapult
