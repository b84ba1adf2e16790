// A study as its deck describes it, and how it is read.
// defines: Study, read_study, parse_study, read_deck_text
#pragma once

#include <map>
#include <string>
#include <vector>

#include "deck/sweep.hpp"

namespace catapult {

struct Study {
  std::string file;         ///< as it was named
  std::string source_text;  ///< its content
  Deck base;                ///< what all members share; swept keys as the file has them
  std::vector<SweepAxis> axes;
  std::vector<Deck> members;  ///< none of an ensemble
  std::vector<Deck> parts;    ///< of an ensemble (deck/ensemble.hpp), first members of each
  std::map<std::string, std::string> places;  ///< of the keys that the deck gives

  Index count() const { return product_of(axes); }  ///< of members
  bool is_ensemble() const { return !parts.empty(); }
  /// What is trained one after another, or at once: members, or parts of an ensemble.
  const std::vector<Deck>& decks() const { return is_ensemble() ? parts : members; }

  /// Where a key got its value, for messages: "inputs/x.toml:12:9", "--set model.width=3", or the
  /// file's name where it has its default.
  std::string where(const std::string& key) const;

  /// "data.batch = 600, model.width = 512": what distinguishes a member; of `keys` only unless
  /// empty.
  std::string swept_values(std::size_t member, const std::vector<std::string>& keys = {}) const;
};

/// The text of a deck's file. Throws UsageError.
std::string read_deck_text(const std::string& path);

/// A deck with the --set options ("key=value") of the command line; its short version is another
/// study, in a run folder of its own. Throws one UsageError whose lines are all problems of the
/// deck: place: problem (why) suggestion. Not collective.
Study parse_study(const std::string& text, const std::string& file,
                  const std::vector<std::string>& settings, bool short_version = false);

/// The same from a file.
Study read_study(const std::string& path, const std::vector<std::string>& settings,
                 bool short_version = false);

}  // namespace catapult
