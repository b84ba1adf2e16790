#include "plan/network_costs.hpp"

#include <memory>

#include "layers/build.hpp"

namespace catapult {
namespace {

NetworkEnds ends_of(const DataShape& data) { return {data.inputs, data.outputs, data.image}; }

template <class Real>
NetworkCosts costs_on(const Deck& deck, const DataShape& data, const GridShape& grid) {
  const std::shared_ptr<const Chain<Real>> chain =
      build_chain<Real>(deck.model, ends_of(data), grid, activations_named(deck.parallel.memory));
  NetworkCosts costs;
  const Index group = deck.model.batch_norm_group;
  const auto cost = [chain, outputs = data.outputs](Phase phase, const Batch& batch) {
    CostSheet sheet(batch, outputs, sizeof(Real));
    chain->cost(phase, sheet);
    return sheet;
  };
  costs.of = [cost, grid, group](Phase phase, Index samples) {
    return cost(phase, batch_on(grid, samples, group));
  };
  costs.of_outputs = [cost, grid, group](Index samples) {
    Batch batch = batch_on(grid, samples, group);
    batch.outputs_only = true;
    return cost(Phase::forward, batch);
  };
  costs.word = sizeof(Real);
  costs.parameters = static_cast<double>(chain->parameters());
  for (const Tensor& tensor : chain->tensors()) {
    Index elements = 1;
    for (const Index extent : tensor.shape) elements *= extent;
    costs.all_parameters += elements;
  }
  costs.has_kernel_terms = chain->has_kernel_terms();
  costs.couples_samples = chain->couples_samples();
  return costs;
}

}  // namespace

NetworkCosts costs_of(const Deck& deck, const DataShape& data, const GridShape& grid) {
  return deck.model.precision == "f64" ? costs_on<double>(deck, data, grid)
                                       : costs_on<float>(deck, data, grid);
}

}  // namespace catapult
