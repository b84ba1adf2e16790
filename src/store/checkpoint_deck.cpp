#include "store/checkpoint_deck.hpp"

#include <fmt/format.h>

#include "record/hdf5.hpp"

namespace catapult {
namespace {

constexpr const char* place = "provenance/member_deck";

Study parse(const std::string& text, const std::string& path,
            const std::vector<std::string>& settings) {
  Study study = parse_study(text, path, settings);
  if (study.members.size() == 1) return study;
  throw UsageError(fmt::format("{}: {} members (a checkpoint is of one); do not sweep here", path,
                               study.members.size()));
}

}  // namespace

Study study_of_checkpoint(const std::string& path, const std::vector<std::string>& settings,
                          const Communicator& world) {
  std::string text;
  on_root(world, [&] {
    const Hdf5File file = Hdf5File::open(path);
    if (!file.has(place)) {
      throw DataError(fmt::format(
          "{}: has no dataset {} (it was not written by a run); give a checkpoint of a run", path,
          place));
    }
    text = file.read<std::string>(place).at(0);
    parse(text, path, settings);
  });
  world.broadcast(text);
  return parse(text, path, settings);
}

Deck deck_of_checkpoint(const std::string& path, const std::vector<std::string>& settings,
                        const Communicator& world) {
  Deck deck = study_of_checkpoint(path, settings, world).members.front();
  deck.model.weights = path;
  return deck;
}

Index step_of_checkpoint(const std::string& path, const Communicator& world) {
  Index step = 0;
  on_root(world, [&] { step = Hdf5File::open(path).read<Index>("step").at(0); });
  world.broadcast(&step, 1);
  return step;
}

}  // namespace catapult
