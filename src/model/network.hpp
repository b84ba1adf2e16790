// A network: a chain of layers on a grid of ranks, and its maps from samples to outputs.
// defines: KernelRoom, Tape, StatisticsGroups, Network
#pragma once

#include <memory>
#include <vector>

#include "model/chain.hpp"

namespace catapult {

/// Room that kernel products keep between calls, in a tape: vectors as they come and as the network
/// takes them.
template <class Real>
struct KernelRoom {
  Vector<double> gathered;
  Vector<Real> cotangents, results;
  Vector<Real> gradient;  ///< of all parameters, where products form it
};

/// All that one forward pass at one theta and one batch leaves behind, and room for the passes
/// that follow. Made by Network::make_tape for a batch.
template <class Real>
struct Tape {
  Index samples = 0;  ///< of this rank
  Features<Real> input;
  Features<Real> output;
  std::unique_ptr<LayerState> state;
  KernelRoom<Real> kernel = {};

  /// f (samples, outputs), a view into this tape
  Matrix<Real> outputs() const {
    return Matrix<Real>(output.flat().data(), samples, output.width(0));
  }
};

/// Samples that share batch statistics, see Batch::group.
struct StatisticsGroups {
  Index train = 0;
  Index test = 0;
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

  /// The chain, made for this rank's place in the grid, reads replicated inputs and gives
  /// replicated outputs.
  Network(Grid grid, std::unique_ptr<const Chain<Real>> chain, const StatisticsGroups& groups = {});

  const Grid& grid() const { return grid_; }
  Index inputs() const { return chain_->input().features(); }
  Index outputs() const { return chain_->output().features(); }
  Index parameters() const { return parameters_; }  ///< of this rank
  const std::vector<Tensor>& tensors() const { return chain_->tensors(); }
  /// Whether the kernel can be assembled from Gram terms, sample by sample.
  bool has_kernel_terms() const { return chain_->has_kernel_terms(); }

  /// Whether an output depends on other samples of its batch.
  bool couples_samples() const { return chain_->couples_samples(); }

  /// So many samples of all ranks, with the statistics of training or test.
  Batch batch_of(Index samples) const { return batch_on(grid_.shape(), samples, groups_.train); }
  Batch test_batch_of(Index samples) const {
    return batch_on(grid_.shape(), samples, groups_.test);
  }
  const StatisticsGroups& groups() const { return groups_; }

  Tape<Real> make_tape(const Batch& batch) const;
  /// For batch_of(samples).
  Tape<Real> make_tape(Index samples) const { return make_tape(batch_of(samples)); }

  /// Fills the tape; the result is tape.outputs(). The tape keeps a reference to x.
  void forward(const Theta& theta, const Matrix<Real>& x, Tape<Real>& tape) const;

  /// J^T cotangent, into `gradient`.
  void pullback(const Theta& theta, Tape<Real>& tape, const Matrix<Real>& cotangent,
                const GradientTarget<Real>& gradient) const;

  /// Sums over each hidden layer, from the inputs on, where `cotangent` are the errors of the
  /// outputs.
  std::vector<HiddenSums> hidden_layers(const Theta& theta, Tape<Real>& tape,
                                        const Matrix<Real>& cotangent) const;

  /// tangent (samples, outputs) <- J theta_tangent
  void pushforward(const Theta& theta, Tape<Real>& tape, const Theta& theta_tangent,
                   const Matrix<Real>& tangent) const;

  /// first <- J d, second <- d^T H d (samples, outputs), H the Hessians of f at theta; an empty
  /// second one is not computed.
  void second_pushforward(const Theta& theta, Tape<Real>& tape, const Theta& d,
                          const Matrix<Real>& first, const Matrix<Real>& second) const;

  /// The derivative by e of J(theta + e d)^T (cotangent + e tangent) at e = 0:
  /// J^T tangent + (H d)^T cotangent, into `gradient`. The target may be d itself: each layer has
  /// used its part of d before. After second_pushforward along the same d. `again`: with the
  /// cotangent of the last call since forward.
  void second_pullback(const Theta& theta, Tape<Real>& tape, const Theta& d,
                       const Matrix<Real>& cotangent, const Matrix<Real>& tangent,
                       const GradientTarget<Real>& gradient, bool again = false) const;

  /// What a phase costs this rank, for so many samples of all ranks.
  CostSheet cost(Phase phase, Index samples) const;

  /// Forms what kernel products at this theta need where they go layer by layer.
  /// To be called once a theta, between forward and kernel_product, for a tape that holds this
  /// rank's block of `samples`. What depends on x alone is kept while `same_input`.
  void prepare_kernel(const Theta& theta, Tape<Real>& tape, Index samples, bool same_input,
                      KernelForm form) const;

  /// results <- J J^T of so many `vectors`, (vectors * samples, outputs) both; no normalization.
  /// Layer by layer where all have kernel terms; else the gradient of one vector after another is
  /// formed, summed over the sample ranks, and pushed forward.
  void kernel_product(const Theta& theta, Tape<Real>& tape, Index vectors,
                      const Matrix<Real>& cotangents, const Matrix<Real>& results) const;

  /// The terms of the assembled kernel at the samples of the tape (forward done). Requires
  /// has_kernel_terms().
  std::vector<KernelTerm<Real>> kernel_terms(const Theta& theta, Tape<Real>& tape) const;

 private:
  Point<Real> at(const Theta& theta) const { return {grid_, theta}; }

  Grid grid_;
  std::unique_ptr<const Chain<Real>> chain_;
  StatisticsGroups groups_;
  Index parameters_;
};

}  // namespace catapult
