// The dense layer z = s X W^T + s_b b, sharded over the width ranks.
// defines: Dense, DenseScales
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "linalg/exchange.hpp"
#include "model/layer.hpp"

namespace catapult {

/// Forward factors and initial standard deviations of weight and bias. A layer without bias has
/// bias = 0.
struct DenseScales {
  double weight = 1.0;  ///< s
  double bias = 0.0;    ///< s_b
  double weight_deviation = 1.0;
  double bias_deviation = 1.0;
};

/// X (samples, fan_in), W (fan_out, fan_in), b (fan_out), z (samples, fan_out).
/// Sharded output: each width rank holds its rows of W and b and needs all input features (shards
/// are gathered, error shards come back by reduce-scatter). Replicated output: each rank holds its
/// columns of W, the partial z are summed; the bias belongs to width rank 0.
///
/// Kernel product in Gram form: with G = s^2 X X^T + s_b^2 (samples, samples), the tangent of z
/// under the pullback of D is G D, and no gradient is formed. Used where samples <= fan_in.
template <class Real>
class Dense final : public Layer<Real> {
 public:
  using typename Layer<Real>::Theta;

  /// `number` names its tensors, `offset` is their place in the flat buffer.
  Dense(const Grid& grid, Place input, Place output, const DenseScales& scales, int number,
        Index offset);

  Place output() const override { return output_; }
  const std::vector<Tensor>& tensors() const override { return tensors_; }

  void forward(const Theta& theta, const Features<Real>& input, const Features<Real>& output,
               Cache<Real>& cache) const override;
  void pullback(const Theta& theta, Cache<Real>& cache, const Features<Real>& cotangent,
                const Features<Real>& input_cotangent,
                const GradientTarget<Real>& gradient) const override;
  void pushforward(const Theta& theta, Cache<Real>& cache, const Theta& theta_tangent,
                   const Features<Real>& input_tangent,
                   const Features<Real>& tangent) const override;
  void second_pushforward(const Theta& theta, Cache<Real>& cache, const Theta& d,
                          const Derivatives<Real>& input, const Derivatives<Real>& output,
                          SecondCache<Real>& along) const override;
  void second_pullback(const Theta& theta, Cache<Real>& cache, const Theta& d,
                       SecondCache<Real>& along, const MovingErrors<Real>& output,
                       const MovingErrors<Real>& input,
                       const GradientTarget<Real>& gradient) const override;
  void prepare_kernel(Cache<Real>& cache, KernelForm form) const override;
  void kernel_product(const Theta& theta, Cache<Real>& cache, const Features<Real>& cotangent,
                      const Features<Real>& input_tangent,
                      const Features<Real>& tangent) const override;
  KernelFactors<Real> kernel_factors(const Cache<Real>& cache,
                                     const Features<Real>& cotangents) const override;
  void add_kernel_panel(const KernelFactors<Real>& rows, const KernelFactors<Real>& columns,
                        Vector<Real>& scratch, const MatrixRef<Real>& panel) const override;

 private:
  bool has_bias() const { return scales_.bias != 0.0; }
  const Tensor& weight() const { return tensors_[0]; }
  const Tensor& bias() const { return tensors_[1]; }

  /// All features where the layer needs them, gathered into `storage`; else what is there.
  Features<Real> gather_features(const Features<Real>& here, Vector<Real>& storage) const;
  /// This rank's share of the input features (of all ranks together: each feature once).
  MatrixRef<const Real> own_features(const Cache<Real>& cache) const;
  /// Block of the input that meets the columns [first, first + width) of the local weight.
  MatrixRef<const Real> part(const Features<Real>& input, int block) const;
  /// This layer's part of the flat buffer: weight, then bias. Blocks of `neurons` are laid out
  /// likewise.
  template <class Value>
  Vector<Value> own(const Vector<Value>& theta) const;
  template <class Value>
  MatrixRef<Value> weight_part(const Vector<Value>& own, Index neurons, const Features<Real>& input,
                               int block) const;
  template <class Value>
  Vector<Value> bias_of(const Vector<Value>& own, Index neurons) const;

