// A block with a shortcut: h <- h + branch(h).
// defines: Residual, ResidualState
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/chain.hpp"

namespace catapult {

template <class Real>
struct ResidualState final : LayerState {
  std::unique_ptr<LayerState> branch;
  Features<Real> output;        ///< of the branch: its last layer may keep it
  Features<Real> output_first;  ///< its first derivative; likewise
};

/// input + branch(input), both of the same place. Tangents of branch and shortcut add, cotangents
/// fork and add.
template <class Real>
class Residual final : public Layer<Real> {
 public:
  using typename Layer<Real>::Theta;
  using State = ResidualState<Real>;

  /// The branch must lead back to the place where it begins.
  explicit Residual(std::unique_ptr<Chain<Real>> branch);

  std::string name() const override { return "residual"; }
  Place output() const override { return branch_->output(); }
  const std::vector<Tensor>& tensors() const override { return branch_->tensors(); }
  BufferUse use() const override { return {.keeps_input = branch_->use().keeps_input}; }
  std::unique_ptr<LayerState> make_state(Index samples) const override;

  void forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
               const Features<Real>& output) const override;
  void pullback(const Point<Real>& at, LayerState& state, const Features<Real>& cotangent,
                const Features<Real>& input_cotangent,
                const GradientTarget<Real>& gradient) const override;
  void pushforward(const Point<Real>& at, LayerState& state, const Theta& theta_tangent,
                   const Features<Real>& input_tangent,
                   const Features<Real>& tangent) const override;
  void prepare_kernel(const Point<Real>& at, LayerState& state, Index samples, KernelForm form,
                      bool same_input) const override;
  void kernel_product(const Point<Real>& at, LayerState& state, const Features<Real>& cotangent,
                      const Features<Real>& input_tangent,
                      const Features<Real>& tangent) const override;
  void second_pushforward(const Point<Real>& at, LayerState& state, const Theta& d,
                          const Derivatives<Real>& input,
                          const Derivatives<Real>& output) const override;
  void second_pullback(const Point<Real>& at, LayerState& state, const Theta& d,
                       const MovingErrors<Real>& output, const MovingErrors<Real>& input,
                       const GradientTarget<Real>& gradient) const override;
  bool couples_samples() const override { return branch_->couples_samples(); }
  bool has_kernel_terms() const override { return branch_->has_kernel_terms(); }
  void add_kernel_terms(const Point<Real>& at, LayerState& state, const Features<Real>& cotangents,
                        std::vector<KernelTerm<Real>>& terms) const override {
    branch_->add_kernel_terms(at, *own(state).branch, cotangents, terms);
  }
  void cost(Phase phase, CostSheet& sheet) const override;

 private:
  static State& own(LayerState& state) { return static_cast<State&>(state); }

  std::unique_ptr<Chain<Real>> branch_;
};

}  // namespace catapult
