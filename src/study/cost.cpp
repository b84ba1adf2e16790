#include "study/cost.hpp"

#include <algorithm>
#include <cmath>

#include "model/build.hpp"

namespace catapult {
namespace {

constexpr double assumed_steps = 1000.0;  // of a run that stops by time at an unknown eta
constexpr double products_a_measurement = 1.5;
constexpr double bytes_of_process = 150e6;  // libraries, MPI buffers

double steps_of(const TrainOptions& train) {
  double steps = assumed_steps;
  if (train.stop_time > 0.0 && train.learning_rate > 0.0) {
    steps = train.stop_time / train.learning_rate;
  }
  return train.stop_steps > 0 ? std::min(steps, static_cast<double>(train.stop_steps)) : steps;
}

}  // namespace

MemberCost cost_of(const Deck& deck, const DataShape& data, int ranks) {
  std::vector<Index> sizes = hidden_widths(deck.model);
  sizes.insert(sizes.begin(), data.inputs);
  sizes.push_back(data.outputs);
  const double word = deck.model.precision == "f64" ? 8.0 : 4.0;
  const auto batch =
      static_cast<double>(deck.data.batch > 0 ? deck.data.batch : data.train_samples);
  const auto kernel_samples =
      deck.measure.kernel_samples > 0 ? static_cast<double>(deck.measure.kernel_samples) : batch;
  MemberCost cost;
  double weights = 0.0, first = 0.0, neurons = 0.0, widest = 0.0, gathered = 0.0, grams = 0.0;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    const auto in = static_cast<double>(sizes[i]), out = static_cast<double>(sizes[i + 1]);
    if (i == 0) first = in * out;
    weights += in * out;
    neurons += out;
    widest = std::max(widest, out);
    if (i > 0 && ranks > 1) gathered += in;
    cost.parameters += sizes[i + 1] * (sizes[i] + (deck.model.sigma_b > 0.0 ? 1 : 0));
    const bool by_gram = kernel_samples <= in;
    grams += by_gram ? kernel_samples * kernel_samples : 0.0;
    cost.product_flops +=
        by_gram ? 2.0 * kernel_samples * kernel_samples * out : 4.0 * kernel_samples * in * out;
  }
  cost.step_flops = batch * (4.0 * weights + 2.0 * (weights - first));
  cost.product_flops += 4.0 * kernel_samples * (weights - first);
  cost.steps = steps_of(deck.train);
  cost.steps_assumed =
      deck.train.stop_steps == 0 && !(deck.train.stop_time > 0.0 && deck.train.learning_rate > 0.0);
  const double measurements = deck.measure.kernel_every > 0
                                  ? cost.steps / static_cast<double>(deck.measure.kernel_every)
                                  : 0.0;
  const double rows = cost.steps / static_cast<double>(deck.measure.every);
  cost.total_flops = cost.steps * cost.step_flops +
                     measurements * products_a_measurement * cost.product_flops *
                         static_cast<double>(deck.measure.kernel_batches) +
                     rows * 2.0 * static_cast<double>(data.test_samples) * weights;

  const double share = 1.0 / static_cast<double>(ranks);
  const double copies = deck.train.momentum > 0.0 ? 2.0 : 1.0;
  const bool own_tape = deck.data.batch > 0 || kernel_samples != batch;
  const double passes = deck.measure.kernel_every > 0 || deck.train.learning_rate_c > 0.0 ? 3 : 2;
  const double activations =
      batch * (passes * neurons * share + gathered) +
      (own_tape ? kernel_samples * (passes * neurons * share + gathered) : 0.0);
  const double samples = static_cast<double>(data.train_samples + data.test_samples) *
                         static_cast<double>(data.inputs + data.outputs);
  cost.rank_bytes =
      bytes_of_process + word * (copies * static_cast<double>(cost.parameters) * share +
                                 activations + grams + samples);
  const double exchanged = (static_cast<double>(ranks) - 1.0) * share;
  cost.step_bytes_sent =
      word * batch * exchanged * (2.0 * gathered + 2.0 * static_cast<double>(data.outputs));
  return cost;
}

}  // namespace catapult
