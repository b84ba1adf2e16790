// Elementwise nonlinearities. Derivatives are taken from the output h, so the input need not stay.
// defines: ActivationKind, Activation
#pragma once

#include "model/layer.hpp"

namespace catapult {

enum class ActivationKind {
  relu,  ///< h = max(z, 0), h' = [h > 0],  h'' = 0
  tanh,  ///< h = tanh z,    h' = 1 - h^2, h'' = -2 h h'
};

/// h = phi(z) on every feature, in place; no parameters.
template <class Real>
class Activation final : public Layer<Real> {
 public:
  using typename Layer<Real>::Theta;

  Activation(Place place, ActivationKind kind) : place_(place), kind_(kind) {}

  Place output() const override { return place_; }
  const std::vector<Tensor>& tensors() const override { return none_; }
  bool in_place() const override { return true; }

  void forward(const Theta&, const Features<Real>& input, const Features<Real>& output,
               Cache<Real>& cache) const override;
  void pullback(const Theta&, Cache<Real>& cache, const Features<Real>& cotangent,
                const Features<Real>&, const GradientTarget<Real>&) const override;
  void pushforward(const Theta&, Cache<Real>& cache, const Theta&, const Features<Real>&,
                   const Features<Real>& tangent) const override;
  void second_pushforward(const Theta&, Cache<Real>& cache, const Theta&, const Derivatives<Real>&,
                          const Derivatives<Real>& output, SecondCache<Real>& along) const override;
  void second_pullback(const Theta&, Cache<Real>& cache, const Theta&, SecondCache<Real>& along,
                       const MovingErrors<Real>& output, const MovingErrors<Real>&,
                       const GradientTarget<Real>&) const override;
  void prepare_kernel(Cache<Real>&, KernelForm) const override {}
  void kernel_product(const Theta& theta, Cache<Real>& cache, const Features<Real>&,
                      const Features<Real>& input_tangent,
                      const Features<Real>& tangent) const override;
  KernelFactors<Real> kernel_factors(const Cache<Real>&, const Features<Real>&) const override {
    return {};
  }
  void add_kernel_panel(const KernelFactors<Real>&, const KernelFactors<Real>&, Vector<Real>&,
                        const MatrixRef<Real>&) const override {}

 private:
  /// values (vectors x samples, width) <- phi'(z) values
  void multiply_by_derivative(const Cache<Real>& cache, const Features<Real>& values) const;

  Place place_;
  ActivationKind kind_;
  std::vector<Tensor> none_;
};

}  // namespace catapult
