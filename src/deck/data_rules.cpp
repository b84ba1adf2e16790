#include "deck/data_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace catapult {
namespace {

bool reads_files(const DataOptions& data) {
  return data.source != "gaussian" && data.source != "toy";
}

}  // namespace

bool has_labels(const DataOptions& data) { return reads_files(data) && data.source != "hdf5"; }

Index known_samples(const DataOptions& data) {
  return data.source == "toy" ? 1 : data.train_samples;
}

Index known_outputs(const DataOptions& data) {
  if (data.source == "toy") return 1;
  if (data.source == "gaussian") return data.outputs;
  if (!has_labels(data)) return 0;
  if (!data.classes.empty()) return static_cast<Index>(data.classes.size());
  return data.source == "cifar10" ? 10 : data.source == "cifar100" ? 100 : 0;
}

namespace {

std::optional<Finding> source_is_named(const Candidate& member) {
  const DataOptions& data = member.deck.data;
  if (!reads_files(data) || !data.path.empty()) return std::nullopt;
  return Finding{"data.path is not set", fmt::format("source \"{}\" reads files", data.source),
                 data.source == "hdf5" ? "name the file" : "name their folder"};
}

std::optional<Finding> classes_have_meaning(const Candidate& member) {
  const DataOptions& data = member.deck.data;
  if (data.classes.empty()) return std::nullopt;
  if (!has_labels(data)) {
    return Finding{fmt::format("data.classes with source \"{}\"", data.source),
                   "its samples carry no labels", "leave classes out"};
  }
  const std::set<Index> distinct(data.classes.begin(), data.classes.end());
  if (distinct.size() == data.classes.size()) return std::nullopt;
  return Finding{"data.classes names a class twice", "each class is one output", "name it once"};
}

std::optional<Finding> samples_exist(const Candidate& member) {
  const DataOptions& data = member.deck.data;
  if (data.source == "gaussian" && data.train_samples == 0) {
    return Finding{"data.train_samples is 0", "gaussian data are drawn, there is no \"all\"",
                   "say how many to draw"};
  }
  if (data.source == "toy" && data.train_samples > 1) {
    return Finding{fmt::format("data.train_samples is {}", data.train_samples),
                   "toy is the single sample x = 1", "leave it out"};
  }
  if (data.source == "toy" && data.test_samples > 0) {
    return Finding{fmt::format("data.test_samples is {}", data.test_samples),
                   "toy has no test part", "leave it out"};
  }
  return std::nullopt;
}

std::optional<Finding> batch_fits(const Candidate& member) {
  const DataOptions& data = member.deck.data;
  const Index samples = known_samples(data);
  if (samples == 0 || data.batch <= samples) return std::nullopt;
  return Finding{fmt::format("data.batch is {}", data.batch),
                 fmt::format("there are {} training samples", samples),
                 fmt::format("ask for at most {}, or 0 for all", samples)};
}

std::optional<Finding> image_has_meaning(const Candidate& member) {
  const DataOptions& data = member.deck.data;
  if (data.image.empty()) return std::nullopt;
  if (data.source != "hdf5" && data.source != "gaussian") {
    return Finding{fmt::format("data.image with source \"{}\"", data.source),
                   data.source == "toy" ? "its sample is the number x = 1"
                                        : "its files tell the shape of their images",
                   "leave image out"};
  }
  if (data.image.size() != 3) {
    return Finding{fmt::format("data.image has {} numbers", data.image.size()),
                   "an image is [channels, height, width]", "write three"};
  }
  const Index inputs = inputs_of_gaussian(data);
  const bool other = data.inputs != DataOptions().inputs && data.inputs != inputs;
  if (data.source != "gaussian" || !other) return std::nullopt;
  return Finding{fmt::format("data.inputs is {}", data.inputs),
                 fmt::format("data.image = [{}] has {}", fmt::join(data.image, ", "), inputs),
                 "leave inputs out"};
}

std::optional<Finding> augmentation_has_meaning(const Candidate& member) {
  const DataOptions& data = member.deck.data;
  if (data.augment.empty()) return std::nullopt;
  if (data.source == "toy") {
    return Finding{"data.augment with source \"toy\"", "its sample is the number x = 1",
                   "leave augment out"};
  }
  for (const std::string& change : data.augment) {
    if (std::count(data.augment.begin(), data.augment.end(), change) > 1) {
      return Finding{fmt::format("data.augment names \"{}\" twice", change),
                     "each change is made once", "name it once"};
    }
    const bool no_image = data.source == "gaussian" && data.image.empty();
    if (change == "mixup" || !no_image) continue;
    return Finding{fmt::format("data.augment names \"{}\"", change),
                   "gaussian inputs are no images unless data.image says so",
                   "set data.image, or leave it out"};
  }
  return std::nullopt;
}

std::optional<Finding> labels_can_be_centered(const Candidate& member) {
  const DataOptions& data = member.deck.data;
  if (!data.center_labels) return std::nullopt;
  if (data.source == "hdf5") {
    return Finding{"data.center_labels with source \"hdf5\"", "its y is not known to be one-hot",
                   "subtract it in the file"};
  }
  if (known_outputs(data) != 1) return std::nullopt;
  return Finding{"data.center_labels with 1 output", "one-hot minus 1/k needs at least 2",
                 "leave it out"};
}

}  // namespace

std::vector<Rule> data_rules() {
  return {
      {{"data.path", "data.source"}, source_is_named},
      {{"data.classes", "data.source"}, classes_have_meaning},
      {{"data.train_samples", "data.test_samples", "data.source"}, samples_exist},
      {{"data.batch", "data.train_samples", "data.source"}, batch_fits},
      {{"data.image", "data.inputs", "data.source"}, image_has_meaning},
      {{"data.augment", "data.image", "data.source"}, augmentation_has_meaning},
      {{"data.center_labels", "data.source", "data.outputs", "data.classes"},
       labels_can_be_centered},
  };
}

}  // namespace catapult
