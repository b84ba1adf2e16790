// A deck's file and its --set options as keys with TOML values, before these are looked at.
// defines: Source, Entry, Keys, Document, read_document, refuse_unknown
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

/// What a source sets, or several of them, each laid over the one before.
struct Keys {
  std::map<std::string, Entry> values;  ///< of known keys only
  std::vector<Entry> axes;              ///< of any keys, in the order of their lines

  /// What sets this key, its axis first; nullptr where it has its default.
  const Entry* find(const std::string& key) const;
};

struct Document : Keys {
  std::deque<Source> sources;  ///< entries point into them
  Keys short_keys;             ///< of [study.short], whether or not they are used
  bool complete = true;        ///< file and settings could all be parsed
};

/// Reads the text of a deck and `settings` ("key=value"; what is not a TOML value is text), with
/// the keys of [study.short] between them for the short version. Syntax errors, unknown
/// tables and unknown keys go to `problems`.
Document read_document(const std::string& text, const std::string& name,
                       const std::vector<std::string>& settings, bool short_version,
                       const std::vector<OptionTable>& tables, Problems& problems);

/// Tells that no table has the key of `entry`, why it should, and what it probably means.
void refuse_unknown(const Entry& entry, const std::string& reason,
                    const std::vector<OptionTable>& tables, Problems& problems);

}  // namespace catapult
