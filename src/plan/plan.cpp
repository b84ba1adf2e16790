#include "plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "deck/print.hpp"
#include "plan/ensemble_cost.hpp"
#include "plan/layer_sizes.hpp"
#include "plan/layout.hpp"
#include "plan/network_costs.hpp"
#include "plan/sizes.hpp"
#include "record/hdf5.hpp"

namespace catapult {
namespace {

/// Problems of the deck, each once, in the order in which they were found.
class Findings {
 public:
  explicit Findings(const Study& study) : study_(study) {}

  /// `message` begins with the key it is about.
  void add(const std::string& message) {
    const std::string key = message.substr(0, message.find(' '));
    const std::string line = fmt::format("{}: {}", study_.where(key), message);
    if (std::find(lines_.begin(), lines_.end(), line) == lines_.end()) lines_.push_back(line);
  }
  template <class Work>
  void collect(const Work& work) {
    try {
      work();
    } catch (const UsageError& problem) {
      add(problem.what());
    }
  }
  void throw_if_any() const {
    std::string all;
    for (const std::string& line : lines_) all += (all.empty() ? "" : "\n") + line;
    if (!all.empty()) throw UsageError(all);
  }

 private:
  const Study& study_;
  std::vector<std::string> lines_;
};

std::string data_key(const DataOptions& data) {
  Deck deck;
  deck.data = data;
  return print_resolved(deck, {});
}

constexpr Index most_parameters = std::numeric_limits<Index>::max();

/// Whether there is an integer for the number of parameters that some neurons stand for.
bool counts_parameters(const ModelOptions& model, const DataShape& data) {
  if (model.kind != "solvable" || model.representation != "gram") return true;
  return model.width <= most_parameters / (data.inputs + 1);
}

/// What the deck asks of the data and only the data can tell.
void check_kernel(const Deck& deck, const DataShape& data, Findings& findings) {
  const Index samples = kernel_samples_of(deck, data);
  const Index batches = deck.measure.kernel_batches;
  if (samples > data.train_samples / batches) {
    findings.add(fmt::format(
        "measure.kernel_samples is {} in {} {} (there are {} training samples); ask for fewer",
        samples, batches, batches == 1 ? "set" : "sets", data.train_samples));
  }
  if ((deck.measure.eigenvalues - 1) / data.outputs >= samples) {
    findings.add(fmt::format(
        "measure.eigenvalues is {} (the kernel of {} samples and {} outputs has {}); ask for fewer",
        deck.measure.eigenvalues, samples, data.outputs, samples * data.outputs));
  }
  const TrainOptions& train = deck.train;
  if (train.stop_accuracy > 0.0 && data.outputs == 1 && train.stop_steps == 0 &&
      train.stop_time == 0.0 && train.stop_loss == 0.0) {
    findings.add(
        "train.stop_accuracy alone ends the training (one output has no accuracy, so it would "
        "never "
        "end); set train.stop_steps as well");
  }
  if (deck.model.kind == "solvable" && data.outputs != 1) {
    findings.add(fmt::format(
        "model.kind is \"solvable\" (f = n^(-1/2) v^T u x is one number, the data have {} "
        "outputs); use other data",
        data.outputs));
  }
  if (!counts_parameters(deck.model, data)) {
    findings.add(fmt::format(
        "model.width is {} (with {} inputs the parameters are more than 2^63, which no integer "
        "counts); ask for at most {}",
        deck.model.width, data.inputs, most_parameters / (data.inputs + 1)));
  }
}

/// The cost of a member on the grid it will have; without one where the deck's does not fill the
/// ranks, which is noted.
std::optional<MemberCost> check_grid(const Deck& deck, const DataShape& data, int ranks,
                                     int ranks_of_node, const MemoryLimits& limits,
                                     const Machine& machine, const StartingPoint& start,
                                     Findings& findings) {
  std::optional<MemberCost> cost;
  findings.collect([&] {
    const GridShape grid = grid_of(deck, data, ranks, reference_machine(machine.rank));
    const auto fit = [&](const RankBytes& bytes) { return fits(bytes, ranks_of_node, limits); };
    cost = cost_within(deck, data, grid, machine, fit, start);
  });
  return cost;
}

/// What makes a network large: its parameters, or of one of images the samples that pass through.
const char* key_of_network(const Deck& deck, const MemberCost& cost) {
  if (!is_convolutional(deck.model)) return "model.width";
  const double word = cost.precision == "f64" ? 8.0 : 4.0;
  const double all = cost.rank_bytes.host + cost.rank_bytes.device;
  // With those of convolutions once more, as the library takes them, velocities and gradients.
  if (3.0 * word * static_cast<double>(cost.parameters) > all) return "model.widen";
  return deck.data.batch > 0 ? "data.batch" : "data.train_samples";
}

/// What fills the memory of a node where the parameters are on GPUs: data as read, or the kernel.
const char* key_of_host_memory(const Deck& deck, const MemberCost& cost, const Machine& machine) {
  if (!machine.has_gpus()) return key_of_network(deck, cost);
  return cost.assembled ? "measure.kernel_samples" : "data.train_samples";
}

void check_memory(const Deck& deck, const MemberCost& cost, int ranks_of_node,
                  const MemoryLimits& limits, const Machine& machine, Findings& findings) {
  const RankBytes& bytes = cost.rank_bytes;
  const char* key = key_of_host_memory(deck, cost, machine);
  const char* host = machine.has_gpus() ? " of host memory" : "";
  if (bytes.host > limits.rank) {
    findings.add(
        fmt::format("{} is too large (a member needs {:.4g} GB{} a rank, ulimit leaves each "
                    "{:.4g} GB); raise ulimit -v and ulimit -d, or start more ranks",
                    key, bytes.host / 1e9, host, limits.rank / 1e9));
  } else if (bytes.host * ranks_of_node > limits.node) {
    findings.add(fmt::format(
        "{} is too large (a member needs {:.4g} GB{} a rank, and {} of them share the "
        "{:.4g} GB of a node); start more ranks on more nodes, or fewer members at once",
        key, bytes.host / 1e9, host, ranks_of_node, limits.node / 1e9));
  }
  if (bytes.device > limits.device) {
    findings.add(
        fmt::format("{} is too large (a member needs {:.4g} GB on each GPU, a GPU has {:.4g} GB); "
                    "start more ranks, one a GPU, or fewer members at once",
                    key_of_network(deck, cost), bytes.device / 1e9, limits.device / 1e9));
  }
}

/// The cost of a part of an ensemble; rank 0 alone holds the results of all.
MemberCost check_ensemble(const Study& study, const Deck& part, const DataShape& data, int ranks,
                          const MemoryLimits& limits, const Machine& machine, Findings& findings) {
  MemberCost cost = cost_of_ensemble(study, part, data, ranks, machine);
  const double room = std::min(limits.rank, limits.node);
  if (cost.rank_bytes.host <= room) return cost;
  findings.add(fmt::format(
      "study.sweep makes {} members (their results need {:.4g} GB on rank 0, which has {:.4g} GB); "
      "split the study",
      study.count(), cost.rank_bytes.host / 1e9, room / 1e9));
  return cost;
}

/// Files that members start from, each opened once. Throws DataError.
void check_weights(const Study& study) {
  std::set<std::string> files;
  for (const Deck& deck : study.decks()) files.insert(deck.model.weights);
  files.erase("");
  try {
    for (const std::string& file : files) Hdf5File::open(file);
  } catch (const DataError& error) {
    throw DataError(
        fmt::format("{}; model.weights names a weights file or a checkpoint", error.what()));
  }
}

/// Members, or parts of an ensemble with the largest width of their members.
std::vector<Deck> widest(const Study& study) {
  std::vector<Deck> decks = study.decks();
  for (const SweepAxis& axis : study.axes) {
    if (!study.is_ensemble() || axis.key != "model.width") continue;
    Index most = 0;
    for (const OptionValue& width : axis.values) most = std::max(most, std::get<Index>(width));
    for (Deck& deck : decks) deck.model.width = most;
  }
  return decks;
}

/// Sizes that the members' own decks tell.
void check_sizes(const Study& study, const StudyPlan& plan, int ranks_of_node,
                 const MemoryLimits& limits, const Machine& machine, Findings& findings) {
  const int ranks = plan.placement.group_size;
  for (const Deck& deck : widest(study)) {
    const std::string problem =
        find_impossible_size(deck, limits, ranks, std::min(ranks, ranks_of_node), machine.rank);
    if (!problem.empty()) findings.add(problem);
  }
}

/// Each once, with its place.
void add_remarks(const std::vector<std::string>& remarks, const Study& study, StudyPlan& plan) {
  for (const std::string& remark : remarks) {
    const std::string line =
        fmt::format("{}: {}", study.where(remark.substr(0, remark.find(' '))), remark);
    const bool known = std::count(plan.remarks.begin(), plan.remarks.end(), line) > 0;
    if (!known) plan.remarks.push_back(line);
  }
}

}  // namespace

StudyPlan plan_study(const Study& study, int ranks, int ranks_of_node, const MemoryLimits& limits,
                     const Machine& machine, const StartingPoint& start,
                     const LambdaOf& lambda_of) {
  StudyPlan plan;
  plan.ensemble = study.is_ensemble();
  Findings findings(study);
  findings.collect([&] { plan.placement = place_study(study, ranks); });
  findings.throw_if_any();
  check_sizes(study, plan, ranks_of_node, limits, machine, findings);
  findings.throw_if_any();
  check_weights(study);

  std::map<std::string, DataShape> shapes;
  for (const Deck& deck : widest(study)) {
    const std::string key = data_key(deck.data);
    if (shapes.count(key) == 0) {
      shapes[key] = {};
      findings.collect([&] { shapes[key] = probe(deck.data); });
      const std::string& remark = shapes[key].remark;
      if (!remark.empty()) plan.remarks.push_back(deck.data.path + ": " + remark);
    }
    const DataShape& data = shapes[key];
    plan.data.push_back(data);
    if (data.outputs == 0) continue;  // its problem is noted
    check_kernel(deck, data, findings);
    if (study.is_ensemble()) {
      plan.costs.push_back(check_ensemble(study, deck, data, ranks, limits, machine, findings));
      continue;
    }
    StartingPoint from = start;
    if (lambda_of && needs_lambda(deck.train)) from.lambda = lambda_of(deck, data);
    const auto cost = check_grid(deck, data, plan.placement.group_size, ranks_of_node, limits,
                                 machine, from, findings);
    if (!cost) continue;
    plan.costs.push_back(*cost);
    check_memory(deck, *cost, ranks_of_node, limits, machine, findings);
    const std::string assembly = find_long_assembly(deck, *cost, machine);
    if (!assembly.empty()) findings.add(assembly);
    add_remarks(layout_remarks(deck, data, *cost), study, plan);
  }
  findings.throw_if_any();
  return plan;
}

namespace {

/// Throws UsageError where a rank has no room for `bytes`, which are for `what`.
void require_memory(double bytes, const Communicator& world, const std::string& what,
                    const char* advice) {
  const int ranks = world.ranks_of_node();
  on_all(world, [&] {
    const MemoryLimits limits = memory_limits();
    const double room = std::min(limits.node / ranks, limits.rank);
    if (bytes <= room) return;
    throw UsageError(fmt::format("{} needs {:.4g} GB a rank (each has {:.4g} GB); {}", what,
                                 bytes / 1e9, room / 1e9, advice));
  });
}

}  // namespace

void require_memory_of_spectrum(Index size, const Communicator& world) {
  // Matrix, ScaLAPACK's copy, its eigenvectors and our share of both.
  const double share = 4.0 * 8.0 * static_cast<double>(size) * static_cast<double>(size) /
                       static_cast<double>(world.size());
  require_memory(share, world, fmt::format("the whole spectrum of {} eigenvalues", size),
                 "use more ranks on more machines, fewer samples or a small number of eigenvalues");
}

void require_memory_of_vectors(Index count, Index local, const Communicator& world) {
  const double bytes = 8.0 * static_cast<double>(count) * static_cast<double>(local);
  require_memory(
      bytes, world, fmt::format("room for {} vectors of {} elements", count, local),
      "use more ranks on more machines, or ask for fewer eigenvalues, steps or products");
}

}  // namespace catapult
