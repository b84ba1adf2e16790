// A deck's file and its --set options as keys with TOML values, before these are looked at.
// defines: Source, Entry, Document, read_document
#pragma once

#include <toml++/toml.h>

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "deck/option_list.hpp"
#include "deck/problems.hpp"

namespace catapult {

/// A piece of TOML: the file or one --set.
struct Source {
  std::string name;    ///< "inputs/x.toml", "--set train.momentum=2"
  Index setting = -1;  ///< number of the --set; -1: the file
  toml::table content;

  Location whole() const { return {.text = name, .setting = setting}; }
  Location at(const toml::source_region& region) const;
};

/// A key of a deck or an axis of its sweep, with what it is set to.
struct Entry {
  std::string key;  ///< "train.momentum"
  const toml::node* value;
  const Source* source;
  Location key_place;

  Location place() const { return source->at(value->source()); }
};

struct Document {
  std::deque<Source> sources;           ///< entries point into them
  std::map<std::string, Entry> values;  ///< of known keys only; a --set replaces the file's
  std::vector<Entry> axes;              ///< of any keys, in the order of the file, then the --sets
  bool complete = true;                 ///< file and settings could all be parsed

  /// What sets this key, its axis first; nullptr where it has its default.
  const Entry* find(const std::string& key) const;
};

/// Reads the text of a deck and `settings` ("key=value"; what is not a TOML value is text). Syntax
/// errors, unknown tables and unknown keys go to `problems`.
Document read_document(const std::string& text, const std::string& name,
                       const std::vector<std::string>& settings,
                       const std::vector<OptionTable>& tables, Problems& problems);

}  // namespace catapult
