#include "store/checkpoint_deck.hpp"

#include <fmt/format.h>

#include "record/hdf5.hpp"
#include "record/provenance.hpp"
#include "store/checked_numbers.hpp"
#include "store/checkpoint_file.hpp"

namespace catapult {
namespace {

Study parse(const std::string& text, const std::string& path,
            const std::vector<std::string>& settings) {
  Study study = parse_study(text, path, settings);
  if (study.is_ensemble() && study.count() == 1) {  // what goes on from a checkpoint is a member
    study.members = expand(study.base, study.axes);
    study.parts.clear();
  }
  if (study.members.size() == 1) return study;
  throw UsageError(fmt::format("{}: {} members (a checkpoint is of one); do not sweep here", path,
                               study.count()));
}

/// The deck in a file; that it is one is up to the file, what --set makes of it to the user.
std::string stored_deck(const std::string& path) {
  for (const auto& [name, text] : read_provenance(Hdf5File::open(path))) {
    if (name != "member_deck") continue;
    try {
      parse(text, path, {});
    } catch (const UsageError& error) {
      throw DataError(
          fmt::format("{}: holds a deck that this version cannot read:\n{}", path, error.what()));
    }
    return text;
  }
  throw DataError(
      fmt::format("{}: has no dataset provenance/member_deck (it was not written by a run); give a "
                  "checkpoint of "
                  "a run",
                  path));
}

}  // namespace

Study read_study_of_checkpoint(const std::string& path, const std::vector<std::string>& settings) {
  return parse(stored_deck(path), path, settings);
}

Study study_of_checkpoint(const std::string& path, const std::vector<std::string>& settings,
                          const Communicator& world) {
  std::string text;
  on_root(world, [&] {
    text = stored_deck(path);
    parse(text, path, settings);
  });
  world.broadcast(text);
  Study study;
  on_all(world, [&] { study = parse(text, path, settings); });
  return study;
}

Deck deck_of_checkpoint(const std::string& path, const std::vector<std::string>& settings,
                        const Communicator& world) {
  Deck deck = study_of_checkpoint(path, settings, world).members.front();
  deck.model.weights = path;
  return deck;
}

Index step_of_checkpoint(const std::string& path, const Communicator& world) {
  Index step = 0;
  on_root(world, [&] { step = read_counts(open_checkpoint(path), "step", 1)[0]; });
  world.broadcast(&step, 1);
  return step;
}

}  // namespace catapult
