#include "deck/option_list.hpp"

namespace catapult {
namespace {

struct OptionCollector {
  std::string prefix;
  std::vector<Option> options;

  template <class T>
  void operator()(const char* name, T& value, Range range, const char* unit, const char* help) {
    options.push_back({prefix + name, name, &value, std::move(range), unit, help});
  }
};

struct TableCollector {
  std::vector<OptionTable> tables;

  template <class Options>
  void operator()(const char* name, const char* help, Options& values) {
    OptionCollector collector{std::string(name) + ".", {}};
    describe(collector, values);
    tables.push_back({name, help, std::move(collector.options)});
  }
};

}  // namespace

OptionValue Option::get() const {
  return std::visit([](const auto* held) { return OptionValue(*held); }, place);
}

void Option::set(const OptionValue& value) const {
  std::visit([&](auto* held) { *held = std::get<std::decay_t<decltype(*held)>>(value); }, place);
}

std::vector<std::string> OptionTable::option_names() const {
  std::vector<std::string> names;
  for (const Option& option : options) names.emplace_back(option.name);
  return names;
}

std::vector<OptionTable> tables_of(Deck& deck) {
  TableCollector collector;
  describe_tables(collector, deck);
  return std::move(collector.tables);
}

std::vector<Option> options_of(DecayStep& step, const std::string& prefix) {
  OptionCollector collector{prefix, {}};
  describe(collector, step);
  return std::move(collector.options);
}

const Option* find_option(const std::vector<OptionTable>& tables, const std::string& key) {
  for (const OptionTable& table : tables) {
    for (const Option& option : table.options) {
      if (option.key == key) return &option;
    }
  }
  return nullptr;
}

}  // namespace catapult
