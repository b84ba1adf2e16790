// What is wrong with a deck, collected so that all of it is told at once.
// defines: Location, Problems, one_line, quoted
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/integer.hpp"

namespace catapult {

/// Where something stands: in the deck's file or in a --set.
struct Location {
  std::string text;    ///< "inputs/x.toml:12:9", "--set train.momentum=2" or the file's name
  Index setting = -1;  ///< number of the --set; -1: in the file
  Index line = 0;      ///< 0: the file as a whole
  Index column = 0;

  /// As one reads: the file from top to bottom, the file as a whole, the settings.
  bool operator<(const Location& other) const;
};

class Problems {
 public:
  /// One line of the report: problem (why it is one) suggestion.
  void add(const Location& place, const std::string& problem);

  /// This key's value is not to be trusted because of a problem already told; checks that build on
  /// it would only repeat that.
  void distrust(const std::string& key) { distrusted_.insert(key); }
  bool trusts(const std::vector<std::string>& keys) const;

  /// Throws UsageError with all lines, sorted by place, where there are any.
  void throw_if_any() const;

 private:
  struct Line {
    Location place;
    std::string problem;
  };
  std::vector<Line> lines_;
  std::set<std::string> distrusted_;
};

/// `text` from outside made fit for one line of a report: control characters escaped, cut where it
/// is long.
std::string one_line(const std::string& text);

/// The same in double quotes.
std::string quoted(const std::string& text);

}  // namespace catapult
