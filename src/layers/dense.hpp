// The dense layer z = s X W^T + s_b b, sharded over the width ranks.
// defines: Dense, DenseState
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "layers/scales.hpp"
#include "linalg/pending_sums.hpp"
#include "model/layer.hpp"

namespace catapult {

template <class Real>
struct DenseState final : LayerState {
  Features<Real> input;           ///< as the layer needs it: shards gathered where it needs all
  Features<Real> input_tangent;   ///< likewise its first derivative; empty: zero
  Matrix<Real> gram;              ///< (samples, all samples): tangent kernel of the parameters,
                                  ///< empty where the parameter form is cheaper
  Vector<Real> gathered;          ///< storage behind `input`, grown when needed
  Vector<Real> gathered_tangent;  ///< behind `input_tangent`
  Vector<Real> scratch;           ///< for values that do not outlive a call
  Vector<Real> pulled;            ///< the errors that second_pullback gave the input
  bool has_pulled = false;        ///< since forward
};

/// X (samples, fan_in), W (fan_out, fan_in), b (fan_out), z (samples, fan_out).
/// Sharded output: each width rank holds its rows of W and b and needs all input features (shards
/// are gathered, error shards come back by reduce-scatter). Replicated output: each rank holds its
/// columns of W, the partial z are summed; the bias belongs to width rank 0.
///
/// Kernel product in Gram form: with G = s^2 X X^T + s_b^2 (samples, samples), the tangent of z
/// under the pullback of D is G D, and no gradient is formed. Used where that is less arithmetic.
template <class Real>
class Dense final : public Layer<Real> {
 public:
  using typename Layer<Real>::Theta;
  using State = DenseState<Real>;

  /// `number` names its tensors and their random numbers.
  Dense(const GridShape& grid, const Place& input, const Place& output, const LayerScales& scales,
        int number);

  std::string name() const override { return "dense"; }
  Place output() const override { return output_; }
  const std::vector<Tensor>& tensors() const override { return tensors_; }
  BufferUse use() const override { return {.keeps_input = true}; }
  std::unique_ptr<LayerState> make_state(const Batch&, const Workspace<Real>&) const override {
    return std::make_unique<State>();
  }

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
  void prepare_kernel(const Point<Real>& at, LayerState& state, Index samples, KernelForm form,
                      bool same_input) const override;
  void kernel_product(const Point<Real>& at, LayerState& state, const Features<Real>& cotangent,
                      const Features<Real>& input_tangent,
                      const Features<Real>& tangent) const override;
  Jacobian jacobian() const override { return Jacobian::same_for_samples; }
  bool has_kernel_terms() const override { return true; }
  void add_kernel_terms(const Point<Real>& at, LayerState& state, const OutputErrors<Real>& errors,
                        std::vector<KernelTerm<Real>>& terms) const override;
  void cost(Phase phase, CostSheet& sheet) const override;

 private:
  static State& own(LayerState& state) { return static_cast<State&>(state); }
  bool has_bias() const { return scales_.has_bias(); }
  const Tensor& weight() const { return tensors_[0]; }
  const Tensor& bias() const { return tensors_[1]; }
  bool by_gram(Index samples) const;

  /// All features where the layer needs them, gathered into `storage`; else what is there.
  Features<Real> gather_features(const Grid& grid, const Features<Real>& here,
                                 Vector<Real>& storage) const;
  /// This rank's share of the input features (of all ranks together: each feature once).
  MatrixRef<const Real> own_features(const State& state) const;
  /// Block of the input that meets the columns [first, first + width) of the local weight.
  MatrixRef<const Real> part(const Features<Real>& input, int block) const;
  /// Blocks of `neurons` are laid out as the whole: weight, then bias.
  template <class Value>
  MatrixRef<Value> weight_part(const Vector<Value>& parameters, Index neurons,
                               const Features<Real>& input, int block) const;
  template <class Value>
  Vector<Value> bias_of(const Vector<Value>& parameters, Index neurons) const;

