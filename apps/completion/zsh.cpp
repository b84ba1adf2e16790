// Completion for zsh, by its own _arguments and _describe.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completion/completion.hpp"
#include "completion/description.hpp"

namespace catapult {
namespace {

constexpr const char* zsh_template = R"(#compdef catapult
# Completion for zsh, written by `catapult completion zsh`.

_catapult_setting() {
  if compset -P '*='; then
    case ${${IPREFIX%=}##*=} in
@KEY_VALUES@    esac
  else
    local -a keys=(
@KEYS@    )
    _describe -t keys 'key of the deck' keys -S =
  fi
}

_catapult() {
  local curcontext=$curcontext state line
  local -A opt_args
  _arguments -C@OPTIONS@ \
    '1: :->command' \
    '*:: :->argument'
  case $state in
    command)
      local -a commands=(
@COMMANDS@      )
      _describe -t commands command commands
      ;;
    argument)
      case $words[1] in
@ARGUMENTS@      esac
      ;;
  esac
}

if [[ $funcstack[1] == _catapult ]]; then
  _catapult "$@"
else
  compdef _catapult catapult
fi
)";

/// "key:help" of _describe.
std::string described(const std::string& word, const std::string& help) {
  return "      " + quoted_word(word + ":" + help) + "\n";
}

/// What completes the values of an argument.
std::string action_of(const Argument& argument) {
  if (!argument.choices.empty()) return fmt::format("({})", fmt::join(argument.choices, " "));
  if (argument.type == file_argument) return "_files";
  if (argument.type == folder_argument) return "_files -/";
  return argument.type == setting_argument ? "_catapult_setting" : " ";
}

/// Specifications of _arguments, one for each name.
std::string specifications(const Command& command) {
  const auto line = [](const std::string& text) { return " \\\n    " + quoted_word(text); };
  std::string lines;
  for (const Argument& option : command.options) {
    std::string help = option.help;
    for (const char* special : {"\\", "[", "]", ":"}) {
      help = replaced(help, special, std::string("\\") + special);
    }
    for (const std::string& name : option.names) {
      lines += line(fmt::format("{}{}{}[{}]{}", option.repeated ? "*" : "", name,
                                option.has_value ? "=" : "", help,
                                option.has_value ? ":value:" + action_of(option) : ""));
    }
  }
  for (std::size_t i = 0; i < command.places.size() && !command.name.empty(); ++i) {
    const Argument& place = command.places[i];
    lines += line(fmt::format("{}:{}:{}", i + 1, place.names.front(), action_of(place)));
  }
  return lines;
}

}  // namespace

std::string zsh_script(const std::vector<Command>& commands, const std::vector<Key>& keys) {
  std::string names, arguments, all_keys, key_values;
  for (const Command& command : commands) {
    if (command.name.empty()) continue;
    names += "  " + described(command.name, command.help);
    arguments +=
        fmt::format("        {}) _arguments{} ;;\n", command.name, specifications(command));
  }
  for (const Key& key : keys) {
    all_keys += described(key.name, key.help);
    if (key.path) key_values += fmt::format("      {}) _files ;;\n", key.name);
    if (key.choices.empty()) continue;
    key_values += fmt::format("      {}) compadd {} ;;\n", key.name, fmt::join(key.choices, " "));
  }
  return filled(zsh_template, {{"OPTIONS", specifications(commands.front())},
                               {"COMMANDS", names},
                               {"ARGUMENTS", arguments},
                               {"KEYS", all_keys},
                               {"KEY_VALUES", key_values}});
}

}  // namespace catapult
