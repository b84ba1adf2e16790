#include "model/network.hpp"

#include "base/random.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {

template <class Real>
Network<Real>::Network(Grid grid, Index inputs, std::vector<std::unique_ptr<Layer<Real>>> layers)
    : grid_(std::move(grid)), inputs_(inputs), layers_(std::move(layers)) {
  for (const auto& layer : layers_) {
    for (const Tensor& tensor : layer->tensors()) {
      tensors_.push_back(tensor);
      parameters_ += tensor.size();
    }
  }
}

template <class Real>
Tape<Real> Network<Real>::make_tape(Index samples) const {
  Tape<Real> tape;
  tape.samples = samples;
  for (const auto& layer : layers_) {
    const Index width = local_features(grid_, layer->output()).size();
    tape.values.push_back(layer->in_place() ? tape.values.back()
                                            : Features<Real>("activations", samples, {width}));
  }
  tape.caches.resize(layers_.size());
  tape.cotangents.resize(layers_.size());
  tape.tangents.resize(layers_.size());
  return tape;
}

template <class Real>
void Network<Real>::forward(const Theta& theta, const Matrix<Real>& x, Tape<Real>& tape) const {
  tape.input = Features<Real>(x);
  const Features<Real>* input = &tape.input;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->forward(theta, *input, tape.values[i], tape.caches[i]);
    input = &tape.values[i];
  }
}

template <class Real>
std::vector<Features<Real>> Network<Real>::room_at_outputs(std::vector<Vector<Real>>& storage,
                                                           Index rows,
                                                           const Matrix<Real>& last) const {
  std::vector<Features<Real>> places(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Index width = local_features(grid_, layers_[i]->output()).size();
    if (i + 1 == layers_.size()) {
      places[i] = Features<Real>(last);
    } else {
      places[i] = layers_[i]->in_place()
                      ? places[i - 1]
                      : Features<Real>(room_for(storage[i], rows * width), rows, {width});
    }
  }
  return places;
}

template <class Real>
void Network<Real>::pullback(const Theta& theta, Tape<Real>& tape, const Matrix<Real>& cotangents,
                             const GradientTarget<Real>& gradient) const {
  const auto rows = static_cast<Index>(cotangents.extent(0));
  const auto places = room_at_outputs(tape.cotangents, rows, cotangents);
  tape.cotangents.back() = Vector<Real>(cotangents.data(), cotangents.size());
  for (std::size_t i = layers_.size(); i-- > 0;) {
    layers_[i]->pullback(theta, tape.caches[i], places[i], i > 0 ? places[i - 1] : Features<Real>(),
                         gradient);
  }
}

template <class Real>
void Network<Real>::pushforward(const Theta& theta, Tape<Real>& tape, const Theta& theta_tangent,
                                const Matrix<Real>& tangent) const {
  const auto places = room_at_outputs(tape.tangents, tape.samples, tangent);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->pushforward(theta, tape.caches[i], theta_tangent,
                            i > 0 ? places[i - 1] : Features<Real>(), places[i]);
  }
}

template <class Real>
void Network<Real>::prepare_kernel(Tape<Real>& tape, bool same_input, KernelForm form) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const bool known = i == 0 && same_input && tape.caches[0].gram.extent(1) > 0;
    if (!known) layers_[i]->prepare_kernel(tape.caches[i], form);
  }
}

template <class Real>
void Network<Real>::kernel_product(const Theta& theta, Tape<Real>& tape,
                                   const Matrix<Real>& vectors, const Matrix<Real>& results) const {
  pullback(theta, tape, vectors, {});
  const auto rows = static_cast<Index>(vectors.extent(0));
  const auto errors = room_at_outputs(tape.cotangents, rows, vectors);
  const auto places = room_at_outputs(tape.tangents, rows, results);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->kernel_product(theta, tape.caches[i], errors[i],
                               i > 0 ? places[i - 1] : Features<Real>(), places[i]);
  }
}

template <class Real>
std::vector<KernelFactors<Real>> Network<Real>::kernel_factors(const Theta& theta,
                                                               Tape<Real>& tape) const {
  const Index samples = tape.samples, rows = outputs() * samples;
  const Matrix<Real> units("unit_vectors", rows, outputs());
  Kokkos::parallel_for(
      "unit_vectors", Range1(0, rows),
      KOKKOS_LAMBDA(Index row) { units(row, row / samples) = Real(1); });
  pullback(theta, tape, units, {});
  const auto errors = room_at_outputs(tape.cotangents, rows, units);
  std::vector<KernelFactors<Real>> factors;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    factors.push_back(layers_[i]->kernel_factors(tape.caches[i], errors[i]));
    tape.cotangents[i] = Vector<Real>();
  }
  return factors;
}

template <class Real>
void Network<Real>::kernel_panel(const std::vector<KernelFactors<Real>>& rows,
                                 const std::vector<KernelFactors<Real>>& columns,
                                 Vector<Real>& scratch, const MatrixRef<Real>& panel) const {
  Kokkos::deep_copy(panel, Real(0));
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->add_kernel_panel(rows[i], columns[i], scratch, panel);
  }
}

template <class Real>
void initialize(const Network<Real>& network, Index seed, const Vector<Real>& theta) {
  for (const Tensor& tensor : network.tensors()) {
    const RandomStream stream(seed, tensor.stream);
    const Block rows = tensor.rows, columns = tensor.columns;
    const double deviation = tensor.deviation;
    Real* values = theta.data() + tensor.offset;
    // One thread a pair of columns (2 p, 2 p + 1): both numbers come from one draw.
    const Index first_pair = columns.begin / 2, pairs = (columns.end + 1) / 2 - first_pair;
    Kokkos::parallel_for(
        "initialize", Range1(0, rows.size() * pairs), KOKKOS_LAMBDA(Index i) {
          const Index row = i / pairs, column = 2 * (first_pair + i % pairs);
          const NormalPair normal = stream.normal_pair(rows.begin + row, column / 2);
          Real* to = values + row * columns.size() - columns.begin;
          if (column >= columns.begin) to[column] = static_cast<Real>(deviation * normal.first);
          if (column + 1 < columns.end) {
            to[column + 1] = static_cast<Real>(deviation * normal.second);
          }
        });
  }
}

template class Network<float>;
template class Network<double>;
template void initialize(const Network<float>&, Index, const Vector<float>&);
template void initialize(const Network<double>&, Index, const Vector<double>&);

}  // namespace catapult
