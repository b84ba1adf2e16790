// A block with a shortcut: branch(h) + h, or branch(h) + shortcut(h).
// defines: Residual, ResidualState
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/chain.hpp"

namespace catapult {

template <class Real>
struct ResidualState final : LayerState {
  std::unique_ptr<LayerState> branch, shortcut;
  Workspace<Real> room;
  Features<Real> output;        ///< of the branch, where its last layer keeps it
  Features<Real> output_first;  ///< its first derivative; likewise
};

/// branch(input) + shortcut(input); without a layer as shortcut, the input itself. Tangents of the
/// two add, cotangents fork and add. Parameters: the branch's, then the shortcut's.
template <class Real>
class Residual final : public Layer<Real> {
 public:
  using typename Layer<Real>::Theta;
  using State = ResidualState<Real>;

  /// Branch and shortcut must lead to the same place; without a shortcut that is where the branch
  /// begins.
  explicit Residual(std::unique_ptr<Chain<Real>> branch,
                    std::unique_ptr<Layer<Real>> shortcut = nullptr);

  std::string name() const override { return "residual"; }
  Place output() const override { return branch_->output(); }
  const std::vector<Tensor>& tensors() const override { return tensors_; }
  BufferUse use() const override;
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
  bool couples_samples() const override {
    return branch_->couples_samples() || (shortcut_ && shortcut_->couples_samples());
  }
  /// With a layer as shortcut its errors would have to be kept beside the branch's.
  bool has_kernel_terms() const override { return !shortcut_ && branch_->has_kernel_terms(); }
  void add_kernel_terms(const Point<Real>& at, LayerState& state, const OutputErrors<Real>& errors,
                        std::vector<KernelTerm<Real>>& terms) const override {
    branch_->add_kernel_terms(at, *own(state).branch, errors, terms);
  }
  void cost(Phase phase, CostSheet& sheet) const override;

 private:
  static State& own(LayerState& state) { return static_cast<State&>(state); }

  Block of_branch() const { return {0, branch_->parameters()}; }
  Block of_shortcut() const { return {branch_->parameters(), this->parameters()}; }
  /// Like `features`, in a room of this level.
  Features<Real> room_like(const State& state, const Features<Real>& features,
                           Room room = Room::layer) const;

  std::unique_ptr<Chain<Real>> branch_;
  std::unique_ptr<Layer<Real>> shortcut_;
  std::vector<Tensor> tensors_;
};

}  // namespace catapult
