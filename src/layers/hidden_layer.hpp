// A hidden layer of any width: dense, function, dense, one block of neurons after another.
// defines: Activations, name_of, activations_named, HiddenState, HiddenLayer
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layers/scales.hpp"
#include "layers/sign_bits.hpp"
#include "linalg/pending_sums.hpp"
#include "model/layer.hpp"

namespace catapult {

/// Whether a hidden layer keeps its activations until they are needed again.
enum class Activations { stored, recomputed };

inline const char* name_of(Activations activations) {
  return activations == Activations::stored ? "stored" : "recomputed";
}
/// Stored, unless `name` is "recomputed".
inline Activations activations_named(const std::string& name) {
  return name == name_of(Activations::recomputed) ? Activations::recomputed : Activations::stored;
}

template <class Real>
struct HiddenState final : LayerState {
  Features<Real> input;
  Index samples = 0;     ///< of this rank
  Index blocks = 1;      ///< of neurons
  bool stores = true;    ///< the activations
  Workspace<Real> room;  ///< errors and tangents of one block
  Vector<Real> kept;     ///< what the function's slopes come from: of all blocks, or of one
  std::vector<std::unique_ptr<LayerState>> function;  ///< likewise
  /// Where the kernel product goes by Gram matrices, those of inputs and activations, (samples, all
  /// samples); and the activations' signs where they suffice and activations are not stored.
  Matrix<Real> gram_of_input, gram_of_hidden;
  SignBits signs;
  Vector<Real> scratch;  ///< for values that do not outlive a call
};

/// f = s_2 phi(s_1 X W_1^T + s_b1 b_1) W_2^T + s_b2 b_2 of replicated inputs X (samples, inputs),
/// which are the network's; W_1 (neurons, inputs), W_2 (outputs, neurons), f (samples, outputs)
/// replicated. The neurons are spread over the width ranks, and each rank takes its own in blocks:
/// a block is a width rank in time. Outputs add up, and what belongs to one block lives in cache:
/// errors and tangents never exist for all neurons. Activations are kept (`stored`: 1 number a
/// neuron and sample) or computed again from the same operands, to the same bits.
/// The maps are those of the chain Dense, Elementwise, Dense.
///
/// Kernel product, where samples <= inputs: with G_1 = s_1^2 X X^T + s_b1^2, likewise G_2 of the
/// activations, the tangent of f under the pullback of C is
/// s_2 (phi' o G_1 (phi' o s_2 C W_2)) W_2^T + G_2 C, which needs of a block of activations the
/// slopes phi' alone. Else each block's gradient is formed and pushed forward.
template <class Real>
class HiddenLayer final : public Layer<Real> {
 public:
  using typename Layer<Real>::Theta;
  using State = HiddenState<Real>;

  /// `function`: elementwise, of the neurons' place (sharded); `first`, `last`: of the two dense
  /// maps, numbered `number` and the next; `most_neurons`: of a block, 0: as many as cache holds.
  HiddenLayer(const GridShape& grid, const Place& input,
              std::unique_ptr<const Layer<Real>> function, const Place& output,
              const LayerScales& first, const LayerScales& last, int number,
              Activations activations, Index most_neurons = 0);

  std::string name() const override { return "hidden layer"; }
  Place output() const override { return output_; }
  const std::vector<Tensor>& tensors() const override { return tensors_; }
  BufferUse use() const override { return {.keeps_input = true}; }
  std::unique_ptr<LayerState> make_state(const Batch& batch,
                                         const Workspace<Real>& room) const override;

  void forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
               const Features<Real>& output) const override;
  void pullback(const Point<Real>& at, LayerState& state, const Features<Real>& cotangent,
                const Features<Real>& input_cotangent,
                const GradientTarget<Real>& gradient) const override;
  void add_hidden_layers(const Point<Real>& at, LayerState& state, const Features<Real>& cotangent,
                         std::vector<HiddenSums>& all) const override;
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
  bool has_kernel_terms() const override { return true; }
  void add_kernel_terms(const Point<Real>& at, LayerState& state, const OutputErrors<Real>& errors,
                        std::vector<KernelTerm<Real>>& terms) const override;
  void cost(Phase phase, CostSheet& sheet) const override;

 private:
  /// The parameters of a block of neurons, or their gradient.
  template <class Value>
  struct Slice {
    MatrixRef<Value> first;    // (neurons, inputs)
    Vector<Value> first_bias;  // (neurons), or empty
    MatrixRef<Value> last;     // (outputs, neurons)
  };
  /// A block of neurons at one theta.
  struct Active {
    Index number = 0;
    Block neurons;
    Features<Real> kept;    ///< what the function's slopes come from (samples, neurons)
    Features<Real> hidden;  ///< activations, likewise; `kept` itself where that is enough
    LayerState& function;
  };
  /// First and second derivative of its activations.
  using Moving = Derivatives<Real>;

  static State& own(LayerState& state) { return static_cast<State&>(state); }

  Index neurons() const { return first().rows.size(); }
  Index inputs() const { return first().columns.size(); }
  Index outputs() const { return last().rows.size(); }
  const Tensor& first() const { return tensors_[0]; }
  const Tensor& last() const { return tensors_[first_scales_.has_bias() ? 2 : 1]; }
  /// Elements of the last bias on this rank, the end of its parameters.
  Index last_biases() const { return last_scales_.has_bias() ? tensors_.back().size() : 0; }
  bool stores(const Batch& batch) const {
    return activations_ == Activations::stored && !batch.outputs_only;
  }
  /// Whether kernel products need no more of activations that are not stored than their signs.
  bool packs_signs() const {
    return activations_ == Activations::recomputed && function_->use().by_sign;
  }
  bool by_gram(Index samples) const { return samples <= inputs(); }

