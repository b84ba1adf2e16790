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
  std::vector<Features<Real>> values;  ///< between the layers
  /// Storage between the layers, grown when needed: of cotangents, of tangents, and of the first
  /// derivatives and moving errors of the second-order maps.
  std::vector<Vector<Real>> cotangents, tangents, firsts, error_tangents;
};

/// A layer made of layers. It plans the buffers between them: where a layer can work in place, the
/// layer before it does not keep its output, and it lies at neither end (whose values belong to
/// others), both use one.
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
  std::unique_ptr<LayerState> make_state(Index samples) const override;

  /// Features of the output that this rank holds, and room for them.
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
  /// Gives the room of the errors back.
  void add_kernel_terms(const Point<Real>& at, LayerState& state, const Features<Real>& cotangents,
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
  Index features_after(std::size_t i) const { return local_features(shape_, layers_[i]->output()); }

  using Shares = bool (Chain::*)(std::size_t) const;
  /// Room after each layer; after the last one it is `last`, whose vectors and samples are those of
  /// all.
  std::vector<Features<Real>> rooms(std::vector<Vector<Real>>& storage, const Features<Real>& last,
                                    Shares shares) const;

  GridShape shape_;
  Place input_;
  std::vector<std::unique_ptr<Layer<Real>>> layers_;
  std::vector<Block> parts_;  ///< of each layer in the flat buffer of the chain
  std::vector<Tensor> tensors_;
};

}  // namespace catapult
