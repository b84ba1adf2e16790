// The mean over windows of an image, or over all of it.
// defines: AveragePool
#pragma once

#include <string>

#include "layers/linear.hpp"
#include "layers/pool_shape.hpp"

namespace catapult {

/// y = mean of x over a window, channel by channel.
template <class Real>
class AveragePool final : public Linear<Real> {
 public:
  /// shape.input is that of `input`.
  AveragePool(const GridShape& grid, const Place& input, const PoolShape& shape)
      : Linear<Real>(grid, input, place_of(shape.output, input)), shape_(shape) {}

  std::string name() const override { return "average_pool"; }

 private:
  void apply(const LayerState& state, const Features<Real>& input,
             const Features<Real>& output) const override;
  void apply_transposed(const LayerState& state, const Features<Real>& cotangent,
                        const Features<Real>& input_cotangent) const override;

  PoolShape shape_;
};

}  // namespace catapult
