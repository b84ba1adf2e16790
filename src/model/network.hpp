// A network: a chain of layers, and the maps of the chain.
// defines: Tape, SecondTape, Network, initialize
#pragma once

#include <memory>
#include <vector>

#include "model/layer.hpp"

namespace catapult {

/// All that one forward pass at one theta and one batch leaves behind, and room for the passes
/// that follow. Made by Network::make_tape for a number of samples of this rank.
template <class Real>
struct Tape {
  Index samples = 0;  ///< of this rank
  Features<Real> input;
  std::vector<Features<Real>> values;    ///< output of each layer
  std::vector<Cache<Real>> caches;       ///< of each layer
  std::vector<Vector<Real>> cotangents;  ///< storage at each layer's output, grown when needed
  std::vector<Vector<Real>> tangents;

  /// f (samples, outputs), a view into this tape
  Matrix<Real> outputs() const {
    const auto& last = values.back();
    return Matrix<Real>(last.flat().data(), samples, last.width(0));
  }
};

/// What a second pushforward along d leaves behind, beside the tape of theta.
template <class Real>
struct SecondTape {
  std::vector<SecondCache<Real>> caches;  ///< of each layer
  std::vector<Vector<Real>> firsts;       ///< storage at each layer's output, grown when needed
  std::vector<Vector<Real>> tangents;     ///< likewise, for the tangents of the errors
};

/// f(theta, x): x (samples, inputs) to f (samples, outputs), both replicated over the width ranks,
/// rows spread over the sample ranks. The network is immutable; parameters, velocities, gradients
/// and displacements are flat vectors of parameters() elements, this rank's part.
/// Blocks of vectors are matrices (vectors * samples, outputs), vector by vector.
/// All maps are collective over the grid.
template <class Real>
class Network {
 public:
  using Theta = Vector<const Real>;

  /// The first layer reads replicated inputs, the last gives replicated outputs.
  Network(Grid grid, Index inputs, std::vector<std::unique_ptr<Layer<Real>>> layers);

  const Grid& grid() const { return grid_; }
  Index inputs() const { return inputs_; }
  Index outputs() const { return layers_.back()->output().features; }
  Index parameters() const { return parameters_; }  ///< of this rank
  const std::vector<Tensor>& tensors() const { return tensors_; }

  Tape<Real> make_tape(Index samples) const;

  /// Fills the tape; the result is tape.outputs(). The tape keeps a reference to x.
  void forward(const Theta& theta, const Matrix<Real>& x, Tape<Real>& tape) const;

  /// J^T cotangent, into `gradient` (one vector only). A block of vectors goes back to every
  /// layer's output; the tape holds these errors (and refers to `cotangents`) until the next call.
  void pullback(const Theta& theta, Tape<Real>& tape, const Matrix<Real>& cotangents,
                const GradientTarget<Real>& gradient) const;

  /// tangent (samples, outputs) <- J theta_tangent
  void pushforward(const Theta& theta, Tape<Real>& tape, const Theta& theta_tangent,
                   const Matrix<Real>& tangent) const;

  SecondTape<Real> make_second_tape() const;

  /// first <- J d, second <- d^T H d (samples, outputs), H the Hessians of f at theta.
  void second_pushforward(const Theta& theta, Tape<Real>& tape, SecondTape<Real>& along,
                          const Theta& d, const Matrix<Real>& first,
                          const Matrix<Real>& second) const;

  /// The derivative by e of J(theta + e d)^T (cotangent + e tangent) at e = 0:
  /// J^T tangent + (H d)^T cotangent, into `gradient`. The target may be d itself: each layer has
  /// used its part of d before. After second_pushforward along the same d.
  void second_pullback(const Theta& theta, Tape<Real>& tape, SecondTape<Real>& along,
                       const Theta& d, const Matrix<Real>& cotangent, const Matrix<Real>& tangent,
                       const GradientTarget<Real>& gradient) const;

  /// To be called once a theta, between forward and kernel_product. Gram matrices that depend on
  /// x alone are kept while `same_input`.
  void prepare_kernel(Tape<Real>& tape, bool same_input, KernelForm form) const;

  /// results <- J J^T vectors, a block of vectors (vectors * samples, outputs); no normalization.
  void kernel_product(const Theta& theta, Tape<Real>& tape, const Matrix<Real>& vectors,
                      const Matrix<Real>& results) const;

  /// What the assembled kernel is made of at the samples of the tape (forward done), one a layer:
  /// inputs and errors of one vector an output. The tape gives its room for errors back.
  std::vector<KernelFactors<Real>> kernel_factors(const Theta& theta, Tape<Real>& tape) const;

  /// panel (rows * outputs, columns * outputs) <- J J^T of this rank's neurons, samples of `rows`
  /// against those of `columns`; to be summed over the width ranks, no normalization.
  void kernel_panel(const std::vector<KernelFactors<Real>>& rows,
                    const std::vector<KernelFactors<Real>>& columns, Vector<Real>& scratch,
                    const MatrixRef<Real>& panel) const;

 private:
  /// Room at the output of each layer for `rows` rows; in-place layers share it.
  std::vector<Features<Real>> room_at_outputs(std::vector<Vector<Real>>& storage, Index rows,
                                              const Matrix<Real>& last) const;

  Grid grid_;
  Index inputs_ = 0;
  Index parameters_ = 0;
  std::vector<std::unique_ptr<Layer<Real>>> layers_;
  std::vector<Tensor> tensors_;
};

/// Draws theta: every element depends on (seed, tensor, global row, global column) only, so it is
/// the same at any number of ranks, and a narrow network is a block of a wide one.
template <class Real>
void initialize(const Network<Real>& network, Index seed, const Vector<Real>& theta);

}  // namespace catapult
