#include "store/checkpoint_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/fault.hpp"
#include "record/atomic_file.hpp"
#include "store/checked_numbers.hpp"
#include "store/spike_file.hpp"
#include "store/tracker_file.hpp"
#include "store/twin_file.hpp"
#include "store/weights_file.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr Index format = 2;  // of the datasets below; raised where old files no longer do

using Numbers = std::vector<double>;

template <class T>
void write_one(Hdf5File& file, const std::string& name, T value) {
  file.write(name, {1}, std::vector<T>{value});
}

double read_one(const Hdf5File& file, const std::string& name) {
  return read_finite(file, name, 1)[0];
}

Index read_count(const Hdf5File& file, const std::string& name) {
  return read_counts(file, name, 1)[0];
}

void write_row(Hdf5File& file, const std::string& group, const Row& row) {
  write_one(file, group + "/step", row.step);
  file.write(group + "/values", {4}, Numbers{row.time, row.learning_rate, row.loss, row.accuracy});
}

Row read_row(const Hdf5File& file, const std::string& group) {
  const Numbers values = file.read<double>(group + "/values", 4);
  const Row row{read_count(file, group + "/step"), values[0], values[1], values[2], values[3]};
  if (std::isfinite(row.time + row.learning_rate + row.loss)) return row;
  refuse(file, fmt::format("{}: expected finite time, learning rate and loss, found {}, {} and {}",
                           group, row.time, row.learning_rate, row.loss));
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
                        .loss_max = read_one(file, "progress/loss_max"),
                        .step_loss_max = read_count(file, "progress/step_loss_max")};
}

constexpr const char* trackers = "standing/trackers";  // of the kernel batches
constexpr const char* lambda_last = "standing/lambda_last";
constexpr const char* parameter_trackers = "standing/parameter_trackers";

std::string numbered(const char* group, std::size_t number) {
  return fmt::format("{}/{:02}", group, number);
}

template <class Real>
void write_standing(Hdf5File& file, const Network<Real>& network, const Standing<Real>& standing) {
  file.write("standing/values", {3},
             Numbers{standing.learning_rate, standing.lambda_0, standing.lambda_first});
  write_one(file, "standing/kernel_times", standing.kernel_times);
  write_one(file, lambda_last, standing.lambda_last);
  for (std::size_t i = 0; i < standing.trackers.size(); ++i) {
    write_tracker(file, numbered(trackers, i), standing.trackers[i]);
  }
  for (std::size_t i = 0; i < standing.parameter_trackers.size(); ++i) {
    write_tracker(file, numbered(parameter_trackers, i), network, standing.parameter_trackers[i]);
  }
  write_spikes(file, "standing/spikes", standing.spikes);
  for (const TwinStanding<Real>& twin : standing.twins) {
    write_twin(file, "standing/twins/" + twin.fork.name(), network, twin);
  }
  if (standing.kernel_reference.size() == 0) return;
  write_tensors<Real>(file, "standing/kernel_reference", network, standing.kernel_reference);
}

template <class Real>
void read_constants(const Hdf5File& file, Standing<Real>& standing) {
  const Numbers values = file.read<double>("standing/values", 3);
  standing.learning_rate = values[0];
  standing.lambda_0 = values[1];
  standing.lambda_first = values[2];
  // Older files have none; their rates are constant.
  standing.lambda_last =
      file.has(lambda_last) ? file.read<double>(lambda_last, 1)[0] : standing.lambda_0;
  if (std::isfinite(standing.learning_rate) && standing.learning_rate > 0.0) return;
  refuse(file, fmt::format("standing/values: no learning rate {}", standing.learning_rate));
}

template <class Real>
void read_standing(const Hdf5File& file, const Network<Real>& network, const FunctionSizes& sizes,
                   Standing<Real>& standing) {
  standing.kernel_times = read_count(file, "standing/kernel_times");
  standing.trackers.clear();
  const std::size_t batches = file.children(trackers).size();
  for (std::size_t i = 0; i < batches; ++i) {  // their names sort otherwise from 100 on
    standing.trackers.push_back(read_tracker(file, numbered(trackers, i), sizes.kernel));
  }
  standing.parameter_trackers.clear();
  const std::size_t others = file.children(parameter_trackers).size();
  for (std::size_t i = 0; i < others; ++i) {
    standing.parameter_trackers.push_back(
        read_tracker(file, numbered(parameter_trackers, i), network));
  }
  standing.spikes = read_spikes(file, "standing/spikes", sizes.kernel);
  standing.twins.clear();
  for (const std::string& at : file.children("standing/twins")) {
    for (const std::string& model : file.children("standing/twins/" + at)) {
      const std::string group = "standing/twins/" + at + "/" + model;
      standing.twins.push_back(read_twin(file, group, network, sizes.batch));
    }
  }
  standing.kernel_reference = read_if_there(file, "standing/kernel_reference", network);
}