  /// z <- s sum over blocks of X W^T + s_b b + beta z, this rank's share of the sum.
  void apply(const Theta& own, const Features<Real>& input, double beta, bool with_bias,
             const MatrixRef<Real>& z) const;
  void pull_features(const Theta& theta, Cache<Real>& cache, const MatrixRef<Real>& errors,
                     const Features<Real>& input_cotangent) const;
  void pull_parameters(Cache<Real>& cache, const MatrixRef<Real>& errors,
                       const GradientTarget<Real>& gradient) const;
  /// target <- alpha (s D^T X, s_b 1^T D) + beta target, this rank's samples alone; D holds some
  /// or all of the neurons.
  void local_gradient(const Features<Real>& input, const MatrixRef<Real>& errors, double alpha,
                      double beta, const Vector<Real>& target) const;
  /// gradient <- alpha (s (E^T X + D^T X'), s_b 1^T E) + beta target, for errors D with tangents E.
  void pull_moving_parameters(Cache<Real>& cache, const SecondCache<Real>& along,
                              const MovingErrors<Real>& output,
                              const GradientTarget<Real>& gradient) const;
  /// Calls use(neurons, gradient) for one block of this rank's neurons after another, each gradient
  /// alpha (s D^T X, s_b 1^T D) summed over the sample ranks while that of the next is computed:
  /// two blocks are in memory, never the whole.
  template <class Use>
  void for_gradient_blocks(Cache<Real>& cache, const MatrixRef<Real>& errors, double alpha,
                           const Use& use) const;
  void add_gram_product(Cache<Real>& cache, const Features<Real>& cotangent, bool overwrite,
                        const Features<Real>& tangent) const;
  void add_parameter_product(Cache<Real>& cache, const Features<Real>& cotangent, bool overwrite,
                             const Features<Real>& tangent) const;

  Grid grid_;
  Place input_, output_;
  DenseScales scales_;
  std::vector<Tensor> tensors_;
  Index parameters_ = 0;  ///< of this rank: weight, then bias
};

template <class Real>
template <class Value>
Vector<Value> Dense<Real>::own(const Vector<Value>& theta) const {
  const Index begin = weight().offset;
  return Kokkos::subview(theta, std::pair(begin, begin + parameters_));
}

template <class Real>
template <class Value>
MatrixRef<Value> Dense<Real>::weight_part(const Vector<Value>& own, Index neurons,
                                          const Features<Real>& input, int block) const {
  const Index stored = weight().columns.size();
  const Index first = output_.sharded ? input.first(block) : 0;
  const Index width = output_.sharded ? input.width(block) : stored;
  return matrix_over(own.data() + first, neurons, width, stored);
}

template <class Real>
template <class Value>
Vector<Value> Dense<Real>::bias_of(const Vector<Value>& own, Index neurons) const {
  const Index weights = neurons * weight().columns.size();
  return Kokkos::subview(own, std::pair(weights, weights + neurons));
}

template <class Real>
template <class Use>
void Dense<Real>::for_gradient_blocks(Cache<Real>& cache, const MatrixRef<Real>& errors,
                                      double alpha, const Use& use) const {
  constexpr Index block_elements = Index{1} << 18;  // products of some size, buffers that are small
  const bool with_bias = has_bias() && bias().size() > 0;
  const Index neurons = weight().rows.size(), each = weight().columns.size() + (with_bias ? 1 : 0);
  const Index step = std::min(neurons, block_elements / std::max<Index>(1, each) + 1);
  const Vector<Real> room = room_for(cache.scratch, 2 * step * each);
  struct Summing {
    Block neurons;
    Vector<Real> gradient;
    PendingSum<Real> sum;
  };
  std::optional<Summing> before;
  const auto finish = [&] {
    if (!before) return;
    before->sum.wait();
    use(before->neurons, before->gradient);
    before.reset();
  };
  Index place = 0;
  for (Index begin = 0; begin < neurons; begin += step) {
    const Block block{begin, std::min(neurons, begin + step)};
    const Vector<Real> gradient =
        Kokkos::subview(room, std::pair(place, place + block.size() * each));
    place = step * each - place;
    local_gradient(cache.input,
                   Kokkos::subview(errors, Kokkos::ALL, std::pair(block.begin, block.end)), alpha,
                   0.0, gradient);
    PendingSum<Real> sum(grid_.samples, gradient);
    finish();
    before.emplace(Summing{block, gradient, std::move(sum)});
  }
  finish();
}

}  // namespace catapult
