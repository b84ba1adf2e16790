#include "study/agree.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <regex>

#include "deck/print.hpp"

namespace catapult {

Study agree_on_study(const std::string& path, const std::vector<std::string>& settings,
                     const Communicator& world) {
  std::string text;
  on_root(world, [&] {
    text = read_deck_text(path);
    parse_study(text, path, settings);
  });
  world.broadcast(text);
  const Study study = parse_study(text, path, settings);

  std::uint64_t of_root = hash(print_resolved(study.base, study.axes));
  const std::uint64_t mine = of_root;
  world.broadcast(&of_root, 1);
  if (world.max(mine == of_root ? 0.0 : 1.0) > 0.0) {
    throw UsageError(fmt::format(
        "{}: the ranks do not agree on the deck (their --set options differ); start all of them "
        "with the same command line",
        path));
  }
  return study;
}

namespace {

/// `text` with what a shell would put for a "~" at its start and for $NAME or ${NAME}.
std::string expanded(const std::string& text) {
  static const std::regex variable(
      R"(^~(?=/|$)|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$([A-Za-z_][A-Za-z0-9_]*))");
  std::string result;
  std::string::const_iterator rest = text.begin();
  for (std::smatch found; std::regex_search(rest, text.end(), found, variable);) {
    if (found[0] == "~" && rest != text.begin()) break;
    const std::string name = found[0] == "~"    ? "HOME"
                             : found[1].matched ? found[1].str()
                                                : found[2].str();
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) {
      throw UsageError(fmt::format(
          "study.output is {} (the environment has no {}); name the folder", text, name));
    }
    result += std::string(rest, found[0].first) + value;
    rest = found[0].second;
  }
  result += std::string(rest, text.end());
  if (result.rfind('~', 0) != 0) return result;
  throw UsageError(
      fmt::format("study.output is {} (the folder of another user); name the folder", text));
}

}  // namespace

std::filesystem::path run_path(const Study& study) {
  const std::string output = expanded(study.base.study.output);
  return output.empty() ? std::filesystem::path("runs") / study.base.study.name
                        : std::filesystem::path(output);
}

}  // namespace catapult
