// A layer and its maps: the piece that all else stands on.
// defines: Cache, GradientTarget, KernelForm, KernelFactors, Layer, room_for
#pragma once

#include <vector>

#include "model/features.hpp"
#include "model/grid.hpp"
#include "model/second_order.hpp"
#include "model/tensor.hpp"

namespace catapult {

/// What forward leaves behind for the other maps of one layer at one batch and one theta.
template <class Real>
struct Cache {
  Features<Real> input;  ///< as the layer needs it: shards gathered where it needs all
  Features<Real> output;
  Matrix<Real> gram;      ///< (samples, all samples): tangent kernel of the layer's parameters,
                          ///< empty where the parameter form is cheaper
  Vector<Real> gathered;  ///< storage behind `input`, grown when needed
  Vector<Real> scratch;   ///< for values that do not outlive a call
};

/// What a pullback does with the gradient: target <- alpha * gradient + beta * target. An empty
/// target: nothing. The target may be theta itself (gradient descent fused into the product) or a
/// velocity; a layer has used its parameters before it overwrites them.
template <class Real>
struct GradientTarget {
  Vector<Real> target;
  double alpha = 1.0;
  double beta = 0.0;
};

/// How the parameters' share of a kernel product is computed.
enum class KernelForm {
  cheapest,  ///< by Gram matrix or by parameters, whichever takes less arithmetic
  gram,      ///< by Gram matrix
};

/// What a layer's share of an assembled kernel is made of, at some samples: this width rank's
/// features and neurons only, so that ranks can hand it on.
template <class Real>
struct KernelFactors {
  Matrix<Real> inputs;  // (samples, features)
  Matrix<Real> errors;  // (samples * outputs, neurons), row sample * outputs + i under e_i

  /// Those of a block of the samples, not copied.
  KernelFactors part(const Block& samples, Index outputs) const {
    if (inputs.data() == nullptr && errors.data() == nullptr) return {};
    const auto rows = std::pair(samples.begin * outputs, samples.end * outputs);
    return {Kokkos::subview(inputs, std::pair(samples.begin, samples.end), Kokkos::ALL),
            Kokkos::subview(errors, rows, Kokkos::ALL)};
  }
};

/// One link of the chain. It holds shapes and scales only; parameters come as `theta`, the flat
/// local buffer of the whole network, so one layer serves a network and all its linear twins.
///
/// Tangents and cotangents may come in blocks of vectors: rows = vectors * samples, vector by
/// vector. Empty input tangents or cotangents mean zero, or not wanted.
/// All maps are collective over the grid.
template <class Real>
class Layer {
 public:
  using Theta = Vector<const Real>;

  virtual ~Layer() = default;

  virtual Place output() const = 0;
  virtual const std::vector<Tensor>& tensors() const = 0;
  /// The output overwrites the input, likewise for cotangents and tangents.
  virtual bool in_place() const { return false; }

  /// output <- layer(input)
  virtual void forward(const Theta& theta, const Features<Real>& input,
                       const Features<Real>& output, Cache<Real>& cache) const = 0;

  /// input_cotangent <- (d output / d input)^T cotangent; the parameters' share, summed over
  /// samples, goes to `gradient` (one vector only).
  virtual void pullback(const Theta& theta, Cache<Real>& cache, const Features<Real>& cotangent,
                        const Features<Real>& input_cotangent,
                        const GradientTarget<Real>& gradient) const = 0;

  /// tangent <- (d output / d input) input_tangent + (d output / d theta) theta_tangent
  virtual void pushforward(const Theta& theta, Cache<Real>& cache, const Theta& theta_tangent,
                           const Features<Real>& input_tangent,
                           const Features<Real>& tangent) const = 0;

  /// The derivatives of the output along theta + e d, from those of the input:
  /// output.first <- J d, output.second <- d^T H d. Keeps the first ones in `along`. One vector.
  virtual void second_pushforward(const Theta& theta, Cache<Real>& cache, const Theta& d,
                                  const Derivatives<Real>& input, const Derivatives<Real>& output,
                                  SecondCache<Real>& along) const = 0;

  /// The pullback and its derivative along theta + e d, where the output's errors move as well:
  /// input <- errors back and their tangents; the derivative of the parameters' share goes to
  /// `gradient`, whose target may be d itself. One vector, after second_pushforward along d.
  virtual void second_pullback(const Theta& theta, Cache<Real>& cache, const Theta& d,
                               SecondCache<Real>& along, const MovingErrors<Real>& output,
                               const MovingErrors<Real>& input,
                               const GradientTarget<Real>& gradient) const = 0;

  /// Forms what kernel products at this theta need (Gram matrices of the inputs).
  virtual void prepare_kernel(Cache<Real>& cache, KernelForm form) const = 0;

  /// The pushforward whose theta_tangent is the pullback of `cotangent`:
  /// tangent <- (d output / d input) input_tangent + (d output / d theta)(...)^T cotangent
  virtual void kernel_product(const Theta& theta, Cache<Real>& cache,
                              const Features<Real>& cotangent, const Features<Real>& input_tangent,
                              const Features<Real>& tangent) const = 0;

  /// The layer's share of an assembled kernel at the samples of `cache`, whose errors of one vector
  /// an output (e_0 ... e_{k-1} at every sample) are `cotangents`. Empty without parameters.
  virtual KernelFactors<Real> kernel_factors(const Cache<Real>& cache,
                                             const Features<Real>& cotangents) const = 0;

  /// panel (rows * k, columns * k) += (d f / d theta)(d f / d theta)^T of this rank's neurons, the
  /// samples of `rows` against those of `columns`: the caller sums over the width ranks, which all
  /// call with the same samples.
  virtual void add_kernel_panel(const KernelFactors<Real>& rows, const KernelFactors<Real>& columns,
                                Vector<Real>& scratch, const MatrixRef<Real>& panel) const = 0;
};

/// A view of at least `size` elements, kept in `storage` between calls.
template <class Real>
Vector<Real> room_for(Vector<Real>& storage, Index size) {
  if (static_cast<Index>(storage.extent(0)) < size) {
    storage = Vector<Real>();  // free first: old and new need not exist together
    storage = Vector<Real>(Kokkos::view_alloc("scratch", Kokkos::WithoutInitializing), size);
  }
  return Kokkos::subview(storage, std::pair(Index{0}, size));
}

}  // namespace catapult
