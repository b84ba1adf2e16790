// How a room declares the keys of its part of the deck: beside the struct that holds them.
// defines: Range, any, at_least, above, between, one_of, path_name
#pragma once

#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

namespace catapult {

/// The values a key may take. Numbers: [least, most], open below where `above` is set; text: one
/// of `choices` unless empty, or the name of a file or folder, in which ~ and $NAME are expanded.
///
/// A room declares its keys in a function template beside its options struct:
///   template <class Visitor>
///   void describe(Visitor& option, TrainOptions& o) {
///     option("learning_rate", o.learning_rate, at_least(0.0), "", "absolute learning rate eta");
///   }
/// key, reference to the value (its initial content is the default), range, unit, help. The room
/// `deck` visits it to read, check, print and compare decks.
struct Range {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  bool above = false;  ///< `least` itself is excluded
  std::vector<std::string> choices;
  bool path = false;
};

inline Range any() { return {}; }
inline Range at_least(double least) { return {.least = least, .choices = {}}; }
inline Range above(double least) { return {.least = least, .above = true, .choices = {}}; }
inline Range between(double least, double most) {
  return {.least = least, .most = most, .choices = {}};
}
inline Range one_of(std::initializer_list<std::string> choices) { return {.choices = choices}; }
inline Range path_name() { return {.choices = {}, .path = true}; }

}  // namespace catapult