/// Of the list that a checkpoint keeps of what it holds: parts that may be missing, such as twins,
/// would otherwise be lost unseen.
constexpr const char* list_name = "contents";

void write_list(Hdf5File& file) {
  const std::vector<std::string> names = file.descendants("/");
  file.write(list_name, {static_cast<Index>(names.size())}, names);
}

void check_list(const Hdf5File& file) {
  if (!file.has(list_name)) return;  // of before there was one
  const std::vector<std::string> there = file.descendants("/");
  for (const std::string& name : file.read<std::string>(list_name)) {
    if (std::find(there.begin(), there.end(), name) != there.end()) continue;
    refuse(file, fmt::format("has lost {}", name));
  }
}

/// Upper bound of what the tensors and series take.
template <class Real>
double bytes_of(const Network<Real>& network, const TrainingState<Real>& state,
                const Standing<Real>& standing, const MemberRecord& record) {
  double tensors = 0.0;
  for (const Tensor& tensor : network.tensors())
    tensors += stored_bytes(tensor.shape, sizeof(Real));
  double copies = state.velocity.size() > 0 ? 2.0 : 1.0;
  copies += state.squares.size() > 0 ? 1.0 : 0.0;
  copies += 3.0 * static_cast<double>(standing.twins.size());
  copies += standing.kernel_reference.size() > 0 ? 1.0 : 0.0;
  auto numbers = static_cast<double>(record.size());
  for (const TrackerState& tracker : standing.trackers) {
    numbers += static_cast<double>(tracker.vectors.size() + tracker.doubt.size());
  }
  for (const Sighting& seen : standing.spikes.kept) {
    numbers += static_cast<double>(seen.error.size() + seen.top_modes.size());
  }
  double vectors = 0.0;
  for (const ParameterTracker& tracker : standing.parameter_trackers) {
    vectors += static_cast<double>(tracker.vectors.size());
  }
  for (const TwinStanding<Real>& twin : standing.twins) {
    if (twin.state.functions) numbers += 4.0 * static_cast<double>(twin.state.functions->f.size());
  }
  // The last chunk of a series may be nearly empty.
  copies += vectors * 8.0 / sizeof(Real);
  return copies * tensors + 2.0 * 8.0 * numbers + description_bytes;
}

}  // namespace

Hdf5File open_checkpoint(const fs::path& path) {
  Hdf5File file = Hdf5File::open(path);
  if (!file.has("complete")) {
    throw DataError(fmt::format("{}: not a complete checkpoint", path.string()));
  }
  if (const Index found = read_count(file, "complete"); found != format) {
    throw DataError(fmt::format("{}: expected a checkpoint of format {}, found {}", path.string(),
                                format, found));
  }
  check_list(file);
  return file;
}

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
    if (state.squares.size() > 0) write_tensors<Real>(file, "squares", network, state.squares);
    write_one(file, "updates", state.updates);
    write_one(file, "step", state.step);
    write_one(file, "time", state.time);
    write_progress(file, state.so_far);
    write_standing(file, network, standing);
    record.write(file, "series");
    write_provenance(file, provenance);
    write_list(file);
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
    const Hdf5File file = open_checkpoint(path);
    read_layers(file, network, state.theta);
    if (state.velocity.size() > 0 && file.has("velocity")) {
      read_tensors(file, "velocity", network, state.velocity);
    }
    if (state.squares.size() > 0 && file.has("squares")) {
      read_tensors(file, "squares", network, state.squares);
    }
    if (file.has("updates")) state.updates = read_count(file, "updates");
    state.step = read_count(file, "step");
    state.time = read_one(file, "time");
    read_constants(file, standing);
  });
  return standing;
}

template <class Real>
void read_checkpoint(const fs::path& path, const Network<Real>& network, const FunctionSizes& sizes,
                     TrainingState<Real>& state, Standing<Real>& standing, MemberRecord& record) {
  standing = read_state(path, network, state);
  on_all(network.grid().all, [&] {
    const Hdf5File file = Hdf5File::open(path);
    if (state.velocity.size() > 0 && !file.has("velocity")) refuse(file, "has no velocity");
    if (state.squares.size() > 0 && !file.has("squares")) refuse(file, "has no squares");
    state.so_far = read_progress(file);
    read_standing(file, network, sizes, standing);
    record.read(file, "series");
  });
}

#define CATAPULT_INSTANTIATE(Real)                                                                 \
  template Standing<Real> read_state(const fs::path&, const Network<Real>&, TrainingState<Real>&); \
  template void write_checkpoint(const fs::path&, const Network<Real>&,                            \
                                 const TrainingState<Real>&, const Standing<Real>&,                \
                                 const MemberRecord&, const Provenance&);                          \
  template void read_checkpoint(const fs::path&, const Network<Real>&, const FunctionSizes&,       \
                                TrainingState<Real>&, Standing<Real>&, MemberRecord&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
