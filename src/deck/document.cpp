#include "deck/document.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "deck/nearest.hpp"
#include "deck/syntax.hpp"

namespace catapult {
namespace {

/// Sorts what a source says into values and axes.
class Reader {
 public:
  Reader(const std::vector<OptionTable>& tables, Document& document, Problems& problems)
      : tables_(tables), document_(document), problems_(problems) {
    for (const OptionTable& table : tables) table_names_.push_back(table.name);
  }

  void read(const Source& source) {
    source_ = &source;
    for (auto&& [key, node] : source.content) {
      const auto table =
          std::find_if(tables_.begin(), tables_.end(),
                       [&](const OptionTable& known) { return known.name == key.str(); });
      if (table == tables_.end()) {
        refuse_outermost(key, node);
      } else if (!node.is_table()) {
        refuse_table_value(*table, node);
      } else {
        read_table(*table, *node.as_table());
      }
    }
    add_axes();
  }

 private:
  void read_table(const OptionTable& table, const toml::table& content) {
    for (auto&& [key, node] : content) {
      const std::string name(key.str());
      if (table.name == "study" && name == "sweep") {
        read_sweep(key, node);
        continue;
      }
      const std::string full = table.name + "." + name;
      if (!find_option(tables_, full)) {
        refuse_key(table, key);
        continue;
      }
      document_.values.insert_or_assign(full, entry(full, key, node));
      // A plain value on the command line takes the place of the sweep over this key.
      if (source_->setting >= 0) {
        std::erase_if(document_.axes, [&](const Entry& axis) { return axis.key == full; });
      }
    }
  }

  /// "train.learning_rate" = [...] or, the same, train.learning_rate = [...].
  void read_sweep(const toml::key& sweep, const toml::node& node) {
    if (!node.is_table()) {
      problems_.add(source_->at(sweep.source()),
                    "study.sweep is not a table (it holds one list for each swept key); write "
                    "[study.sweep] on a line of its own");
      return;
    }
    for (auto&& [key, value] : *node.as_table()) {
      const std::string name(key.str());
      if (!value.is_table() || name.find('.') != std::string::npos) {
        new_axes_.push_back(entry(name, key, value));
        continue;
      }
      for (auto&& [inner, inner_value] : *value.as_table()) {
        new_axes_.push_back(entry(name + "." + std::string(inner.str()), inner, inner_value));
      }
    }
  }

  void add_axes() {
    // The parser sorts keys by name; the order of a sweep is that of its lines.
    std::stable_sort(new_axes_.begin(), new_axes_.end(),
                     [](const Entry& a, const Entry& b) { return a.key_place < b.key_place; });
    for (const Entry& axis : new_axes_) {
      const auto same = std::find_if(document_.axes.begin(), document_.axes.end(),
                                     [&](const Entry& other) { return other.key == axis.key; });
      if (same == document_.axes.end()) {
        document_.axes.push_back(axis);
      } else if (same->source == source_) {
        problems_.add(axis.key_place,
                      fmt::format("{} is swept twice (one axis for each key); join the two lists",
                                  quoted(axis.key)));
      } else {
        *same = axis;
      }
    }
    new_axes_.clear();
  }

  void refuse_outermost(const toml::key& key, const toml::node& node) {
    const std::string name(key.str());
    const Location place = source_->at(key.source());
    const std::string likely = nearest(name, table_names_);
    if (node.is_table() || node.is_array_of_tables()) {
      for (const OptionTable& table : tables_) {
        if (table.name != likely) continue;
        for (const Option& option : table.options) problems_.distrust(option.key);
      }
      problems_.add(place, fmt::format("unknown table {} (a deck has {}){}", quoted(name),
                                       fmt::join(table_names_, ", "),
                                       likely.empty() ? "" : "; did you mean [" + likely + "]?"));
      return;
    }
    const Option* option = find_name(name);
    if (option) problems_.distrust(option->key);
    const std::string advice = option ? "; did you mean " + option->key + "?" : "";
    problems_.add(place,
                  fmt::format("unknown key {} (it belongs to no table){}", quoted(name), advice));
  }

  void refuse_table_value(const OptionTable& table, const toml::node& node) {
    for (const Option& option : table.options) problems_.distrust(option.key);
    problems_.add(source_->at(node.source()),
                  fmt::format("{0} is not a table (it holds the keys of [{0}]); write [{0}] on a "
                              "line of its own",
                              table.name));
  }

  void refuse_key(const OptionTable& table, const toml::key& key) {
    const std::string name(key.str());
    const std::string likely = nearest(name, table.option_names());
    const Option* elsewhere = find_name(name);
    std::string advice;
    if (!likely.empty()) {
      problems_.distrust(table.name + "." + likely);
      advice = fmt::format("; did you mean \"{}\"?", likely);
    } else if (elsewhere) {
      problems_.distrust(elsewhere->key);
      advice = fmt::format("; did you mean {}?", elsewhere->key);
    }
    problems_.add(source_->at(key.source()), fmt::format("unknown key {} (not an option of [{}]){}",
                                                         quoted(name), table.name, advice));
  }

  /// The first key of this name in any table.
  const Option* find_name(const std::string& name) const {
    for (const std::string& table : table_names_) {
      if (const Option* option = find_option(tables_, table + "." + name)) return option;
    }
    return nullptr;
  }

  Entry entry(const std::string& full, const toml::key& key, const toml::node& value) const {
    return {full, &value, source_, source_->at(key.source())};
  }

  const std::vector<OptionTable>& tables_;
  Document& document_;
  Problems& problems_;
  std::vector<std::string> table_names_;
  const Source* source_ = nullptr;
  std::vector<Entry> new_axes_;
};

}  // namespace

Location Source::at(const toml::source_region& region) const {
  if (setting >= 0) return whole();
  const Index line = region.begin.line, column = region.begin.column;
  return {.text = fmt::format("{}:{}:{}", name, line, column), .line = line, .column = column};
}

const Entry* Document::find(const std::string& key) const {
  for (const Entry& axis : axes) {
    if (axis.key == key) return &axis;
  }
  const auto found = values.find(key);
  return found == values.end() ? nullptr : &found->second;
}

Document read_document(const std::string& text, const std::string& name,
                       const std::vector<std::string>& settings,
                       const std::vector<OptionTable>& tables, Problems& problems) {
  Document document;
  if (auto content = parse_file(text, name, tables, problems)) {
    document.sources.push_back({name, -1, std::move(*content)});
  } else {
    document.complete = false;
  }
  for (std::size_t i = 0; i < settings.size(); ++i) {
    Source source{"--set " + one_line(settings[i]), static_cast<Index>(i), {}};
    if (auto content = parse_setting(settings[i], source.whole(), tables, problems)) {
      source.content = std::move(*content);
      document.sources.push_back(std::move(source));
    } else {
      document.complete = false;
    }
  }
  Reader reader(tables, document, problems);
  for (const Source& source : document.sources) reader.read(source);
  return document;
}

}  // namespace catapult
