#include "study/origin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "base/error.hpp"
#include "deck/print.hpp"
#include "layers/build.hpp"
#include "store/checked_numbers.hpp"
#include "store/checkpoint_deck.hpp"
#include "store/checkpoint_file.hpp"
#include "store/weights_file.hpp"

namespace catapult {
namespace {

constexpr const char* hash_name = "from_deck_hash";

/// Keys of [model] that do not change what the parameters mean.
constexpr std::array<const char*, 3> free_keys = {"model.seed", "model.weights", "model.precision"};

bool is_free(const std::string& key) {
  return std::find(free_keys.begin(), free_keys.end(), key) != free_keys.end();
}

void require_same_model(const Origin& origin, Deck deck) {
  Deck there = origin.deck;
  const std::vector<OptionTable> tables = tables_of(deck);
  const std::vector<OptionTable> tables_there = tables_of(there);
  for (const OptionTable& table : tables) {
    if (table.name != "model") continue;
    for (const Option& option : table.options) {
      if (is_free(option.key)) continue;
      if (option.get() == find_option(tables_there, option.key)->get()) continue;
      throw UsageError(fmt::format(
          "--from {}: {} is {} there, {} here; the network must be that of the "
          "checkpoint",
          origin.checkpoint, option.key, value_of(there, option.key), value_of(deck, option.key)));
    }
  }
}

void require_later_end(const Origin& origin, const Deck& deck) {
  const Index end = deck.train.stop_steps;
  if (end == 0 || end > origin.start.step) return;
  throw UsageError(fmt::format(
      "--from {}: training ends at step {}, where the checkpoint is of step {} (steps and time go "
      "on from there); raise train.stop_steps",
      origin.checkpoint, end, origin.start.step));
}

/// Without the run folder, which tells nothing of what was computed.
std::string without_output(const std::string& resolved) {
  std::istringstream lines(resolved);
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("output = ", 0) != 0) kept += line + "\n";
  }
  return kept;
}

}  // namespace

Origin read_origin(const std::string& checkpoint, bool goes_on) {
  const Hdf5File file = open_checkpoint(checkpoint);
  Origin origin{checkpoint, {}, {}, "", goes_on};
  origin.start = {read_counts(file, "step", 1)[0], read_finite(file, "time", 1)[0]};
  origin.deck = read_study_of_checkpoint(checkpoint, {}).members.front();
  std::string lineage;
  for (const auto& [name, text] : read_provenance(file)) {
    if (name == "member_deck") lineage += without_output(text);
    if (name == "from_step" || name == hash_name) lineage += text;
  }
  origin.deck_hash = fmt::format("{:016x}", hash(lineage));
  return origin;
}

Origin origin_of(const std::string& checkpoint, bool goes_on, const Communicator& world) {
  Origin origin{checkpoint, {}, {}, "", goes_on};
  on_root(world, [&] { origin = read_origin(checkpoint, goes_on); });
  world.broadcast(&origin.start.step, 1);
  world.broadcast(&origin.start.time, 1);
  world.broadcast(origin.deck_hash);
  origin.deck = study_of_checkpoint(checkpoint, {}, world).members.front();
  return origin;
}

void require_network_of(const Origin& origin, const Study& study) {
  if (study.is_ensemble()) {
    throw UsageError(fmt::format(
        "--from {}: members of an ensemble are drawn together; set measure.every = 1 to train them "
        "one by one",
        origin.checkpoint));
  }
  for (const SweepAxis& axis : study.axes) {
    if (axis.key != "model.seed" && axis.key != "model.weights") continue;
    throw UsageError(fmt::format(
        "--from {}: {} is swept, and all members start from the parameters of the checkpoint; "
        "leave that axis out",
        origin.checkpoint, axis.key));
  }
  for (const Deck& deck : study.members) {
    if (!deck.model.weights.empty()) {
      throw UsageError(
          fmt::format("--from {} with model.weights = \"{}\": parameters come from one of them; "
                      "leave the other out",
                      origin.checkpoint, deck.model.weights));
    }
    require_same_model(origin, deck);
    require_later_end(origin, deck);
  }
}

void require_layers_of(const Origin& origin, const Study& study,
                       const std::vector<DataShape>& data) {
  const Hdf5File file = open_checkpoint(origin.checkpoint);
  for (std::size_t i = 0; i < study.members.size(); ++i) {
    const NetworkEnds ends{data[i].inputs, data[i].outputs, data[i].image};
    require_layers(file, build_chain<float>(study.members[i].model, ends, {})->tensors());
  }
}

std::string identity_of(const Origin& origin) {
  return fmt::format("step {}, deck {}", origin.start.step, origin.deck_hash);
}

void add_origin(const Origin& origin, Provenance& provenance) {
  provenance.emplace_back("from", origin.checkpoint);
  provenance.emplace_back("from_step", std::to_string(origin.start.step));
  provenance.emplace_back(hash_name, origin.deck_hash);
}

}  // namespace catapult
