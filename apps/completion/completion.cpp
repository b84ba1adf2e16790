#include "completion/completion.hpp"

#include <sstream>

#include "completion/description.hpp"
#include "deck/option_list.hpp"

namespace catapult {
namespace {

using Script = std::string (*)(const std::vector<Command>&, const std::vector<Key>&);

const std::map<std::string, Script>& scripts() {
  static const std::map<std::string, Script> all = {
      {"bash", bash_script}, {"fish", fish_script}, {"zsh", zsh_script}};
  return all;
}

/// Of "TEXT:{auto,never}": what an IsMember tells of itself.
std::vector<std::string> choices_in(const std::string& type) {
  const std::size_t begin = type.find('{'), end = type.rfind('}');
  if (begin == std::string::npos) return {};
  std::istringstream list(type.substr(begin + 1, end - begin - 1));
  std::vector<std::string> choices;
  for (std::string choice; std::getline(list, choice, ',');) choices.push_back(choice);
  return choices;
}

Argument argument_of(const CLI::Option& option) {
  Argument argument;
  for (const std::string& name : option.get_snames()) argument.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) argument.names.push_back("--" + name);
  if (argument.names.empty()) argument.names.push_back(option.get_name());
  const std::string type = option.get_type_name();
  argument.help = option.get_description();
  argument.has_value = option.get_items_expected_max() > 0;
  argument.repeated = option.get_items_expected_max() > 1;
  argument.type = type.substr(0, type.find(':'));
  argument.choices = choices_in(type);
  return argument;
}

Command command_of(const CLI::App& app, const std::string& name) {
  Command command{name, app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    (option->get_positional() ? command.places : command.options).push_back(argument_of(*option));
  }
  return command;
}

/// The program itself first.
std::vector<Command> commands_of(const CLI::App& app) {
  std::vector<Command> commands{command_of(app, "")};
  Argument first;
  first.names = {"command"};
  for (const CLI::App* command : app.get_subcommands({})) {
    first.choices.push_back(command->get_name());
    commands.push_back(command_of(*command, command->get_name()));
  }
  commands.front().places.push_back(first);
  return commands;
}

std::vector<Key> keys_of_deck() {
  Deck deck;
  std::vector<Key> keys;
  for (const OptionTable& table : tables_of(deck)) {
    for (const Option& option : table.options) {
      Key key{option.key, option.help, {}, option.range.path};
      if (std::holds_alternative<std::string*>(option.place)) key.choices = option.range.choices;
      if (std::holds_alternative<bool*>(option.place)) key.choices = {"true", "false"};
      keys.push_back(key);
    }
  }
  return keys;
}

}  // namespace

std::vector<std::string> shells() {
  std::vector<std::string> names;
  for (const auto& [name, script] : scripts()) names.push_back(name);
  return names;
}

std::string completion_script(const CLI::App& app, const std::string& shell) {
  return scripts().at(shell)(commands_of(app), keys_of_deck());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string quoted_word(const std::string& text) {
  return "'" + replaced(text, "'", R"('\'')") + "'";
}

std::string filled(std::string script, const std::map<std::string, std::string>& texts) {
  for (const auto& [name, text] : texts) script = replaced(script, "@" + name + "@", text);
  return script;
}

}  // namespace catapult
