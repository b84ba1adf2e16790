// Completion for fish: a line for every word that may be completed.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completion/completion.hpp"
#include "completion/description.hpp"

namespace catapult {
namespace {

constexpr const char* fish_template =
    R"(# Completion for fish, written by `catapult completion fish`.

function __catapult_settings
  printf '%s\t%s\n'@SETTINGS@
end

# Whether the command is this one: the first word that is no option.
function __catapult_is
  for word in (commandline -opc)[2..]
    string match -q -- '-*' $word; and continue
    test $word = $argv[1]
    return
  end
  return 1
end

complete -c catapult -f
@LINES@)";

std::string text(const std::string& words) {
  return "'" + replaced(replaced(words, "\\", "\\\\"), "'", "\\'") + "'";
}

/// What completes the values of an argument: options of `complete`.
std::string values_of(const Argument& argument) {
  if (!argument.choices.empty()) {
    return " -x -a " + text(fmt::format("{}", fmt::join(argument.choices, " ")));
  }
  if (argument.type == file_argument) return " -r -F";
  if (argument.type == folder_argument) return " -x -a '(__fish_complete_directories)'";
  return argument.type == setting_argument ? " -x -a '(__catapult_settings)'" : " -x";
}

/// "-h" as "-s h", "--help" as "-l help"
std::string name_of(const std::string& name) {
  return name[1] == '-' ? " -l " + name.substr(2) : " -s " + name.substr(1);
}

/// The arguments of a command as lines.
std::string lines_of(const Command& command) {
  const bool itself = command.name.empty();
  const std::string when = itself ? "__fish_use_subcommand" : text("__catapult_is " + command.name);
  const std::string begin = "complete -c catapult -n " + when;
  std::string lines;
  for (const Argument& option : command.options) {
    lines += begin;
    for (const std::string& name : option.names) lines += name_of(name);
    if (option.has_value) lines += values_of(option);
    lines += fmt::format(" -d {}\n", text(option.help));
  }
  for (const Argument& place : command.places) {
    if (!itself) lines += begin + values_of(place) + "\n";
  }
  return lines;
}

}  // namespace

std::string fish_script(const std::vector<Command>& commands, const std::vector<Key>& keys) {
  std::string settings, lines;
  for (const Key& key : keys) {
    std::vector<std::string> values = key.choices;
    if (values.empty()) values = {""};
    for (const std::string& value : values) {
      settings += fmt::format(" \\\n    {} {}", text(key.name + "=" + value), text(key.help));
    }
  }
  for (const Command& command : commands) {
    if (!command.name.empty()) {
      lines += fmt::format("complete -c catapult -n __fish_use_subcommand -a {} -d {}\n",
                           command.name, text(command.help));
    }
    lines += lines_of(command);
  }
  return filled(fish_template, {{"SETTINGS", settings}, {"LINES", lines}});
}

}  // namespace catapult
