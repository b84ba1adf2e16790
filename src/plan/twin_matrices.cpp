#include "plan/twin_matrices.hpp"

#include <algorithm>
#include <cmath>

#include "plan/draws.hpp"

namespace catapult {
namespace {

constexpr double share = 1.0 / 8.0;  // of a rank's memory, for all matrices
constexpr double gain = 2.0;         // a product costs at least so many passes over a matrix

/// Of all twins that are linear, whether a step is a kernel product.
bool have_kernels(const Deck& deck, const DataShape& data) {
  const LinearizeOptions& linearize = deck.linearize;
  const bool listed = !linearize.at.empty() &&
                      std::count(linearize.models.begin(), linearize.models.end(), "linear") > 0;
  return (listed || linearize.watch) && deck.train.loss == "mse" &&
         !BatchDraws(deck.data, data, 1).any();
}

}  // namespace

Work kernel_product_work(const NetworkCosts& network, Index samples) {
  Work work;
  for (const CostSheet& sheet : product_sheets(network, samples)) work += sheet.work();
  return work;
}

TwinMatrices twin_matrices(const Deck& deck, const DataShape& data, const GridShape& grid,
                           RankKind rank) {
  if (!have_kernels(deck, data)) return {};
  const Machine& machine = reference_machine(rank);
  const GridShape first{grid.width_ranks, grid.sample_ranks};  // all ranks shall agree
  const NetworkCosts network = costs_of(deck, data, first);
  const Index samples = batch_of(deck, data);
  const double size = static_cast<double>(samples) * static_cast<double>(data.outputs);
  const auto seconds = [&](const Work& work) {
    return seconds_of(work, machine, deck.model.precision);
  };
  TwinMatrices matrices;
  matrices.bytes = sizeof(double) * size * size / grid.ranks();
  matrices.step.moved = matrices.bytes;
  matrices.step.sent = sizeof(double) * size;
  matrices.step.messages = std::ceil(std::log2(grid.ranks()));
  matrices.step.launches = 1.0;
  const Work one = kernel_product_work(network, samples);
  if (const auto sheet = assembly_sheet(network, first, samples)) {
    matrices.assembly = sheet->work();
    matrices.room = sheet->kept();
  } else {
    matrices.assembly = size * one;
  }
  const double product = seconds(one);
  const double memory =
      machine.has_gpus() ? machine.device_bytes : machine.node_bytes / machine.node_ranks;
  if (product < gain * seconds(matrices.step)) return {};
  matrices.after = static_cast<Index>(std::ceil(seconds(matrices.assembly) / product));
  matrices.most = static_cast<Index>(share * memory / matrices.bytes);
  return matrices;
}

}  // namespace catapult
