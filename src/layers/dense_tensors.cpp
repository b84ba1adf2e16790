#include "layers/dense_tensors.hpp"

#include <fmt/format.h>

namespace catapult {

std::vector<Tensor> dense_tensors(const GridShape& grid, const Place& input, const Place& output,
                                  const LayerScales& scales, int number) {
  const Index fan_in = input.features(), fan_out = output.features();
  const Block rows = local_channels(grid, output);
  const Block columns = output.sharded
                            ? Block{0, fan_in}
                            : local_channels(grid, {.channels = fan_in, .sharded = true});
  const auto stream = static_cast<std::uint32_t>(2 * number);
  std::vector<Tensor> tensors{{.name = fmt::format("layers/{:02}/weight", number),
                               .shape = {fan_out, fan_in},
                               .rows = rows,
                               .columns = columns,
                               .deviation = scales.weight_deviation,
                               .stream = stream,
                               .order = {}}};
  if (!scales.has_bias()) return tensors;
  const bool owner = output.sharded || grid.width_rank == 0;
  tensors.push_back({.name = fmt::format("layers/{:02}/bias", number),
                     .shape = {fan_out},
                     .rows = owner ? rows : Block{0, 0},
                     .columns = {0, 1},
                     .offset = tensors[0].size(),
                     .deviation = scales.bias_deviation,
                     .stream = stream + 1,
                     .order = {}});
  return tensors;
}

}  // namespace catapult
