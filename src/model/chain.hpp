// Layers one after another, and the buffers between them.
// defines: Chain, ChainState
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/layer.hpp"

namespace catapult {

template <class Real>
struct ChainState final : LayerState {
  std::vector<std::unique_ptr<LayerState>> layers;
  Index samples = 0;                   ///< of this rank
  Workspace<Real> room;                ///< for what is not kept
  std::vector<Features<Real>> values;  ///< between the layers; empty where they are made again
  /// Storage between the layers, grown when needed: of errors that kernel products need again, and
  /// of the first derivatives in second-order maps.
  std::vector<Vector<Real>> cotangents, firsts;
};

/// A layer made of layers. It plans the buffers between them:
/// - where a layer can work in place, the layer before it does not keep its output, and it lies at
///   neither end (whose values belong to others), both use one;
/// - an output that its layer can make again lies in a room of the workspace, and is made again
///   before a map that needs it;
/// - errors and tangents go through two rooms by turns; but where kernel products go layer by layer
///   (has_kernel_terms), each needs its errors again and they are kept.
template <class Real>
class Chain final : public Layer<Real> {
 public:
  using typename Layer<Real>::Theta;
  using State = ChainState<Real>;

  /// At least one layer; the first one reads `input`.
  Chain(const GridShape& grid, const Place& input,
        std::vector<std::unique_ptr<Layer<Real>>> layers);

  std::string name() const override { return "chain"; }
  const Place& input() const { return input_; }
  Place output() const override { return layers_.back()->output(); }
  const std::vector<Tensor>& tensors() const override { return tensors_; }
  BufferUse use() const override;
  std::unique_ptr<LayerState> make_state(const Batch& batch,
                                         const Workspace<Real>& room) const override;

  /// Features that this rank holds, and room for those of the output.
  Index features_at_input() const { return local_features(shape_, input_); }
  Index features_at_output() const { return local_features(shape_, output()); }
  Features<Real> room_at_output(Index samples) const {
    return Features<Real>("outputs", samples, {features_at_output()});
  }

  void forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
               const Features<Real>& output) const override;
  void pullback(const Point<Real>& at, LayerState& state, const Features<Real>& cotangent,
                const Features<Real>& input_cotangent,
                const GradientTarget<Real>& gradient) const override;
  void pushforward(const Point<Real>& at, LayerState& state, const Theta& theta_tangent,
                   const Features<Real>& input_tangent,
                   const Features<Real>& tangent) const override;
  /// Of what layers with parameters are applied to, but for the first one.
  void add_hidden_layers(const Point<Real>& at, LayerState& state, const Features<Real>& cotangent,
                         std::vector<HiddenSums>& all) const override;
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
  bool couples_samples() const override;
  bool has_kernel_terms() const override;
  /// From the outputs to the inputs, with the errors of one layer at a time.
  void add_kernel_terms(const Point<Real>& at, LayerState& state, const OutputErrors<Real>& errors,
                        std::vector<KernelTerm<Real>>& terms) const override;
  /// What the chain itself keeps lies between its layers: its input and output are others'.
  void cost(Phase phase, CostSheet& sheet) const override;

 private:
  static State& own(LayerState& state) { return static_cast<State&>(state); }

  bool inside(std::size_t i) const { return i > 0 && i + 1 < layers_.size(); }
  /// Whether the values (and first derivatives) at the output of layer i lie where its input does.
  bool shares_values(std::size_t i) const;
  /// Likewise tangents and cotangents, which only a layer with parameters needs again.
  bool shares_tangents(std::size_t i) const;
  /// Whether the values behind layer i are made again where they are needed.
  bool repeats(std::size_t i) const;
  Index features_after(std::size_t i) const { return local_features(shape_, layers_[i]->output()); }
  /// The first layer that maps of tangents and errors go through: where those of the input are
  /// zero, or not wanted, layers before the first parameters have nothing to do.
  std::size_t first_layer(bool input_moves) const;
  /// Most features behind a layer other than the last.
  Index most_features() const;

  /// Where the values behind layer i lie.
  Features<Real> values_after(std::size_t i, const State& state) const;
  /// Before a later map of layer i: what it reads of its input is there again.
  void restore_input(std::size_t i, const Point<Real>& at, State& state) const;

  using Shares = bool (Chain::*)(std::size_t) const;
  /// Sums of the values behind layer i and of their errors.
  HiddenSums hidden_sums(std::size_t i, const Point<Real>& at, const State& state,
                         const Features<Real>& errors) const;

  /// Room of its own behind each layer; behind the last one it is `last`, whose vectors and samples
  /// are those of all.
  std::vector<Features<Real>> rooms(std::vector<Vector<Real>>& storage, const Features<Real>& last,
                                    Shares shares) const;
  /// Two rooms by turns.
  std::vector<Features<Real>> turns(const State& state, Room one, Room other,
                                    const Features<Real>& last) const;
  std::vector<Features<Real>> tangents(const State& state, const Features<Real>& last) const {
    return turns(state, Room::tangents, Room::tangents_next, last);
  }
  std::vector<Features<Real>> errors(State& state, const Features<Real>& last) const;
  /// Through layer i to its input.
  OutputErrors<Real> pull_back(std::size_t i, const Point<Real>& at, State& state,
                               const OutputErrors<Real>& errors) const;
  /// What lies behind layer i in a phase.
  void cost_of_room(Phase phase, std::size_t i, CostSheet& sheet) const;

  GridShape shape_;
  Place input_;
  std::vector<std::unique_ptr<Layer<Real>>> layers_;
  std::vector<Block> parts_;  ///< of each layer in the flat buffer of the chain
  std::vector<Tensor> tensors_;
};

}  // namespace catapult
