// A layer and its maps: the piece that all else stands on.
// defines: Point, GradientTarget, Derivatives, MovingErrors, KernelForm, Jacobian,
// pulled_back, rows_pulled_back, LayerState, BufferUse, Layer
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/batch.hpp"
#include "model/cost.hpp"
#include "model/features.hpp"
#include "model/hidden_sums.hpp"
#include "model/kernel_term.hpp"
#include "model/place.hpp"
#include "model/tensor.hpp"
#include "model/workspace.hpp"

namespace catapult {

/// This rank's part of `values`, a vector of parameter space; empty where `values` is.
template <class Value>
Vector<Value> part_of(const Vector<Value>& values, const Block& part) {
  if (values.size() == 0) return values;
  return Kokkos::subview(values, std::pair(part.begin, part.end));
}

/// Where maps are evaluated: the parameters of a layer and the ranks that hold them.
template <class Real>
struct Point {
  const Grid& grid;
  Vector<const Real> theta;

  Point part(const Block& block) const { return {grid, part_of(theta, block)}; }
};

/// What a pullback does with the gradient: target <- alpha * gradient + beta * target, where beta =
/// 0 ignores what it held. An empty target: nothing. The target may be theta itself (gradient
/// descent fused into the product) or a velocity; a layer has used its parameters before it
/// overwrites them.
template <class Real>
struct GradientTarget {
  Vector<Real> target;
  double alpha = 1.0;
  double beta = 0.0;

  bool wanted() const { return target.size() > 0; }
  GradientTarget part(const Block& block) const { return {part_of(target, block), alpha, beta}; }
};

/// First and second derivative by e, at e = 0, of values of the network at theta + e d. Empty:
/// zero; an empty second one beside a first one: nobody wants it.
template <class Real>
struct Derivatives {
  Features<Real> first;
  Features<Real> second;
};

/// Back-propagated errors and their derivative by e along theta + e d. Empty: not wanted. again:
/// the errors are those of the last second_pullback of this batch and theta, so that a layer may
/// use what it has kept of them.
template <class Real>
struct MovingErrors {
  Features<Real> errors;
  Features<Real> tangents;
  bool again = false;
};

/// How the parameters' share of a kernel product is computed.
enum class KernelForm {
  cheapest,  ///< by Gram matrix or by parameters, whichever takes less arithmetic
  gram,      ///< by Gram matrix
};

/// What the derivative of a layer's output by its input is, at one batch and one theta.
enum class Jacobian {
  any,
  same_for_samples,  ///< that of each sample: a linear map
  diagonal,          ///< an elementwise product
};

/// What errors are in front of a layer, by what they are behind it.
inline ErrorForm pulled_back(ErrorForm behind, Jacobian jacobian) {
  if (behind != ErrorForm::same_for_samples || jacobian == Jacobian::any) return ErrorForm::in_full;
  return jacobian == Jacobian::diagonal ? ErrorForm::with_slopes : behind;
}

/// Rows that a layer pulls back: an output's, a sample's, or all.
inline double rows_pulled_back(const CostSheet& sheet, Jacobian jacobian) {
  switch (pulled_back(sheet.errors(), jacobian)) {
    case ErrorForm::same_for_samples:
      return sheet.outputs();
    case ErrorForm::with_slopes:
      return sheet.rows();
    case ErrorForm::in_full:
      break;
  }
  return sheet.outputs() * sheet.rows();
}

/// What the maps of one layer leave behind for each other, at one batch and one theta. Made by the
/// layer, known to it alone.
struct LayerState {
  virtual ~LayerState() = default;
};

/// What a chain has to know to plan its buffers.
struct BufferUse {
  bool in_place = false;  ///< output, input cotangent and tangent may overwrite what they come from
  bool keeps_input = false;   ///< later maps read the input of forward (and its first derivative)
  bool keeps_output = false;  ///< likewise the output
  bool repeats = false;       ///< the output is made again where it is needed, not kept
  bool by_sign = false;       ///< later maps read no more than the sign of what is kept
};

/// One link of a chain. It holds shapes and scales only: parameters and communicators come with
/// each call, so that one layer serves a network and all its linear twins, and is built without
/// MPI for any place of any grid. theta, gradients and tangents of parameters are this layer's
/// part of the flat buffer.
///
/// Tangents and cotangents may come in blocks of vectors where all layers of the network have
/// kernel terms. Empty input tangents or cotangents mean zero, or not wanted. All maps are
/// collective over the grid; input and output are the same memory or apart, see use().
template <class Real>
class Layer {
 public:
  using Theta = Vector<const Real>;

