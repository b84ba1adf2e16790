// What scripts of completion tell a shell: commands, their arguments, the keys of a deck.
// defines: Argument, Command, Key, bash_script, zsh_script, fish_script, replaced, filled
#pragma once

#include <map>
#include <string>
#include <vector>

namespace catapult {

/// What may stand at a place of the command line.
struct Argument {
  std::vector<std::string> names;  ///< "-h", "--help"; of a positional argument its name
  std::string help;
  bool has_value = true;  ///< a flag has none
  bool repeated = false;
  std::string type;                  ///< file_argument, ..., or any other
  std::vector<std::string> choices;  ///< all values there are; none: any
};

struct Command {
  std::string name;  ///< "": the program itself, of which a command is the first argument
  std::string help;
  std::vector<Argument> options, places;
};

/// A key of the deck.
struct Key {
  std::string name;  ///< "train.momentum"
  std::string help;
  std::vector<std::string> choices;  ///< likewise
  bool path = false;
};

std::string bash_script(const std::vector<Command>& commands, const std::vector<Key>& keys);
std::string zsh_script(const std::vector<Command>& commands, const std::vector<Key>& keys);
std::string fish_script(const std::vector<Command>& commands, const std::vector<Key>& keys);

std::string replaced(std::string text, const std::string& from, const std::string& to);

/// As one word of bash and zsh.
std::string quoted_word(const std::string& text);

/// `script` with a text in the place of every "@NAME@".
std::string filled(std::string script, const std::map<std::string, std::string>& texts);

}  // namespace catapult
