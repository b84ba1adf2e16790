#include "store/tracker_file.hpp"

#include <fmt/format.h>

#include "store/checked_numbers.hpp"
#include "store/weights_file.hpp"

namespace catapult {
namespace {

/// All but the vectors.
void write_numbers(Hdf5File& file, const std::string& group, TrackerState tracker) {
  std::vector<Index> counters;
  std::vector<double> factors;
  for (const Index* counter : tracker.counters()) counters.push_back(*counter);
  for (const double* factor : tracker.factors()) factors.push_back(*factor);
  file.write(group + "/counters", {static_cast<Index>(counters.size())}, counters);
  file.write(group + "/factors", {static_cast<Index>(factors.size())}, factors);
  const Index kept = tracker.kept;
  if (kept == 0) return;
  file.write(group + "/values", {kept}, tracker.values);
  file.write(group + "/doubt", {kept, kept}, tracker.doubt);
}

TrackerState read_numbers(const Hdf5File& file, const std::string& group) {
  constexpr Index most_kept = TrackerRoom{}.kept;
  TrackerState tracker;
  const auto counters = tracker.counters();
  const auto factors = tracker.factors();
  const std::vector<Index> counted =
      read_counts(file, group + "/counters", static_cast<Index>(counters.size()));
  const std::vector<double> known =
      read_finite(file, group + "/factors", static_cast<Index>(factors.size()));
  for (std::size_t i = 0; i < counters.size(); ++i) *counters[i] = counted[i];
  for (std::size_t i = 0; i < factors.size(); ++i) *factors[i] = known[i];
  if (tracker.kept > most_kept || tracker.scouted > 1) {
    refuse(file, fmt::format("{}: {} vectors and {} scouts, expected {} and 1 at most", group,
                             tracker.kept, tracker.scouted, most_kept));
  }
  if (tracker.kept == 0) return tracker;
  tracker.values = read_finite(file, group + "/values", tracker.kept);
  tracker.doubt = read_finite(file, group + "/doubt", tracker.kept * tracker.kept);
  return tracker;
}

std::string vector_group(const std::string& group, Index number) {
  return fmt::format("{}/vectors/{:02}", group, number);
}

}  // namespace

void write_tracker(Hdf5File& file, const std::string& group, TrackerState tracker) {
  write_numbers(file, group, tracker);
  if (tracker.kept == 0) return;
  const Index vectors = tracker.kept + tracker.scouted;
  const auto size = static_cast<Index>(tracker.vectors.size()) / vectors;
  file.write(group + "/vectors", {vectors, size}, tracker.vectors);
}

TrackerState read_tracker(const Hdf5File& file, const std::string& group, Index size) {
  TrackerState tracker = read_numbers(file, group);
  if (tracker.kept == 0) return tracker;
  tracker.vectors = read_finite(file, group + "/vectors", (tracker.kept + tracker.scouted) * size);
  return tracker;
}

template <class Real>
void write_tracker(Hdf5File& file, const std::string& group, const Network<Real>& network,
                   const ParameterTracker& tracker) {
  write_numbers(file, group, tracker.numbers);
  for (std::size_t i = 0; i < tracker.vectors.size(); ++i) {
    write_tensors<double>(file, vector_group(group, static_cast<Index>(i)), network,
                          tracker.vectors[i]);
  }
}

template <class Real>
ParameterTracker read_tracker(const Hdf5File& file, const std::string& group,
                              const Network<Real>& network) {
  ParameterTracker tracker{read_numbers(file, group), {}};
  if (tracker.numbers.kept == 0) return tracker;
  for (Index i = 0; i < tracker.numbers.kept + tracker.numbers.scouted; ++i) {
    tracker.vectors.emplace_back("eigenvector", network.parameters());
    read_tensors(file, vector_group(group, i), network, tracker.vectors.back());
  }
  return tracker;
}

#define CATAPULT_INSTANTIATE(Real)                                                 \
  template void write_tracker(Hdf5File&, const std::string&, const Network<Real>&, \
                              const ParameterTracker&);                            \
  template ParameterTracker read_tracker(const Hdf5File&, const std::string&, const Network<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
