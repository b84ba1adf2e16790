#include "deck/print.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <sstream>
#include <stdexcept>

#include "deck/text.hpp"

namespace catapult {
namespace {

constexpr std::size_t columns = 98;

/// `text` as comment lines.
std::string comment(const std::string& text) {
  std::istringstream words(text);
  std::string out, line;
  for (std::string word; words >> word;) {
    if (2 + line.size() + word.size() > columns) {
      out += fmt::format("#{}\n", line);
      line.clear();
    }
    line += fmt::format(" {}", word);
  }
  return fmt::format("{}#{}\n", out, line);
}

std::string assignment(const Option& option) {
  return fmt::format("{} = {}", option.name, to_toml(option.get()));
}

/// "steps; at least 1"
std::string unit_and_range(const Option& option) {
  const std::string range = range_text(option.range), unit = option.unit;
  return unit + (unit.empty() || range.empty() ? "" : "; ") + range;
}

std::string assignments(const OptionTable& table) {
  std::string out = fmt::format("[{}]\n", table.name);
  for (const Option& option : table.options) out += assignment(option) + "\n";
  return out;
}

std::string sweep_text(const std::vector<SweepAxis>& axes) {
  if (axes.empty()) return "";
  std::string out = "\n[study.sweep]\n";
  for (const SweepAxis& axis : axes) {
    std::string values;
    for (std::size_t i = 0; i < axis.values.size() && axis.range.empty(); ++i) {
      values += (i == 0 ? "[" : ", ") + to_toml(axis.values[i]);
    }
    out += fmt::format("\"{}\" = {}\n", axis.key, axis.range.empty() ? values + "]" : axis.range);
  }
  return out;
}

}  // namespace

std::string print_defaults() {
  Deck deck;
  std::string out =
      "# Every key of a deck with its default. Values off or plain; a run needs data.path (or "
      "data\n"
      "# that are made here), one learning rate and one stop rule.\n";
  for (const OptionTable& table : tables_of(deck)) {
    out += fmt::format("\n[{}]  # {}\n", table.name, table.help);
    for (const Option& option : table.options) {
      const std::string remark = unit_and_range(option);
      out += comment(option.help) + assignment(option) + (remark.empty() ? "" : "  # ") + remark;
      out += "\n";
    }
    if (table.name == "study") {
      out +=
          "# [study.sweep]  # one member for each combination; any key below may be an axis\n"
          "# \"train.learning_rate_c\" = [0.5, 1.0, 3.0]\n"
          "# \"model.width\" = { from = 100, to = 10_000, count = 5, spacing = \"log\" }\n"
          "# \"model.seed\" = { from = 0, count = 1000 }  # 0, 1, 2, ..., 999\n"
          "# [study.short]  # of --short: in place of the deck's, in a run folder of its own\n"
          "# \"model.width\" = 128\n"
          "# study.sweep.\"train.learning_rate_c\" = [1.0, 3.0]\n";
    }
  }
  return out;
}

std::string print_resolved(const Deck& base, const std::vector<SweepAxis>& axes) {
  Deck deck = base;
  std::string out;
  for (const OptionTable& table : tables_of(deck)) {
    if (!out.empty()) out += '\n';
    out += assignments(table);
    if (table.name == "study") out += sweep_text(axes);
  }
  return out;
}

std::string value_of(const Deck& deck, const std::string& key) {
  Deck copy = deck;
  const std::vector<OptionTable> tables = tables_of(copy);
  const Option* option = find_option(tables, key);
  if (!option) throw std::out_of_range(fmt::format("no key {} in a deck", key));
  const OptionValue value = option->get();
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : to_toml(value);
}

std::string initialization_key(const Deck& deck) {
  Deck copy = deck;
  std::string out;
  for (const OptionTable& table : tables_of(copy)) {
    if (table.name == "data" || table.name == "model") out += assignments(table);
  }
  for (const char* key : {"train.loss", "measure.kernel_samples", "measure.kernel_batches",
                          "measure.tolerance", "measure.method"}) {
    out += fmt::format("{} = {}\n", key, value_of(deck, key));
  }
  return out;
}

std::uint64_t hash(const std::string& text) { return XXH3_64bits(text.data(), text.size()); }

}  // namespace catapult
