// All keys of a deck as a list, for code that treats them alike.
// defines: OptionValue, Option, OptionTable, tables_of, options_of, find_option
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "deck/deck.hpp"

namespace catapult {

/// What a key can hold.
using OptionValue =
    std::variant<Index, double, bool, std::string, std::vector<Index>, std::vector<double>,
                 std::vector<std::string>, std::vector<DecayStep>>;

/// One key of one deck; refers to the deck it was made of.
struct Option {
  std::string key;   ///< "train.momentum"
  const char* name;  ///< "momentum"
  std::variant<Index*, double*, bool*, std::string*, std::vector<Index>*, std::vector<double>*,
               std::vector<std::string>*, std::vector<DecayStep>*>
      place;
  Range range;
  const char* unit;  ///< "" where it has none
  const char* help;

  OptionValue get() const;
  /// `value` holds the type of this key.
  void set(const OptionValue& value) const;
};

struct OptionTable {
  std::string name;
  const char* help;
  std::vector<Option> options;

  std::vector<std::string> option_names() const;
};

/// In the order in which they are printed.
std::vector<OptionTable> tables_of(Deck& deck);

/// The keys of one element of train.decay; `prefix` is "train.decay[0].".
std::vector<Option> options_of(DecayStep& step, const std::string& prefix);

/// nullptr where no table has this key.
const Option* find_option(const std::vector<OptionTable>& tables, const std::string& key);

}  // namespace catapult