  /// z <- s sum over blocks of X W^T + s_b b + beta z, this rank's share of the sum.
  void apply(const Theta& theta, const Features<Real>& input, double beta, bool with_bias,
             const MatrixRef<Real>& z) const;
  void pull_features(const Grid& grid, const Theta& theta, State& state,
                     const Features<Real>& errors, const Features<Real>& input_cotangent) const;
  void pull_parameters(const Grid& grid, State& state, const MatrixRef<Real>& errors,
                       const GradientTarget<Real>& gradient) const;
  /// target <- alpha (s D^T X, s_b 1^T D) + beta target, this rank's samples alone; D holds some
  /// or all of the neurons.
  void local_gradient(const Features<Real>& input, const MatrixRef<Real>& errors, double alpha,
                      double beta, const Vector<Real>& target) const;
  /// gradient <- alpha (s (E^T X + D^T X'), s_b 1^T E) + beta target, for errors D with tangents E.
  void pull_moving_parameters(const Grid& grid, State& state, const MovingErrors<Real>& output,
                              const GradientTarget<Real>& gradient) const;
  /// Neurons whose gradients are summed over the sample ranks at once.
  Index gradient_block() const;
  /// Calls use(neurons, gradient) for one block of this rank's neurons after another, each gradient
  /// alpha (s D^T X, s_b 1^T D) summed over the sample ranks while those of the next are computed:
  /// a few blocks are in memory, never the whole.
  template <class Use>
  void for_gradient_blocks(const Grid& grid, State& state, const MatrixRef<Real>& errors,
                           double alpha, const Use& use) const;
  void add_gram_product(const Grid& grid, State& state, const Features<Real>& cotangent,
                        bool overwrite, const Features<Real>& tangent) const;
  void add_parameter_product(const Grid& grid, State& state, const Features<Real>& cotangent,
                             bool overwrite, const Features<Real>& tangent) const;

  struct Sizes;
  Sizes sizes() const;
  void cost_of_backward(const Sizes& size, CostSheet& sheet) const;
  void cost_of_pushforward(const Sizes& size, CostSheet& sheet) const;
  void cost_of_product(const Sizes& size, CostSheet& sheet) const;
  void cost_of_assembly(const Sizes& size, CostSheet& sheet) const;

  GridShape shape_;
  Place input_, output_;
  LayerScales scales_;
  std::vector<Tensor> tensors_;
};

template <class Real>
template <class Value>
MatrixRef<Value> Dense<Real>::weight_part(const Vector<Value>& parameters, Index neurons,
                                          const Features<Real>& input, int block) const {
  const Index stored = weight().columns.size();
  const Index first = output_.sharded ? input.first(block) : 0;
  const Index width = output_.sharded ? input.width(block) : stored;
  return matrix_over(parameters.data() + first, neurons, width, stored);
}

template <class Real>
template <class Value>
Vector<Value> Dense<Real>::bias_of(const Vector<Value>& parameters, Index neurons) const {
  const Index weights = neurons * weight().columns.size();
  return Kokkos::subview(parameters, std::pair(weights, weights + neurons));
}

template <class Real>
template <class Use>
void Dense<Real>::for_gradient_blocks(const Grid& grid, State& state, const MatrixRef<Real>& errors,
                                      double alpha, const Use& use) const {
  const bool with_bias = has_bias() && bias().size() > 0;
  const Index neurons = weight().rows.size(), each = weight().columns.size() + (with_bias ? 1 : 0);
  const Index step = gradient_block();
  PendingSums<Real> sums(grid.samples, state.scratch, step * each);
  for (Index begin = 0; begin < neurons; begin += step) {
    const Block block{begin, std::min(neurons, begin + step)};
    const Vector<Real> gradient = sums.next(block.size() * each);
    local_gradient(state.input,
                   Kokkos::subview(errors, Kokkos::ALL, std::pair(block.begin, block.end)), alpha,
                   0.0, gradient);
    sums.start(block, gradient, use);
  }
  sums.finish(use);
}

}  // namespace catapult
