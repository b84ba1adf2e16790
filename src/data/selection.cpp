#include "data/selection.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace catapult {

ClassMap::ClassMap(const std::vector<Index>& wanted, Index labels)
    : label_of_(wanted), output_of_(static_cast<std::size_t>(labels), -1) {
  if (wanted.empty()) {
    label_of_.resize(static_cast<std::size_t>(labels));
    std::iota(label_of_.begin(), label_of_.end(), Index{0});
  }
  for (Index output = 0; output < outputs(); ++output) {
    const Index label = label_of(output);
    if (label < 0 || label >= labels) {
      throw UsageError(
          fmt::format("data.classes names class {} (the data have labels 0 to {}); choose among "
                      "these",
                      label, labels - 1));
    }
    Index& place = output_of_[static_cast<std::size_t>(label)];
    if (place >= 0) {
      throw UsageError(fmt::format(
          "data.classes names class {} twice (each class is one output); leave one out", label));
    }
    place = output;
  }
}

Selection::Selection(const ClassMap& classes, Index limit)
    : classes_(classes), limit_(limit), found_(static_cast<std::size_t>(classes.outputs()), 0) {}

bool Selection::take(Index label) {
  const Index output = classes_.output_of(label);
  if (output < 0) return false;
  ++found_[static_cast<std::size_t>(output)];
  if (limit_ > 0 && static_cast<Index>(outputs_.size()) == limit_) return false;
  outputs_.push_back(static_cast<unsigned char>(output));
  return true;
}

void Selection::check(const std::string& part, bool every_class) const {
  for (Index output = 0; every_class && output < classes_.outputs(); ++output) {
    if (found_[static_cast<std::size_t>(output)] == 0) {
      throw UsageError(fmt::format(
          "data.classes names class {} (no sample of the {} part has this label); leave "
          "it out",
          classes_.label_of(output), part));
    }
  }
  check_enough_samples(part, limit_, std::accumulate(found_.begin(), found_.end(), Index{0}));
}

std::string Selection::remark_on_empty_classes() const {
  std::vector<Index> empty, labels;
  for (Index output = 0; output < classes_.outputs(); ++output) {
    const bool none = found_[static_cast<std::size_t>(output)] == 0;
    (none ? empty : labels).push_back(classes_.label_of(output));
  }
  if (empty.empty()) return "";
  return fmt::format(
      "no training sample has {} {} ({} of {} outputs are never wanted); leave them out by "
      "data.classes = [{}]",
      empty.size() == 1 ? "label" : "any of the labels", fmt::join(empty, ", "), empty.size(),
      classes_.outputs(), fmt::join(labels, ", "));
}

void check_enough_samples(const std::string& part, Index asked, Index found) {
  if (asked <= found) return;
  throw UsageError(
      fmt::format("data.{0}_samples is {1} (the {0} part has {2} samples of the chosen classes); "
                  "ask for at most {2}, or 0 for all",
                  part, asked, found));
}

}  // namespace catapult
