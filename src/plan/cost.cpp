#include "plan/cost.hpp"

#include <algorithm>
#include <cmath>

#include "base/partition.hpp"
#include "plan/layer_cost.hpp"

namespace catapult {
namespace {

constexpr double assumed_steps = 1000.0;  // of a run that stops by time at an unknown eta
constexpr double products_a_measurement = 1.5;
constexpr double bytes_of_process = 60e6;     // libraries, MPI buffers
constexpr double directions_of_tracker = 64;  // vectors and their products, f64
constexpr Index evaluated_rows = 1024;        // test samples at a time

double steps_of(const TrainOptions& train) {
  double steps = assumed_steps;
  if (train.stop_time > 0.0 && train.learning_rate > 0.0) {
    steps = train.stop_time / train.learning_rate;
  }
  return train.stop_steps > 0 ? std::min(steps, static_cast<double>(train.stop_steps)) : steps;
}

/// Samples of the largest rank, all that are sharded over the sample ranks.
double largest(Index samples, int ranks) {
  return static_cast<double>(block_of(samples, ranks, 0).size());
}

/// What a measurement of lambda costs.
Work measurement_of(const MemberCost& cost, const MeasureOptions& measure) {
  Work one = cost.grams;
  if (cost.assembled) one += cost.assembly;
  one += (cost.assembled ? 0.0 : products_a_measurement) * cost.product;
  return static_cast<double>(measure.kernel_batches) * one;
}

Index batch_of(const Deck& deck, const DataShape& data) {
  return deck.data.batch > 0 ? deck.data.batch : data.train_samples;
}

Index kernel_samples_of(const Deck& deck, const DataShape& data) {
  return deck.measure.kernel_samples > 0 ? deck.measure.kernel_samples : batch_of(deck, data);
}

/// Twins that live at the same time, at most.
double twins_of(const Deck& deck) {
  const auto listed = static_cast<double>(deck.linearize.at.size() * deck.linearize.models.size());
  return listed + (deck.linearize.watch ? 2.0 * std::log2(2.0 + steps_of(deck.train)) : 0.0);
}

/// Memory of the largest rank.
double bytes_of(const MemberCost& cost, const Deck& deck, const DataShape& data,
                const LayerCosts& layers) {
  const GridShape& grid = cost.grid;
  const Index batch = batch_of(deck, data), kernel = kernel_samples_of(deck, data);
  const double kernel_size = static_cast<double>(data.outputs) * static_cast<double>(kernel);
  const bool shared_tape = deck.data.batch == 0 && kernel == batch;
  const bool measured = deck.measure.kernel_every > 0 || deck.train.learning_rate_c > 0.0 ||
                        !deck.measure.kernel_at_times.empty();
  const double word = deck.model.precision == "f64" ? 8.0 : 4.0;
  const double samples =
      static_cast<double>(data.train_samples + data.test_samples) * (data.inputs + data.outputs);
  double bytes = bytes_of_process + word * samples +
                 layers.bytes_of_parameters(deck.train.momentum > 0.0) +
                 layers.bytes_of_tape(largest(batch, grid.sample_ranks), measured && shared_tape);
  const double kernel_rows = largest(kernel, grid.sample_ranks);
  if (measured && !shared_tape) {
    bytes +=
        static_cast<double>(deck.measure.kernel_batches) * layers.bytes_of_tape(kernel_rows, true);
  }
  if (measured) {
    bytes += layers.bytes_of_grams(kernel, cost.assembled) +
             8.0 * directions_of_tracker * kernel_size / grid.ranks();
  }
  if (cost.assembled) bytes += layers.bytes_of_assembly(kernel);
  if (data.test_samples > 0) {
    const Index rows_at_once = std::min(evaluated_rows, data.test_samples);
    bytes += layers.bytes_of_forward(largest(rows_at_once, grid.sample_ranks));
  }
  // Each twin: theta_0, displacement and velocity, the tape of theta_0.
  const bool momentum = deck.train.momentum > 0.0;
  bytes += twins_of(deck) * (layers.bytes_of_parameters(true) +
                             (momentum ? layers.bytes_of_parameters(false) : 0.0) +
                             layers.bytes_of_tape(largest(batch, grid.sample_ranks), true));
  return bytes;
}

}  // namespace

MemberCost cost_of(const Deck& deck, const DataShape& data, const GridShape& grid) {
  const Index batch = batch_of(deck, data), kernel = kernel_samples_of(deck, data);
  const double kernel_size = static_cast<double>(data.outputs) * static_cast<double>(kernel);
  const LayerCosts layers(deck.model, data, grid);
  MemberCost cost;
  cost.grid = grid;
  cost.assembled = deck.measure.method == "assembled" ||
                   (deck.measure.method == "auto" && deck.measure.eigenvalues > 1 &&
                    4.0 * static_cast<double>(deck.measure.eigenvalues) > kernel_size);
  cost.parameters = layers.parameters();
  cost.step = layers.step(batch, deck.train.momentum > 0.0, cost.collectives);
  cost.product = layers.product(kernel, cost.collectives);
  cost.grams = layers.grams(kernel, cost.assembled);
  cost.assembly = layers.assembly(kernel, cost.collectives);
  cost.step_flops = layers.flops_of_step(batch);

  cost.steps = steps_of(deck.train);
  cost.steps_assumed =
      deck.train.stop_steps == 0 && !(deck.train.stop_time > 0.0 && deck.train.learning_rate > 0.0);
  const double measurements = deck.measure.kernel_every > 0
                                  ? cost.steps / static_cast<double>(deck.measure.kernel_every)
                                  : 0.0;
  const double rows = cost.steps / static_cast<double>(deck.measure.every);
  cost.total += cost.steps * cost.step;
  cost.total += measurements * measurement_of(cost, deck.measure);
  if (data.test_samples > 0) cost.total += rows * layers.forward(data.test_samples);
  cost.total_flops = cost.total.flops * grid.ranks();

  cost.rank_bytes = bytes_of(cost, deck, data, layers);
  return cost;
}

}  // namespace catapult
