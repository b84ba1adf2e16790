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
  Reader(const std::vector<OptionTable>& tables, Problems& problems)
      : tables_(tables), problems_(problems) {
    for (const OptionTable& table : tables) table_names_.push_back(table.name);
  }

  void read(const Source& source, Keys& keys, Keys& short_keys) {
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
        read_table(*table, *node.as_table(), keys, short_keys);
      }
    }
    sort_axes(keys.axes);
    sort_axes(short_keys.axes);
  }

 private:
  void read_table(const OptionTable& table, const toml::table& content, Keys& keys,
                  Keys& short_keys) {
    for (auto&& [key, node] : content) {
      const Entry found = entry(table.name + "." + std::string(key.str()), key, node);
      if (found.key == "study.sweep") {
        read_sweep(found, keys);
      } else if (found.key == "study.short") {
        read_short(found, short_keys);
      } else if (find_option(tables_, found.key)) {
        keys.values.emplace(found.key, found);
      } else {
        refuse_key(table, key);
      }
    }
  }

  void read_sweep(const Entry& sweep, Keys& keys) {
    if (!is_table(sweep, "one list for each swept key")) return;
    for (auto&& [key, node] : *sweep.value->as_table()) {
      for (const Entry& axis : entries(key, node)) keys.axes.push_back(axis);
    }
  }

  /// The keys of --set.
  void read_short(const Entry& table, Keys& keys) {
    if (!is_table(table, "the keys of the short version")) return;
    if (table.source->setting >= 0) {
      problems_.add(table.key_place,
                    "study.short on the command line (it is the deck's); set the keys themselves");
      return;
    }
    for (auto&& [key, node] : *table.value->as_table()) {
      for (const Entry& found : entries(key, node)) read_short_key(found, keys);
    }
  }

  void read_short_key(const Entry& found, Keys& keys) {
    if (found.key == "study.sweep") {
      read_sweep(found, keys);
    } else if (found.key == "study.name" || found.key == "study.output") {
      problems_.add(found.key_place,
                    fmt::format("{} in [study.short] (its run folder is the deck's with -short at "
                                "the end); leave it out",
                                found.key));
    } else if (!find_option(tables_, found.key)) {
      refuse_unknown(found, "[study.short] has keys of the deck as --set takes them", tables_,
                     problems_);
    } else if (!keys.values.emplace(found.key, found).second) {
      problems_.add(found.key_place, fmt::format("{} is given twice; keep one", found.key));
    }
  }

  /// "train.momentum" = ... or, the same, train.momentum = ..., with others of that table.
  std::vector<Entry> entries(const toml::key& key, const toml::node& node) const {
    const std::string name(key.str());
    if (!node.is_table() || name.find('.') != std::string::npos) return {entry(name, key, node)};
    std::vector<Entry> inner;
    for (auto&& [inner_key, inner_node] : *node.as_table()) {
      inner.push_back(entry(name + "." + std::string(inner_key.str()), inner_key, inner_node));
    }
    return inner;
  }

  bool is_table(const Entry& found, const std::string& content) {
    if (found.value->is_table()) return true;
    problems_.add(found.key_place,
                  fmt::format("{0} is not a table (it holds {1}); write [{0}] on a line of its own",
                              found.key, content));
    return false;
  }

  /// The parser sorts keys by name; the order of a sweep is that of its lines.
  void sort_axes(std::vector<Entry>& axes) {
    std::stable_sort(axes.begin(), axes.end(),
                     [](const Entry& a, const Entry& b) { return a.key_place < b.key_place; });
    for (auto axis = axes.begin(); axis != axes.end(); ++axis) {
      const bool again = std::any_of(axes.begin(), axis,
                                     [&](const Entry& other) { return other.key == axis->key; });
      if (!again) continue;
      problems_.add(axis->key_place,
                    fmt::format("{} is swept twice (one axis for each key); join the two lists",
                                quoted(axis->key)));
    }
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
                                       did_you_mean(likely.empty() ? "" : "[" + likely + "]")));
      return;
    }
    const Option* option = find_name(name);
    if (option) problems_.distrust(option->key);
    const std::string advice = did_you_mean(option ? option->key : "");
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
      advice = did_you_mean(quoted(likely));
    } else if (elsewhere) {
      problems_.distrust(elsewhere->key);
      advice = did_you_mean(elsewhere->key);
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
  Problems& problems_;
  std::vector<std::string> table_names_;
  const Source* source_ = nullptr;
};

/// A plain value takes the place of a sweep over its key, an axis that of another one.
void lay_over(Keys& below, const Keys& above) {
  for (const auto& [key, entry] : above.values) {
    below.values.insert_or_assign(key, entry);
    std::erase_if(below.axes, [&](const Entry& axis) { return axis.key == key; });
  }
  for (const Entry& axis : above.axes) {
    const auto same = std::find_if(below.axes.begin(), below.axes.end(),
                                   [&](const Entry& other) { return other.key == axis.key; });
    if (same == below.axes.end()) {
      below.axes.push_back(axis);
    } else {
      *same = axis;
    }
  }
}

}  // namespace

Location Source::at(const toml::source_region& region) const {
  if (setting >= 0) return whole();
  const Index line = region.begin.line, column = region.begin.column;
  return {.text = fmt::format("{}:{}:{}", name, line, column), .line = line, .column = column};
}

const Entry* Keys::find(const std::string& key) const {
  for (const Entry& axis : axes) {
    if (axis.key == key) return &axis;
  }
  const auto found = values.find(key);
  return found == values.end() ? nullptr : &found->second;
}

Document read_document(const std::string& text, const std::string& name,
                       const std::vector<std::string>& settings, bool short_version,
                       const std::vector<OptionTable>& tables, Problems& problems) {
  Document document;
  Reader reader(tables, problems);
  if (auto content = parse_file(text, name, tables, problems)) {
    const Source& file = document.sources.emplace_back(name, -1, std::move(*content));
    reader.read(file, document, document.short_keys);
    if (short_version && !file.content["study"]["short"]) {
      problems.add(file.whole(),
                   "no [study.short] (--short is to run what it says); add it with keys of a "
                   "shorter study, or leave --short out");
    }
  } else {
    document.complete = false;
  }
  if (short_version) lay_over(document, document.short_keys);
  for (std::size_t i = 0; i < settings.size(); ++i) {
    Source source{"--set " + one_line(settings[i]), static_cast<Index>(i), {}};
    if (auto content = parse_setting(settings[i], source.whole(), tables, problems)) {
      source.content = std::move(*content);
      Keys setting, unused;
      reader.read(document.sources.emplace_back(std::move(source)), setting, unused);
      lay_over(document, setting);
    } else {
      document.complete = false;
    }
  }
  return document;
}

void refuse_unknown(const Entry& entry, const std::string& reason,
                    const std::vector<OptionTable>& tables, Problems& problems) {
  std::vector<std::string> keys;
  std::string likely;
  for (const OptionTable& table : tables) {
    for (const Option& option : table.options) {
      keys.push_back(option.key);
      if (option.name == entry.key && likely.empty()) likely = option.key;
    }
  }
  if (likely.empty()) likely = nearest(entry.key, keys);
  if (!likely.empty()) problems.distrust(likely);
  problems.add(entry.key_place, fmt::format("unknown key {} ({}){}", quoted(entry.key), reason,
                                            did_you_mean(likely.empty() ? "" : quoted(likely))));
}

}  // namespace catapult
