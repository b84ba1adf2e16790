#include "explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>
#include <vector>

#include "deck/nearest.hpp"

namespace catapult {
namespace {

/// All words that begin with "--" which the command knows.
std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* one :
       {&app, app.get_subcommands().empty() ? &app : app.get_subcommands().front()}) {
    for (const CLI::Option* option : one->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

/// "; did you mean --max-time?" where `word` is near to something known.
std::string suggestion(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known = options_of(app);
  for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
  if (std::find(known.begin(), known.end(), word) != known.end()) return "";
  return did_you_mean(nearest(word, known));
}

/// Arguments that no option or place takes.
std::string unexpected(const CLI::App& app) {
  const std::vector<std::string> words = app.remaining(true);
  std::string better;
  for (const std::string& word : words) {
    if (better.empty()) better = suggestion(app, word.substr(0, word.find('=')));
  }
  return fmt::format("unexpected {}{}", fmt::join(words, " "), better);
}

/// The parser's own words for a value that is missing or not among the choices, made clear.
std::string in_plain_words(const std::string& problem) {
  static const std::regex missing("(.*): 1 required (.*) missing");
  static const std::regex too_large("Could not convert: (.*) = (.*)");  // what is no number is told
  static const std::regex no_choice("(.*: .*) not in \\{(.*)\\}");
  std::smatch part;
  if (std::regex_match(problem, part, missing)) {
    return fmt::format("{} is given no {}", part[1].str(), part[2].str());
  }
  if (std::regex_match(problem, part, too_large)) {
    return fmt::format("{}: {} is too large", part[1].str(), part[2].str());
  }
  if (std::regex_match(problem, part, no_choice)) {
    return fmt::format("{} (must be one of {})", part[1].str(), part[2].str());
  }
  return problem;
}

}  // namespace

std::string explain(const CLI::App& app, const CLI::ParseError& error, const std::string& first) {
  if (first.empty()) return "no command is given (catapult --help lists them)";
  if (app.get_subcommands().empty()) {
    return fmt::format("unknown {} {}{} (catapult --help lists all)",
                       first[0] == '-' ? "option" : "command", first, suggestion(app, first));
  }
  const bool extras = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  return fmt::format("{} (catapult {} --help tells what it takes)",
                     extras ? unexpected(app) : in_plain_words(error.what()),
                     app.get_subcommands().front()->get_name());
}

}  // namespace catapult
