#include "study/agree.hpp"

#include <fmt/format.h>

#include "deck/print.hpp"

namespace catapult {

Study agree_on_study(const std::string& path, const std::vector<std::string>& settings,
                     bool short_version, const Communicator& world) {
  std::string text;
  on_root(world, [&] {
    text = read_deck_text(path);
    parse_study(text, path, settings, short_version);
  });
  world.broadcast(text);
  Study study;
  on_all(world, [&] { study = parse_study(text, path, settings, short_version); });

  std::uint64_t of_root = hash(print_resolved(study.base, study.axes));
  const std::uint64_t mine = of_root;
  world.broadcast(&of_root, 1);
  if (world.max(mine == of_root ? 0.0 : 1.0) > 0.0) {
    throw UsageError(fmt::format(
        "{}: the ranks do not agree on the deck (their --set options or the variables in its paths "
        "differ); start all of them with the same command line and environment",
        path));
  }
  return study;
}

std::filesystem::path run_path(const Study& study) {
  const std::string& output = study.base.study.output;
  return output.empty() ? std::filesystem::path("runs") / study.base.study.name
                        : std::filesystem::path(output);
}

}  // namespace catapult
