#include "store/checkpoint_file.hpp"

#include <fmt/format.h>

#include "base/fault.hpp"
#include "record/atomic_file.hpp"
#include "store/twin_file.hpp"
#include "store/weights_file.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr Index format = 1;  // of the datasets below; raised where old files no longer do

using Integers = std::vector<Index>;
using Numbers = std::vector<double>;

template <class T>
void write_one(Hdf5File& file, const std::string& name, T value) {
  file.write(name, {1}, std::vector<T>{value});
}

template <class T>
T read_one(const Hdf5File& file, const std::string& name) {
  const std::vector<T> values = file.read<T>(name);
  if (values.size() == 1) return values[0];
  throw DataError(fmt::format("{}: expected one number in {}, found {}", file.path().string(), name,
                              values.size()));
}

void write_row(Hdf5File& file, const std::string& group, const Row& row) {
  write_one(file, group + "/step", row.step);
  file.write(group + "/values", {4}, Numbers{row.time, row.learning_rate, row.loss, row.accuracy});
}

Row read_row(const Hdf5File& file, const std::string& group) {
  const Numbers values = file.read<double>(group + "/values");
  return {read_one<Index>(file, group + "/step"), values.at(0), values.at(1), values.at(2),
          values.at(3)};
}

void write_progress(Hdf5File& file, const std::optional<TrainingResult>& so_far) {
  if (!so_far) return;
  write_row(file, "progress/first", so_far->first);
  write_row(file, "progress/last", so_far->last);
  write_one(file, "progress/loss_max", so_far->loss_max);
  write_one(file, "progress/step_loss_max", so_far->step_loss_max);
}

std::optional<TrainingResult> read_progress(const Hdf5File& file) {
  if (!file.has("progress")) return std::nullopt;
  return TrainingResult{.first = read_row(file, "progress/first"),
                        .last = read_row(file, "progress/last"),
                        .loss_max = read_one<double>(file, "progress/loss_max"),
                        .step_loss_max = read_one<Index>(file, "progress/step_loss_max")};
}

void write_tracker(Hdf5File& file, const std::string& group, const TrackerState& tracker) {
  const Index kept = tracker.kept;
  file.write(group + "/counters", {4},
             Integers{kept, tracker.measurements, tracker.since_full, tracker.interval});
  file.write(group + "/values", {5},
             Numbers{tracker.value, tracker.full_value, tracker.full_gap, tracker.short_error,
                     tracker.short_residual});
  if (kept == 0) return;
  const auto size = static_cast<Index>(tracker.vectors.size()) / kept;
  file.write(group + "/vectors", {kept, size}, tracker.vectors);
}

TrackerState read_tracker(const Hdf5File& file, const std::string& group) {
  const Integers counters = file.read<Index>(group + "/counters");
  const Numbers values = file.read<double>(group + "/values");
  TrackerState tracker;
  tracker.kept = static_cast<int>(counters.at(0));
  tracker.measurements = counters.at(1);
  tracker.since_full = counters.at(2);
  tracker.interval = counters.at(3);
  tracker.value = values.at(0);
  tracker.full_value = values.at(1);
  tracker.full_gap = values.at(2);
  tracker.short_error = values.at(3);
  tracker.short_residual = values.at(4);
  if (tracker.kept > 0) tracker.vectors = file.read<double>(group + "/vectors");
  return tracker;
}

template <class Real>
void write_standing(Hdf5File& file, const Network<Real>& network, const Standing<Real>& standing) {
  file.write("standing/values", {3},
             Numbers{standing.learning_rate, standing.lambda_0, standing.lambda_first});
  write_one(file, "standing/kernel_times", standing.kernel_times);
  for (std::size_t i = 0; i < standing.trackers.size(); ++i) {
    write_tracker(file, fmt::format("standing/trackers/{:02}", i), standing.trackers[i]);
  }
  for (const TwinStanding<Real>& twin : standing.twins) {
    write_twin(file, "standing/twins/" + twin.fork.name(), network, twin);
  }
  if (standing.kernel_reference.size() == 0) return;
  write_tensors<Real>(file, "standing/kernel_reference", network, standing.kernel_reference);
}

template <class Real>
void read_constants(const Hdf5File& file, Standing<Real>& standing) {
  const Numbers values = file.read<double>("standing/values");
  standing.learning_rate = values.at(0);
  standing.lambda_0 = values.at(1);
  standing.lambda_first = values.at(2);
}

