#include "plan/lambda_estimate.hpp"

#include <algorithm>

#include "curvature/kernel_probe.hpp"
#include "data/dataset.hpp"
#include "deck/print.hpp"
#include "layers/build.hpp"
#include "model/initialize.hpp"
#include "plan/network_costs.hpp"
#include "train/objective.hpp"

namespace catapult {
namespace {

constexpr Index most_neurons = 512;  // of a hidden layer
constexpr Index most_samples = 256;
constexpr double most_flops = 3e9;  // of a kernel product, of which there are about twenty

Index widest_layer(const ModelOptions& model) {
  if (model.widths.empty()) return model.width;
  return *std::max_element(model.widths.begin(), model.widths.end());
}

/// At most so many neurons in any layer.
void narrow(ModelOptions& model, Index neurons) {
  model.width = std::min(model.width, neurons);
  for (Index& width : model.widths) width = std::min(width, neurons);
}

/// Of the same kernel on fewer samples, and with nothing that it does not depend on.
Deck small(const Deck& deck, const DataShape& data) {
  Deck few;
  few.model = deck.model;
  few.model.seed = 0;
  few.model.representation = "parameters";
  few.model.precision = "f32";
  few.data = deck.data;
  few.data.train_samples = std::min(data.train_samples, most_samples);
  few.data.test_samples = std::min<Index>(data.test_samples, 1);
  few.data.augment.clear();
  few.data.batch = few.data.seed = 0;
  few.train.loss = deck.train.loss;
  few.train.label_smoothing = deck.train.label_smoothing;
  few.measure.tolerance = 0.1;
  narrow(few.model, 2 * most_neurons);  // so that wider ones are one
  return few;
}

double measure(const Deck& deck) {
  const Dataset<float> data = load_dataset<float>(deck.data, make_grid(Communicator::self(), 1));
  const SpreadSamples<float>& samples = data.train;
  const Network<float> network =
      build_network<float>(deck.model, {samples.inputs(), samples.outputs(), samples.mine().image},
                           make_grid(Communicator::self(), 1));
  const Vector<float> theta("theta", network.parameters());
  initialize(network, deck.model.seed, theta);
  KernelProbe<float> probe(network, nullptr, loss_of(deck.train), deck.measure, samples,
                           samples.size(), /*same_inputs=*/true);
  return probe.measure(theta).lambda;
}

}  // namespace

LambdaEstimate LambdaEstimator::of(const Deck& deck, const DataShape& data) {
  const ModelOptions& model = deck.model;
  if (is_convolutional(model) || !model.weights.empty()) return {};
  Deck few = small(deck, data);
  const Index width = widest_layer(model);
  const bool grows = model.parametrization == "standard" && model.kind == "fc";
  const bool wider = width > most_neurons;
  if (grows && wider && !model.widths.empty()) return {};
  const std::string key = print_resolved(few, {}) + (grows ? std::to_string(width) : "");
  if (known_.count(key) > 0) return known_[key];
  narrow(few.model, most_neurons);
  LambdaEstimate& estimate = known_[key];
  const Index samples = few.data.train_samples;
  const NetworkCosts costs =
      costs_of(few, {samples, 0, data.inputs, data.outputs, "", data.image}, {});
  if (costs.of(Phase::product, samples).work().flops > most_flops) return estimate;
  try {
    const double lambda = measure(few);
    estimate = {lambda, std::min(width, most_neurons), samples};
    if (!grows || !wider) return estimate;
    narrow(few.model, most_neurons / 2);
    const double more = 2.0 * (lambda - measure(few)) / static_cast<double>(most_neurons);
    estimate.value += more * static_cast<double>(width - most_neurons);
  } catch (const Error&) {  // of data or numbers: the run will tell
    estimate = {};
  }
  return estimate;
}

}  // namespace catapult
