// Completion for bash. A value is told as all its choices, or as a type in capital letters.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completion/completion.hpp"
#include "completion/description.hpp"

namespace catapult {
namespace {

constexpr const char* bash_template =
    R"(# Completion for bash, written by `catapult completion bash`.

# What stands after an option or at a place of a command: all values, or their type; "" after flags.
_catapult_value() { # COMMAND OPTION|PLACE
  case "$1 $2" in
@VALUES@    *) REPLY= ;;
  esac
}

_catapult_options() { # COMMAND
  case $1 in
@OPTIONS@    *) REPLY= ;;
  esac
}

_catapult_value_of_key() { # KEY
  case $1 in
@KEY_VALUES@    *) REPLY=VALUE ;;
  esac
}

_catapult() {
  # Words as the program gets them: bash cuts them at = and : as well.
  local -a words=()
  local word i last=-1
  for ((i = 1; i <= COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    if ((last >= 0)) && [[ $word == [=:]* || ${words[last]} == *[=:] ]]; then
      words[last]+=$word
    else
      words[++last]=$word
    fi
  done

  # What the words before the last one leave to be said.
  local command='' option='' place=1 REPLY
  for word in "${words[@]:0:last}"; do
    if [[ $option ]]; then
      option=''
    elif [[ $word == -* ]]; then
      _catapult_value "$command" "$word"
      [[ ! $REPLY ]] || option=$word
    elif [[ ! $command ]]; then
      command=$word
    else
      ((++place))
    fi
  done

  local current=${words[last]}
  if [[ ! $option && $current == --*=* ]]; then
    option=${current%%=*} current=${current#*=}
  fi
  _catapult_value "$command" "${option:-$place}"
  [[ $option || ($REPLY && $current != -*) ]] || _catapult_options "$command"
  if [[ $REPLY == KEY=VALUE && $current == *=* ]]; then
    _catapult_value_of_key "${current%%=*}"
    current=${current#*=}
  elif [[ $REPLY == KEY=VALUE ]]; then
    compopt -o nospace 2>/dev/null
    REPLY='@KEYS@'
  fi
  case $REPLY in
    FILE) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    FOLDER) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    VALUE) COMPREPLY=() ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$REPLY" -- "$current") ;;
  esac
  # Where bash does not cut at =, it replaces what stands before as well.
  [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/${words[last]%"$current"}}")
}
complete -F _catapult catapult
)";

std::string words_of(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

std::string value_of(const Argument& argument) {
  if (!argument.choices.empty()) return words_of(argument.choices);
  for (const char* known : {file_argument, folder_argument, setting_argument}) {
    if (argument.type == known) return known;
  }
  return "VALUE";
}

std::string branch(const std::string& pattern, const std::string& reply) {
  return fmt::format("    {}) REPLY={} ;;\n", quoted_word(pattern), quoted_word(reply));
}

}  // namespace

std::string bash_script(const std::vector<Command>& commands, const std::vector<Key>& keys) {
  std::string values, options, key_values, all_keys;
  for (const Command& command : commands) {
    std::vector<std::string> names;
    for (const Argument& option : command.options) {
      for (const std::string& name : option.names) {
        names.push_back(name);
        if (option.has_value) values += branch(command.name + " " + name, value_of(option));
      }
    }
    options += branch(command.name, words_of(names));
    for (std::size_t i = 0; i < command.places.size(); ++i) {
      values += branch(fmt::format("{} {}", command.name, i + 1), value_of(command.places[i]));
    }
  }
  for (const Key& key : keys) {
    all_keys += key.name + "= ";
    if (key.path) key_values += branch(key.name, file_argument);
    if (!key.choices.empty()) key_values += branch(key.name, words_of(key.choices));
  }
  return filled(
      bash_template,
      {{"VALUES", values}, {"OPTIONS", options}, {"KEY_VALUES", key_values}, {"KEYS", all_keys}});
}

}  // namespace catapult
