#include "store/spike_file.hpp"

#include <fmt/format.h>

#include "store/checked_numbers.hpp"

namespace catapult {
namespace {

using Numbers = std::vector<double>;

/// The rows of all sightings, one below the other.
Numbers joined(const SpikeState& state, Numbers Sighting::*part) {
  Numbers all;
  for (const Sighting& seen : state.kept) {
    all.insert(all.end(), (seen.*part).begin(), (seen.*part).end());
  }
  return all;
}

Numbers row_of(const Numbers& all, Index row, Index length) {
  return {all.begin() + row * length, all.begin() + (row + 1) * length};
}

}  // namespace

void write_spikes(Hdf5File& file, const std::string& group, const SpikeState& state) {
  if (state.kept.empty()) return;
  const auto count = static_cast<Index>(state.kept.size());
  const auto size = static_cast<Index>(state.kept[0].error.size());
  const Index modes = static_cast<Index>(state.kept[0].top_modes.size()) / size;
  std::vector<Index> steps;
  Numbers values;
  for (const Sighting& seen : state.kept) {
    steps.push_back(seen.step);
    values.insert(values.end(), {seen.loss, seen.lambda});
  }
  file.write(group + "/shape", {3}, std::vector<Index>{count, modes, state.open ? 1 : 0});
  file.write(group + "/steps", {count}, steps);
  file.write(group + "/values", {count, 2}, values);
  file.write(group + "/error", {count, size}, joined(state, &Sighting::error));
  file.write(group + "/top_modes", {count, modes, size}, joined(state, &Sighting::top_modes));
}

SpikeState read_spikes(const Hdf5File& file, const std::string& group, Index size) {
  SpikeState state;
  if (!file.has(group)) return state;
  const std::vector<Index> shape = read_counts(file, group + "/shape", 3);
  const Index count = shape[0], modes = shape[1];
  state.open = shape[2] != 0;
  if (state.open && count != 2) {
    refuse(file, fmt::format("{}: a spike with {} sightings, expected 2", group, count));
  }
  const std::vector<Index> steps = read_counts(file, group + "/steps", count);
  const Numbers values = read_finite(file, group + "/values", count * 2);
  const Numbers error = read_finite(file, group + "/error", count * size);
  const Numbers top_modes = read_finite(file, group + "/top_modes", count * modes * size);
  for (Index i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    state.kept.push_back({steps[at], values[2 * at], values[2 * at + 1], row_of(error, i, size),
                          row_of(top_modes, i, modes * size)});
  }
  return state;
}

}  // namespace catapult
