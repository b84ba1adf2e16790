#include "plan/cost.hpp"

#include <algorithm>
#include <cmath>

#include "curvature/assembled.hpp"
#include "curvature/spikes.hpp"
#include "curvature/top_guess.hpp"
#include "plan/curvature_cost.hpp"
#include "plan/draws.hpp"
#include "plan/network_costs.hpp"
#include "plan/steps.hpp"
#include "plan/twin_cost.hpp"
#include "train/update.hpp"

namespace catapult {
namespace {

constexpr double directions_of_tracker = 64;  // vectors and their products, f64
constexpr Index evaluated_rows = 1024;        // test samples at a time on a rank

/// What so many products for a measurement of lambda cost, after a forward pass of its own where it
/// shares none.
Work measurement_of(const MemberCost& cost, const MeasureOptions& measure, const Work& forward,
                    double products) {
  Work one = cost.assembled ? cost.assembly : cost.grams;
  if (!cost.assembled) one += products * cost.product;
  one += forward;
  return static_cast<double>(measure.kernel_batches) * one;
}

/// Whether a measurement of the kernel can use the forward pass of the training batch.
bool shares_tape(const Deck& deck, const DataShape& data) {
  return deck.data.batch == 0 && deck.data.augment.empty() &&
         kernel_samples_of(deck, data) == batch_of(deck, data);
}

/// Activations, back-propagated errors and, where kernel products follow, tangents.
double bytes_of_tape(const NetworkCosts& network, Index samples, bool with_tangents) {
  const CostSheet forward = network.of(Phase::forward, samples);
  const double outputs = network.word * forward.rows() * forward.outputs();
  const double bytes = forward.kept() + network.of(Phase::backward, samples).kept() + 2.0 * outputs;
  if (!with_tangents) return bytes;
  if (network.has_kernel_terms) return bytes + network.of(Phase::product, samples).kept() + outputs;
  return bytes + network.of(Phase::pushforward, samples).kept() + outputs +
         network.word * network.parameters;  // the gradient
}

/// Of the assembled kernel, a rank's rows.
double bytes_of_matrix(const MemberCost& cost, double kernel_size) {
  return sizeof(double) * kernel_size * kernel_size / cost.grid.ranks();
}

/// What measurements of the kernel need beside the tape of the batch.
RankBytes bytes_of_kernel(const MemberCost& cost, const Deck& deck, const DataShape& data,
                          const NetworkCosts& network) {
  const Index kernel = kernel_samples_of(deck, data);
  const double kernel_size = static_cast<double>(data.outputs) * static_cast<double>(kernel);
  const bool measured = measures_kernel(deck);
  RankBytes bytes;
  if (measured) {
    if (network.has_kernel_terms) bytes.device += network.of(Phase::grams, kernel).kept();
    if (cost.guess_samples > 0) bytes.device += bytes_of_tape(network, cost.guess_samples, true);
    bytes.host += sizeof(double) * directions_of_tracker * kernel_size / cost.grid.ranks();
    bytes.host += bytes_of_spikes(deck.measure, kernel_size);
    bytes.host += curvature_bytes(network, deck.measure, cost.grid);
  }
  if (measured && !shares_tape(deck, data)) {
    bytes.device += static_cast<double>(deck.measure.kernel_batches) *
                    bytes_of_tape(network, kernel, /*with_tangents=*/true);
  }
  const bool changes = !deck.measure.kernel_change.empty();
  if (changes || cost.assembled) {
    const auto assembly = assembly_sheet(network, cost.grid, kernel);
    // One at a time is assembled; a change has both kernels and a tape of its own.
    const double matrices = (changes ? 2.0 : 0.0) + (cost.assembled ? 1.0 : 0.0);
    bytes.device +=
        (assembly ? assembly->kept() : 0.0) + matrices * bytes_of_matrix(cost, kernel_size);
    if (changes) bytes.device += bytes_of_tape(network, kernel, /*with_tangents=*/true);
  }
  return bytes;
}

/// The rank's block of the data, and what is drawn from it.
double bytes_of_data(const MemberCost& cost, const Deck& deck, const DataShape& data, double word) {
  const auto rows = [&](Index samples) {
    return static_cast<double>(block_of(samples, cost.grid.sample_ranks, 0).size());
  };
  const double samples = rows(data.train_samples) + rows(data.test_samples) +
                         BatchDraws(deck.data, data, cost.grid.sample_ranks).rows_held();
  return word * samples * (static_cast<double>(data.inputs) + static_cast<double>(data.outputs));
}

/// What is held a second time where the GPU has a memory of its own: the data until they are there,
/// and an assembled kernel for PETSc's solvers, which work on the host.
double bytes_copied_to_host(const MemberCost& cost, const Deck& deck, const DataShape& data,
                            double word) {
  const auto kernel = static_cast<double>(kernel_samples_of(deck, data));
  const bool solved_by_petsc = deck.measure.eigenvalues > 1 || deck.measure.solver != "auto";
  const double matrix = cost.assembled && solved_by_petsc
                            ? bytes_of_matrix(cost, static_cast<double>(data.outputs) * kernel)
                            : 0.0;
  return std::max(bytes_of_data(cost, deck, data, word), matrix);
}

/// Test samples of all ranks that are evaluated at a time: whole groups that share statistics.
Index evaluated_samples(const MemberCost& cost, const ModelOptions& model, const DataShape& data) {
  const Index most = evaluated_rows * cost.grid.sample_ranks;
  const Index test_group = model.batch_norm_test_group;
  const Index group = test_group > 0 ? test_group : model.batch_norm_group;
  if (!cost.couples_samples) return std::min(most, data.test_samples);
  if (group == 0) return data.test_samples;
  return std::min(group * std::max<Index>(1, most / group), data.test_samples);
}

/// Memory of the largest rank.
RankBytes bytes_of(const MemberCost& cost, const Deck& deck, const DataShape& data,
                   const NetworkCosts& network, const Machine& machine) {
  const Index batch = batch_of(deck, data);
  const double parameters = network.word * network.parameters;
  const double optimizer = vectors_of(deck.train);
  const double samples = bytes_of_data(cost, deck, data, network.word);
  RankBytes bytes = bytes_of_kernel(cost, deck, data, network);
  bytes.device += samples + optimizer * parameters +
                  bytes_of_tape(network, batch, measures_kernel(deck) && shares_tape(deck, data));
  if (data.test_samples > 0) {
    bytes.device += network.of_outputs(evaluated_samples(cost, deck.model, data)).kept();
  }
  // Theta at the first step of measure.kernel_change.
  if (!deck.measure.kernel_change.empty()) bytes.device += parameters;
  // Each twin: theta_0, displacement and velocity, the tape of theta_0.
  const double linear = twins_of(deck.linearize, TwinKind::linear, cost.steps);
  bytes.device += (linear + twins_of(deck.linearize, TwinKind::quadratic, cost.steps)) *
                  ((1.0 + optimizer) * parameters + bytes_of_tape(network, batch, true));
  const TwinMatrices& matrices = cost.twin_matrices;
  const double held = std::min(linear, static_cast<double>(matrices.most));
  if (held > 0.0) bytes.device += held * matrices.bytes + matrices.room;
  // Before there is a network, rank 0 holds the data as they were read.
  const double as_read = bytes_as_read(deck.data, data);
  const RankBytes& process = machine.process;
  if (!machine.has_gpus()) {
    return {process.host + std::max(bytes.host + bytes.device, samples + as_read), 0.0};
  }
  return {process.host + std::max(bytes.host, as_read) +
              bytes_copied_to_host(cost, deck, data, network.word),
          process.device + bytes.device};
}

/// Adds a phase to `collectives`; returns its work.
Work record(const CostSheet& sheet, const std::string& phase, MemberCost& cost) {
  for (const Collective& call : sheet.collectives()) cost.collectives.push_back({phase, call});
  return sheet.work();
}

/// Forward, backward and update, with what the training loop and the optimizer add.
Work step_of(const NetworkCosts& network, const Deck& deck, const DataShape& data,
             MemberCost& cost) {
  constexpr double sums_of_score = 2.0 * sizeof(double);  // square error and correct answers
  constexpr double kernels_of_loss = 2.0;                 // score, cotangent
  const Index batch = batch_of(deck, data);
  CostSheet backward = network.of(Phase::backward, batch);
  if (const int vectors = vectors_of(deck.train); vectors > 1) {
    backward.pass((2.0 * vectors - 1.0) * network.parameters);
    backward.launch(deck.train.l2 != 0.0 ? 1.0 : 0.0);
  }
  backward.launch(kernels_of_loss);
  BatchDraws(deck.data, data, cost.grid.sample_ranks).add_to(backward, network.word);
  backward.sum("sum scores", cost.grid.sample_ranks, sums_of_score / network.word);
  Work step = record(network.of(Phase::forward, batch), "step", cost);
  step += record(backward, "step", cost);
  return step;
}

/// With one vector of doubles, which is spread over the ranks.
Work product_of(const NetworkCosts& network, Index kernel, MemberCost& cost) {
  std::vector<CostSheet> sheets = product_sheets(network, kernel);
  CostSheet& first = sheets.front();
  first.gather("gather vectors", cost.grid.width_ranks,
               sizeof(double) / network.word * first.rows() * first.outputs());
  first.launch(2.0);  // copies of the vector, there and back
  Work work;
  for (const CostSheet& sheet : sheets) work += record(sheet, "product", cost);
  return work;
}

/// Of the whole kernel.
Work assembly_of(const NetworkCosts& network, Index kernel, MemberCost& cost) {
  if (const auto sheet = assembly_sheet(network, cost.grid, kernel)) {
    return record(*sheet, "assembly", cost);
  }
  return static_cast<double>(cost.kernel_size) * cost.product;
}

}  // namespace

bool measures_kernel(const Deck& deck) {
  return deck.measure.kernel_every > 0 || deck.train.learning_rate_c > 0.0 ||
         !deck.measure.kernel_at_times.empty();
}

MemberCost cost_of(const Deck& deck, const DataShape& data, const GridShape& grid,
                   const Machine& machine, const StartingPoint& start) {
  const Index batch = batch_of(deck, data), kernel = kernel_samples_of(deck, data);
  const NetworkCosts network = costs_of(deck, data, grid);
  MemberCost cost;
  cost.grid = grid;
  cost.precision = deck.model.precision;
  if (can_recompute(deck.model)) cost.activations = activations_named(deck.parallel.memory);
  cost.has_kernel_terms = network.has_kernel_terms;
  cost.couples_samples = network.couples_samples;
  cost.kernel_size = kernel * data.outputs;
  const bool mse = deck.train.loss == "mse";
  cost.assembled = mse && assembles_kernel(deck.measure, cost.kernel_size, cost.has_kernel_terms);
  const bool guesses = mse && cost.has_kernel_terms && !cost.assembled;
  cost.guess_samples = samples_of_guess(deck.measure, kernel, data.outputs, guesses);
  cost.parameters = network.all_parameters;
  cost.step = step_of(network, deck, data, cost);
  cost.product = product_of(network, kernel, cost);
  if (network.has_kernel_terms) cost.grams = network.of(Phase::grams, kernel).work();
  cost.assembly = assembly_of(network, kernel, cost);
  const NetworkCosts whole = costs_of(deck, data, {});
  cost.step_flops =
      whole.of(Phase::forward, batch).work().flops + whole.of(Phase::backward, batch).work().flops;

  cost.steps = steps_of(deck.train, start);
  const bool times_out = deck.train.stop_time > 0.0 && learning_rate_of(deck.train, start) > 0.0;
  cost.steps_assumed = deck.train.stop_steps == 0 && !times_out;
  if (needs_lambda(deck.train)) cost.lambda = start.lambda;
  const auto kernel_every = static_cast<double>(deck.measure.kernel_every);
  const double measurements = (kernel_every > 0.0 ? cost.steps / kernel_every : 0.0) +
                              static_cast<double>(deck.measure.kernel_at_times.size());
  const auto forward_of_kernel = network.of(Phase::forward, kernel).work();
  const Work own_forward = shares_tape(deck, data) ? Work() : forward_of_kernel;
  const auto every = static_cast<double>(deck.measure.every);
  const double rows = every > 0.0 ? cost.steps / every : 1.0;
  cost.total += cost.steps * cost.step;
  cost.total += measurements * measurement_of(cost, deck.measure, own_forward,
                                              products_that_follow(deck, measurements));
  cost.total += measurements * curvature_work(network, deck.measure, kernel, batch);
  if (measures_kernel(deck)) {
    const double products = products_from_cold(deck.measure, cost.guess_samples > 0);
    cost.total += measurement_of(cost, deck.measure, forward_of_kernel, products);
  }
  if (data.test_samples > 0) cost.total += rows * network.of_outputs(data.test_samples).work();
  for (const Index step : deck.measure.kernel_change) {
    if (static_cast<double>(step) > cost.steps) continue;
    cost.total += cost.assembly;
    cost.total += forward_of_kernel;
  }
  cost.twin_matrices = twin_matrices(deck, data, grid, machine.rank);
  cost.total += twins_work(network, deck, data, cost.twin_matrices, cost.steps);
  cost.total = static_cast<double>(trainings_of(deck.boundary)) * cost.total;
  cost.total_flops = cost.total.flops * grid.ranks();

  cost.rank_bytes = bytes_of(cost, deck, data, network, machine);
  return cost;
}

}  // namespace catapult
