// What words that are no value of a key probably mean as one.
// defines: meant
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/integer.hpp"
#include "train/options.hpp"

namespace catapult {

/// TOML of the type that the second argument points to, "" where nothing is likely: "1000" for
/// "1e3", "0.5" for ".5" or "0,5", "true" for "True" or "on", "\"relu\"" for "relu", "[4, 3]" for
/// "4,3" or "(4 3)". Whether a key takes it is another question.
std::string meant(const std::string& words, const Index*);
std::string meant(const std::string& words, const double*);
std::string meant(const std::string& words, const bool*);
std::string meant(const std::string& words, const std::string*);
std::string meant(const std::string& words, const DecayStep*);

/// The elements of a list, without its brackets and their quotes.
std::vector<std::string> elements_in(const std::string& words);

template <class T>
std::string meant(const std::string& words, const std::vector<T>*) {
  std::string list;
  for (const std::string& word : elements_in(words)) {
    const std::string one = meant(word, static_cast<const T*>(nullptr));
    if (one.empty()) return "";
    list += (list.empty() ? "" : ", ") + one;
  }
  return list.empty() ? "" : fmt::format("[{}]", list);
}
/// A list of tables is shown by an example.
inline std::string meant(const std::string& words, const std::vector<DecayStep>*) {
  return fmt::format("[{}]", meant(words, static_cast<const DecayStep*>(nullptr)));
}

}  // namespace catapult
