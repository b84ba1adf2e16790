#include "model/network.hpp"

namespace catapult {
namespace {

/// e_0 ... e_{outputs-1}, row by row.
template <class Real>
Matrix<Real> unit_vectors(Index outputs) {
  const Matrix<Real> units("unit_vectors", outputs, outputs);
  Kokkos::parallel_for(
      "unit_vectors", Range1(0, outputs), KOKKOS_LAMBDA(Index i) { units(i, i) = Real(1); });
  return units;
}

}  // namespace

template <class Real>
Network<Real>::Network(Grid grid, std::unique_ptr<const Chain<Real>> chain,
                       const StatisticsGroups& groups)
    : grid_(std::move(grid)),
      chain_(std::move(chain)),
      groups_(groups),
      parameters_(chain_->parameters()) {}

template <class Real>
Tape<Real> Network<Real>::make_tape(const Batch& batch) const {
  const Index samples = batch.mine.size();
  return {samples,
          {},
          chain_->room_at_output(samples),
          chain_->make_state(batch, Workspace<Real>()),
          {}};
}

template <class Real>
void Network<Real>::forward(const Theta& theta, const Matrix<Real>& x, Tape<Real>& tape) const {
  tape.input = Features<Real>(x);
  chain_->forward(at(theta), *tape.state, tape.input, tape.output);
}

template <class Real>
void Network<Real>::pullback(const Theta& theta, Tape<Real>& tape, const Matrix<Real>& cotangent,
                             const GradientTarget<Real>& gradient) const {
  chain_->pullback(at(theta), *tape.state, Features<Real>(cotangent), {}, gradient);
}

template <class Real>
std::vector<HiddenSums> Network<Real>::hidden_layers(const Theta& theta, Tape<Real>& tape,
                                                     const Matrix<Real>& cotangent) const {
  std::vector<HiddenSums> all;
  chain_->add_hidden_layers(at(theta), *tape.state, Features<Real>(cotangent), all);
  return all;
}

template <class Real>
void Network<Real>::pushforward(const Theta& theta, Tape<Real>& tape, const Theta& theta_tangent,
                                const Matrix<Real>& tangent) const {
  chain_->pushforward(at(theta), *tape.state, theta_tangent, {}, Features<Real>(tangent));
}

template <class Real>
void Network<Real>::second_pushforward(const Theta& theta, Tape<Real>& tape, const Theta& d,
                                       const Matrix<Real>& first,
                                       const Matrix<Real>& second) const {
  const bool twice = second.extent(1) > 0;
  chain_->second_pushforward(
      at(theta), *tape.state, d, {},
      {Features<Real>(first), twice ? Features<Real>(second) : Features<Real>()});
}

template <class Real>
void Network<Real>::second_pullback(const Theta& theta, Tape<Real>& tape, const Theta& d,
                                    const Matrix<Real>& cotangent, const Matrix<Real>& tangent,
                                    const GradientTarget<Real>& gradient, bool again) const {
  chain_->second_pullback(at(theta), *tape.state, d,
                          {Features<Real>(cotangent), Features<Real>(tangent), again}, {},
                          gradient);
}

template <class Real>
CostSheet Network<Real>::cost(Phase phase, Index samples) const {
  CostSheet sheet(batch_of(samples), outputs(), sizeof(Real));
  chain_->cost(phase, sheet);
  return sheet;
}

template <class Real>
void Network<Real>::prepare_kernel(const Theta& theta, Tape<Real>& tape, Index samples,
                                   bool same_input, KernelForm form) const {
  if (!has_kernel_terms()) return;
  chain_->prepare_kernel(at(theta), *tape.state, samples, form, same_input);
}

template <class Real>
void Network<Real>::kernel_product(const Theta& theta, Tape<Real>& tape, Index vectors,
                                   const Matrix<Real>& cotangents,
                                   const Matrix<Real>& results) const {
  const Features<Real> errors(cotangents, vectors), products(results, vectors);
  if (has_kernel_terms()) {
    chain_->pullback(at(theta), *tape.state, errors, {}, {});
    chain_->kernel_product(at(theta), *tape.state, errors, {}, products);
    return;
  }
  const Vector<Real> gradient = room_for(tape.kernel.gradient, parameters_);
  for (Index v = 0; v < vectors; ++v) {
    chain_->pullback(at(theta), *tape.state, errors.vector(v), {}, {gradient, 1.0, 0.0});
    chain_->pushforward(at(theta), *tape.state, gradient, {}, products.vector(v));
  }
}

template <class Real>
std::vector<KernelTerm<Real>> Network<Real>::kernel_terms(const Theta& theta,
                                                          Tape<Real>& tape) const {
  std::vector<KernelTerm<Real>> terms;
  chain_->add_kernel_terms(
      at(theta), *tape.state,
      {outputs(), ErrorForm::same_for_samples, unit_vectors<Real>(outputs()), {}}, terms);
  return terms;
}

template class Network<float>;
template class Network<double>;

}  // namespace catapult