template <class Real>
void read_standing(const Hdf5File& file, const Network<Real>& network, Standing<Real>& standing) {
  standing.kernel_times = read_one<Index>(file, "standing/kernel_times");
  standing.trackers.clear();
  for (const std::string& name : file.children("standing/trackers")) {
    standing.trackers.push_back(read_tracker(file, "standing/trackers/" + name));
  }
  standing.twins.clear();
  for (const std::string& at : file.children("standing/twins")) {
    for (const std::string& model : file.children("standing/twins/" + at)) {
      standing.twins.push_back(read_twin(file, "standing/twins/" + at + "/" + model, network));
    }
  }
  standing.kernel_reference = read_if_there(file, "standing/kernel_reference", network);
}

Hdf5File open_complete(const fs::path& path) {
  Hdf5File file = Hdf5File::open(path);
  if (!file.has("complete")) {
    throw DataError(fmt::format("{}: not a complete checkpoint", path.string()));
  }
  if (const Index found = read_one<Index>(file, "complete"); found != format) {
    throw DataError(fmt::format("{}: expected a checkpoint of format {}, found {}", path.string(),
                                format, found));
  }
  return file;
}

/// Upper bound of what the tensors and series take.
template <class Real>
double bytes_of(const Network<Real>& network, const TrainingState<Real>& state,
                const Standing<Real>& standing, const MemberRecord& record) {
  double tensors = 0.0;
  for (const Tensor& tensor : network.tensors())
    tensors += stored_bytes(tensor.shape, sizeof(Real));
  double copies = state.velocity.size() > 0 ? 2.0 : 1.0;
  copies += 3.0 * static_cast<double>(standing.twins.size());
  copies += standing.kernel_reference.size() > 0 ? 1.0 : 0.0;
  auto numbers = static_cast<double>(record.size());
  for (const TrackerState& tracker : standing.trackers) {
    numbers += static_cast<double>(tracker.vectors.size());
  }
  for (const TwinStanding<Real>& twin : standing.twins) {
    if (twin.state.functions) numbers += 4.0 * static_cast<double>(twin.state.functions->f.size());
  }
  constexpr double description = 1e6;  // names, provenance, tables of chunks
  // The last chunk of a series may be nearly empty.
  return copies * tensors + 2.0 * 8.0 * numbers + description;
}

}  // namespace

template <class Real>
void write_checkpoint(const fs::path& path, const Network<Real>& network,
                      const TrainingState<Real>& state, const Standing<Real>& standing,
                      const MemberRecord& record, const Provenance& provenance) {
  const Grid& grid = network.grid();
  fault_point("checkpoint-begin");
  on_root(grid.all, [&] { require_room(path, bytes_of(network, state, standing, record)); });
  write_atomically(path, grid.all, [&](const fs::path& temporary) {
    if (!grid.samples.is_root()) return;  // the sample ranks hold the same parameters
    Hdf5File file = Hdf5File::create(temporary, grid.width);
    fault_point("checkpoint-created");
    write_tensors<Real>(file, "layers", network, state.theta);
    if (state.velocity.size() > 0) {
      write_tensors<Real>(file, "velocity", network, state.velocity);
    }
    write_one(file, "step", state.step);
    write_one(file, "time", state.time);
    write_progress(file, state.so_far);
    write_standing(file, network, standing);
    record.write(file, "series");
    write_provenance(file, provenance);
    fault_point("checkpoint-written");
    write_one(file, "complete", format);
    file.close();
    fault_point("checkpoint-closed");
  });
}

template <class Real>
Standing<Real> read_state(const fs::path& path, const Network<Real>& network,
                          TrainingState<Real>& state) {
  Standing<Real> standing;
  on_all(network.grid().all, [&] {
    const Hdf5File file = open_complete(path);
    check_tensors(file, network);
    read_tensors(file, "layers", network, state.theta);
    if (state.velocity.size() > 0 && file.has("velocity")) {
      read_tensors(file, "velocity", network, state.velocity);
    }
    state.step = read_one<Index>(file, "step");
    state.time = read_one<double>(file, "time");
    read_constants(file, standing);
  });
  return standing;
}

template <class Real>
void read_checkpoint(const fs::path& path, const Network<Real>& network, TrainingState<Real>& state,
                     Standing<Real>& standing, MemberRecord& record) {
  standing = read_state(path, network, state);
  on_all(network.grid().all, [&] {
    const Hdf5File file = Hdf5File::open(path);
    state.so_far = read_progress(file);
    read_standing(file, network, standing);
    record.read(file, "series");
  });
}

#define CATAPULT_INSTANTIATE(Real)                                                                 \
  template Standing<Real> read_state(const fs::path&, const Network<Real>&, TrainingState<Real>&); \
  template void write_checkpoint(const fs::path&, const Network<Real>&,                            \
                                 const TrainingState<Real>&, const Standing<Real>&,                \
                                 const MemberRecord&, const Provenance&);                          \
  template void read_checkpoint(const fs::path&, const Network<Real>&, TrainingState<Real>&,       \
                                Standing<Real>&, MemberRecord&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
