#include "arguments.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "base/path_text.hpp"
#include "completion/completion.hpp"

namespace catapult {
namespace {

template <class Number>
CLI::Validator numbers(const char* what, bool (*holds)(Number)) {
  const auto check = [what, holds](const std::string& text) {
    Number value{};
    const char* end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, value);
    const bool good = error == std::errc() && last == end && holds(value);
    return good ? std::string() : fmt::format("{} (must be {})", text, what);
  };
  return CLI::Validator(check, "");
}

}  // namespace

void add_example(CLI::App& command, const std::string& arguments, const std::string& note) {
  command.footer(fmt::format("{}Example:\n  catapult {}{}{}", note, command.get_name(),
                             arguments.empty() ? "" : " ", arguments));
}

const CLI::Validator path_argument(
    [](std::string& path) {
      if (path.empty()) return std::string("an empty text; name a file or folder, or leave it out");
      try {
        path = expanded_path(path);
        return std::string();
      } catch (const UsageError& reason) {
        return fmt::format("{} ({}); write it in full", path, reason.what());
      }
    },
    "");

const CLI::Validator count =
    numbers<Index>("an integer of at least 0", [](Index value) { return value >= 0; });
const CLI::Validator count_above_zero =
    numbers<Index>("an integer above 0", [](Index value) { return value > 0; });
const CLI::Validator number_above_zero = numbers<double>(
    "a number above 0", [](double value) { return std::isfinite(value) && value > 0.0; });

void add_settings(CLI::App& command, CommandLine& line) {
  command
      .add_option("--set", line.settings,
                  "replace a value of the deck, e.g. --set model.width=64; may be repeated")
      ->type_name(setting_argument)
      ->allow_extra_args(false);
}

void add_limits(CLI::App& command, CommandLine& line) {
  command
      .add_option("--resume", line.resume,
                  "auto: go on with what the run folder holds; never: remove it and begin anew")
      ->check(CLI::IsMember({"auto", "never"}))
      ->capture_default_str();
  command
      .add_option("--max-time", line.run.max_time,
                  "stop with a checkpoint before so long: minutes, HH:MM:SS, D-HH:MM:SS, ...")
      ->type_name("TIME")
      ->capture_default_str();
}

}  // namespace catapult