  /// As many on every sample rank, which sum a block's gradient together.
  Index blocks_of(const Batch& batch) const;
  Block block(const State& state, Index number) const {
    return block_of(neurons(), state.blocks, number);
  }
  Index largest_block(Index blocks) const { return block_of(neurons(), blocks, 0).size(); }
  /// Numbers of a neuron's parameters.
  Index each() const { return inputs() + outputs() + (first_scales_.has_bias() ? 1 : 0); }

  template <class Value>
  Slice<Value> slice(const Vector<Value>& parameters, const Block& neurons) const;
  /// Of a block alone, in room of each() numbers a neuron.
  Slice<Real> packed_slice(const Vector<Real>& room, Index neurons) const;
  template <class Value>
  Vector<Value> last_bias(const Vector<Value>& parameters) const;
  /// Room for values of a block.
  Features<Real> room_of(const State& state, Room room, Index neurons, Index vectors = 1) const;

  /// z <- s_1 X W_1^T + s_b1 b_1 of a block
  void apply_first(const State& state, const Slice<const Real>& theta,
                   const Features<Real>& z) const;
  /// A block and its storage, whatever that holds.
  Active active(State& state, Index number) const;
  /// With its activations: computed, from an earlier compute, or of those the slopes alone.
  Active compute(const Point<Real>& at, State& state, Index number) const;
  Active restore(const Point<Real>& at, State& state, Index number) const;
  Active restore_slopes(const Point<Real>& at, State& state, Index number) const;

  /// s_2 C W_2: errors behind the function.
  Features<Real> pull_errors(const Point<Real>& at, State& state, const Active& block,
                             const MatrixRef<const Real>& cotangent, Index vectors = 1) const;
  /// target <- alpha (s_1 D^T X, s_b1 1^T D, s_2 C^T H) + beta target, D the errors before the
  /// function; this rank's samples alone. The target may be theta.
  void local_gradient(const Point<Real>& at, State& state, const Active& block,
                      const MatrixRef<const Real>& cotangent, double alpha, double beta,
                      const Slice<Real>& target) const;
  /// tangent <- s_2 (H' W_2^T + H V_2^T) + beta tangent, H' the tangent along V of the activations
  void push_slice(const Point<Real>& at, State& state, const Active& block,
                  const Slice<const Real>& v, double beta, const MatrixRef<Real>& tangent) const;
  Moving move(const Point<Real>& at, State& state, const Active& block,
              const Slice<const Real>& d) const;
  /// The derivative of local_gradient along d. The target may be d.
  void moving_gradient(const Point<Real>& at, State& state, const Active& block,
                       const Slice<const Real>& d, const MovingErrors<Real>& output, double alpha,
                       double beta, const Slice<Real>& target) const;
  /// Calls fill(number, slice, beta) for one block after another, which adds this rank's samples to
  /// beta times the slice; the sum over the sample ranks ends in the gradient's target. Those of
  /// some blocks are under way while the next is computed.
  template <class Fill>
  void for_gradient_slices(const Grid& grid, State& state, const GradientTarget<Real>& gradient,
                           const Fill& fill) const;
  /// The last bias's part of a gradient.
  void pull_last_bias(const Grid& grid, State& state, const MatrixRef<const Real>& errors,
                      const GradientTarget<Real>& gradient) const;
  /// This rank's share of the input features (of all width ranks together: each once).
  MatrixRef<const Real> own_features(const State& state) const;
  /// A block's part of the kernel product, without G_2.
  void add_gram_product(const Point<Real>& at, State& state, const Active& block,
                        const Features<Real>& cotangent, const Features<Real>& tangent) const;
  void add_parameter_product(const Point<Real>& at, State& state, const Active& block,
                             const Features<Real>& cotangent, const Features<Real>& tangent) const;
  void add_last_bias_product(const Grid& grid, State& state, const Features<Real>& cotangent,
                             const Features<Real>& tangent) const;

  struct Sizes;
  Sizes sizes(const CostSheet& sheet) const;
  /// Calls use(neurons, times) for each size of a block, of which there are so many.
  template <class Use>
  void for_block_sizes(const Sizes& size, const Use& use) const;
  void cost_of_function(Phase phase, const Sizes& size, CostSheet& sheet) const;
  void cost_of_first(const Sizes& size, CostSheet& sheet) const;
  void cost_of_last(const Sizes& size, CostSheet& sheet) const;
  void cost_of_restoring(const Sizes& size, CostSheet& sheet) const;
  void cost_of_gradient(const Sizes& size, CostSheet& sheet) const;
  void cost_of_push(const Sizes& size, CostSheet& sheet) const;
  void cost_of_backward(const Sizes& size, CostSheet& sheet) const;
  void cost_of_grams(const Sizes& size, CostSheet& sheet) const;
  void cost_of_product(const Sizes& size, CostSheet& sheet) const;
  void cost_of_assembly(const Sizes& size, CostSheet& sheet) const;

  GridShape shape_;
  Place input_, output_;
  std::unique_ptr<const Layer<Real>> function_;
  LayerScales first_scales_, last_scales_;
  Activations activations_;
  Index most_neurons_;
  std::vector<Tensor> tensors_;
};

}  // namespace catapult
