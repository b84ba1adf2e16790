#include "curvature/alignment.hpp"

#include "linalg/exchange.hpp"
#include "linalg/product.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {
namespace {

/// Sums over this rank's samples, then over all.
struct LayerSums {
  double cosine = 0.0, counted = 0.0;  ///< samples whose cosine there is
  double positive = 0.0, magnitude = 0.0;
};

LayerSums over_samples(const HiddenSums& layer) {
  const auto sums = to_host(layer.sums);
  LayerSums total;
  for (Index a = 0; a < static_cast<Index>(sums.extent(0)); ++a) {
    const double lengths =
        std::sqrt(sums(a, HiddenSums::square)) * std::sqrt(sums(a, HiddenSums::error_square));
    if (lengths != 0.0) {  // NaN is told
      total.cosine += sums(a, HiddenSums::product) / lengths;
      total.counted += 1.0;
    }
    total.positive += sums(a, HiddenSums::positive);
    total.magnitude += sums(a, HiddenSums::magnitude);
  }
  return total;
}

/// |W_1^T w_2| of this grid, with its sign where W_1 has one column.
template <class Real>
double product_of_weights(const Network<Real>& network, const Vector<const Real>& theta) {
  const Tensor &first = network.tensors()[0], &last = network.tensors()[1];
  const Index neurons = first.rows.size(), inputs = first.columns.size();
  const Vector<Real> product("product_of_weights", inputs);
  gemm(Op::none, Op::none, 1.0, matrix_over(theta.data() + last.offset, 1, neurons),
       matrix_over(theta.data() + first.offset, neurons, inputs), 0.0,
       matrix_over(product.data(), 1, inputs));
  sum_over(network.grid().width, product);
  if (inputs == 1) return static_cast<double>(to_host(product)(0));
  return std::sqrt(dot<Real>(product, product));
}

/// One hidden layer without biases, one output.
template <class Real>
bool is_product(const Network<Real>& network) {
  const std::vector<Tensor>& tensors = network.tensors();
  return tensors.size() == 2 && tensors[1].shape == std::vector<Index>{1, tensors[0].shape[0]};
}

}  // namespace

template <class Real>
AlignmentMeasurement alignment_of(const LossPoint<Real>& at, const ParameterSpace& space,
                                  HessianRoom<Real>& room) {
  const Network<Real>& network = at.network;
  AlignmentMeasurement result;
  for (const HiddenSums& layer :
       network.hidden_layers(at.theta, at.tape, loss_cotangent_at(at, room))) {
    LayerSums sums = over_samples(layer);
    network.grid().samples.sum(&sums.cosine, 4);
    const double all = static_cast<double>(at.samples) * static_cast<double>(layer.neurons);
    result.cosine.push_back(sums.counted > 0.0 ? sums.cosine / sums.counted : NAN);
    result.active.push_back(sums.positive / all);
    result.mean_abs.push_back(sums.magnitude / all);
  }
  const std::vector<double> squares = space.squares(at.theta);
  for (std::size_t i = 0; i < squares.size(); ++i) {
    if (!network.tensors()[i].name.ends_with("/weight")) continue;
    result.weight_norm.push_back(std::sqrt(squares[i]));
  }
  if (is_product(network)) {
    result.cosine_uv = product_of_weights(network, at.theta) / std::sqrt(squares[0] * squares[1]);
  }
  return result;
}

#define CATAPULT_INSTANTIATE(Real)                                                          \
  template AlignmentMeasurement alignment_of(const LossPoint<Real>&, const ParameterSpace&, \
                                             HessianRoom<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
