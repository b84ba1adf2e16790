#include "study/start.hpp"

#include "model/build.hpp"
#include "study/placement.hpp"
#include "study/weights_file.hpp"

namespace catapult {
namespace {

template <class Real>
Grid make_grid_for(const Deck& deck, const Dataset<Real>& data, const Communicator& ranks) {
  const DataShape shape{data.train.size(), data.test.size(), data.train.inputs(),
                        data.train.outputs()};
  return make_grid(ranks, grid_of(deck, shape, ranks.size()).width_ranks);
}

}  // namespace

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Communicator& ranks)
    : data(load_dataset<Real>(deck.data, ranks)),
      network(build_network<Real>(deck.model, data.train.inputs(), data.train.outputs(),
                                  make_grid_for(deck, data, ranks))),
      order(data.train.size(), deck.data.batch, deck.data.seed) {
  state.theta = Vector<Real>("theta", network.parameters());
  if (deck.train.momentum > 0.0) {
    state.velocity = Vector<Real>("velocity", network.parameters());
  }
  if (deck.model.weights.empty()) {
    initialize(network, deck.model.seed, state.theta);
  } else {
    read_weights_file(deck.model.weights, network, state.theta);
  }
}

template <class Real>
KernelProbe<Real> MemberStart<Real>::kernel_probe(const MeasureOptions& options) const {
  return KernelProbe<Real>(network, options, data.train, order.size(), order.full());
}

template struct MemberStart<float>;
template struct MemberStart<double>;

}  // namespace catapult