  virtual ~Layer() = default;

  virtual std::string name() const = 0;  ///< "dense", for messages
  virtual Place output() const = 0;
  virtual const std::vector<Tensor>& tensors() const = 0;
  virtual BufferUse use() const = 0;
  /// For this rank's samples of a batch. What a map needs for its own time alone lies in `room`.
  virtual std::unique_ptr<LayerState> make_state(const Batch& batch,
                                                 const Workspace<Real>& room) const = 0;

  /// output <- layer(input)
  virtual void forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
                       const Features<Real>& output) const = 0;

  /// The output once more as forward left it, of a layer whose use() says that it can: theta and
  /// the input are those of forward.
  virtual void repeat(const Point<Real>& at, LayerState& state, const Features<Real>& output) const;

  /// input_cotangent <- (d output / d input)^T cotangent; the parameters' share, summed over all
  /// samples, goes to `gradient` (one vector only).
  virtual void pullback(const Point<Real>& at, LayerState& state, const Features<Real>& cotangent,
                        const Features<Real>& input_cotangent,
                        const GradientTarget<Real>& gradient) const = 0;

  /// tangent <- (d output / d input) input_tangent + (d output / d theta) theta_tangent
  virtual void pushforward(const Point<Real>& at, LayerState& state, const Theta& theta_tangent,
                           const Features<Real>& input_tangent,
                           const Features<Real>& tangent) const = 0;

  /// Adds the sums of the hidden layers within this one, from the inputs on, whose output has the
  /// errors `cotangent` (one vector). A layer without any within adds nothing.
  virtual void add_hidden_layers(const Point<Real>&, LayerState&, const Features<Real>&,
                                 std::vector<HiddenSums>&) const {}

  /// What a phase costs the first rank of the grid that the layer was made for.
  virtual void cost(Phase phase, CostSheet& sheet) const = 0;

  /// Forms what kernel products at this theta need. samples: of all sample ranks, which hold blocks
  /// of them; same_input: forward had the same input when this was last called.
  virtual void prepare_kernel(const Point<Real>&, LayerState&, Index /*samples*/, KernelForm,
                              bool /*same_input*/) const {}

  /// The pushforward whose theta_tangent is the pullback of `cotangent`, which has gone back
  /// through the layer before (pullback without a gradient):
  /// tangent <- (d output / d input) input_tangent + (d output / d theta)(...)^T cotangent.
  /// Of layers with kernel terms: other networks have their gradient formed.
  virtual void kernel_product(const Point<Real>& at, LayerState& state,
                              const Features<Real>& cotangent, const Features<Real>& input_tangent,
                              const Features<Real>& tangent) const;

  /// The derivatives of the output along theta + e d, from those of the input:
  /// output.first <- J d, output.second <- d^T H d unless empty. One vector. Throws UsageError
  /// where a layer has no second-order maps.
  virtual void second_pushforward(const Point<Real>& at, LayerState& state, const Theta& d,
                                  const Derivatives<Real>& input,
                                  const Derivatives<Real>& output) const;

  /// The pullback and its derivative along theta + e d, where the output's errors move as well:
  /// input <- errors back and their tangents; the derivative of the parameters' share goes to
  /// `gradient`, whose target may be d itself. One vector, after second_pushforward along d.
  virtual void second_pullback(const Point<Real>& at, LayerState& state, const Theta& d,
                               const MovingErrors<Real>& output, const MovingErrors<Real>& input,
                               const GradientTarget<Real>& gradient) const;

  /// Whether an output depends on other samples than its own (batch statistics).
  virtual bool couples_samples() const { return false; }

  virtual Jacobian jacobian() const { return Jacobian::any; }

  /// Whether the parameters' share of the kernel is a sum of Gram terms, and kernel products go
  /// layer by layer.
  virtual bool has_kernel_terms() const { return tensors().empty(); }
  /// Adds them, at the samples of `state`, of whose outputs these are the errors.
  virtual void add_kernel_terms(const Point<Real>&, LayerState&, const OutputErrors<Real>&,
                                std::vector<KernelTerm<Real>>&) const {}

  /// Of this rank.
  Index parameters() const {
    Index count = 0;
    for (const Tensor& tensor : tensors()) count += tensor.size();
    return count;
  }
};

}  // namespace catapult
