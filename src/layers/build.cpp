#include "layers/build.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "layers/build_kinds.hpp"
#include "theory/gram.hpp"

namespace catapult {
namespace {

void require_width_ranks(const ModelOptions& options, Index inputs, const GridShape& grid) {
  const Index most = most_width_ranks(options, inputs);
  if (grid.width_ranks <= most) return;
  if (is_convolutional(options)) {
    throw UsageError(
        fmt::format("parallel.width_ranks is {} (the channels of a convolutional network are not "
                    "spread, each layer would have to gather them all); leave it out: ranks share "
                    "the samples",
                    grid.width_ranks));
  }
  throw UsageError(fmt::format(
      "a hidden layer of {} neurons cannot be spread over {} width ranks (each needs one); use "
      "fewer ranks a member or raise study.members_at_once",
      most, grid.width_ranks));
}

template <class Real>
std::unique_ptr<Chain<Real>> build_dense(const ModelOptions& options, const NetworkEnds& ends,
                                         const GridShape& grid, Activations activations) {
  Builder<Real> builder(options, grid, {.channels = ends.inputs});
  const std::string activation = options.kind == "solvable" ? "linear" : options.activation;
  if (can_recompute(options)) {
    builder.add_hidden({.channels = hidden_widths(options, ends.inputs).front(), .sharded = true},
                       activation, {.channels = ends.outputs}, activations);
    return builder.finish();
  }
  for (const Index neurons : hidden_widths(options, ends.inputs)) {
    const Place next{.channels = neurons, .sharded = true};
    const auto hidden = [&] {
      builder.add_dense(next);
      builder.add_activation(activation);
    };
    if (options.residual && builder.place() == next) {
      builder.add_residual(hidden);
    } else {
      hidden();
    }
  }
  return builder.finish(ends.outputs);
}

}  // namespace

std::vector<Index> hidden_widths(const ModelOptions& options, Index inputs) {
  if (options.kind == "solvable") {
    const bool gram = options.representation == "gram";
    return {gram ? gram_neurons(options.width, inputs) : options.width};
  }
  if (!options.widths.empty()) return options.widths;
  return std::vector<Index>(static_cast<std::size_t>(options.depth), options.width);
}

Index most_width_ranks(const ModelOptions& options, Index inputs) {
  if (is_convolutional(options)) return 1;
  const std::vector<Index> widths = hidden_widths(options, inputs);
  return widths.empty() ? inputs : *std::min_element(widths.begin(), widths.end());
}

template <class Real>
std::unique_ptr<Chain<Real>> build_chain(const ModelOptions& options, const NetworkEnds& ends,
                                         const GridShape& grid, Activations activations) {
  require_width_ranks(options, ends.inputs, grid);
  if (!is_convolutional(options)) return build_dense<Real>(options, ends, grid, activations);
  if (ends.image.channels == 0) {
    throw UsageError(fmt::format(
        "model.kind is \"{}\" (the inputs are no images); set data.image = [channels, height, "
        "width], or use data that are",
        options.kind));
  }
  return options.kind == "cnn" ? build_cnn<Real>(options, ends, grid)
                               : build_wrn<Real>(options, ends, grid);
}

template <class Real>
Network<Real> build_network(const ModelOptions& options, const NetworkEnds& ends, const Grid& grid,
                            Activations activations) {
  const Index group = options.batch_norm_group, test = options.batch_norm_test_group;
  return {grid, build_chain<Real>(options, ends, grid.shape(), activations),
          StatisticsGroups{group, test > 0 ? test : group}};
}

#define CATAPULT_INSTANTIATE(Real)                                                           \
  template std::unique_ptr<Chain<Real>> build_chain(const ModelOptions&, const NetworkEnds&, \
                                                    const GridShape&, Activations);          \
  template Network<Real> build_network(const ModelOptions&, const NetworkEnds&, const Grid&, \
                                       Activations);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
