#include "plan/network_costs.hpp"

#include <memory>

#include "curvature/panel.hpp"
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

Index batch_of(const Deck& deck, const DataShape& data) {
  return deck.data.batch > 0 ? deck.data.batch : data.train_samples;
}

Index kernel_samples_of(const Deck& deck, const DataShape& data) {
  return deck.measure.kernel_samples > 0 ? deck.measure.kernel_samples : batch_of(deck, data);
}

std::vector<CostSheet> product_sheets(const NetworkCosts& network, Index samples) {
  if (network.has_kernel_terms) return {network.of(Phase::product, samples)};
  return {network.of(Phase::pushforward, samples), network.of(Phase::backward, samples)};
}

std::optional<CostSheet> assembly_sheet(const NetworkCosts& network, const GridShape& grid,
                                        Index samples) {
  if (!network.has_kernel_terms) return {};
  CostSheet sheet = network.of(Phase::assembly, samples);
  add_panel_costs(grid, sheet);
  return sheet;
}

}  // namespace catapult
