#include "data/source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "data/cifar.hpp"
#include "data/hdf5_table.hpp"
#include "data/idx.hpp"
#include "data/synthetic.hpp"

namespace catapult {
namespace {

DataShape shape_of(const Images& images) {
  return {static_cast<Index>(images.train.outputs.size()),
          static_cast<Index>(images.test.outputs.size()),
          images.image.inputs(),
          images.outputs,
          images.remark,
          images.image};
}

DataShape shape_of(const RawTable& table) {
  return {table.train.samples, table.test.samples, table.inputs,
          table.outputs,       table.remark,       table.image};
}

SourceData read(const DataOptions& options, Depth depth) {
  if (options.source == "idx") return read_idx(options, depth);
  if (options.source == "cifar10") return read_cifar10(options, depth);
  if (options.source == "cifar100") return read_cifar100(options, depth);
  if (!options.classes.empty()) {
    throw UsageError(fmt::format(
        "data.classes is set (data.source = \"{}\" has no labels to choose from); leave it empty, "
        "or use idx, cifar10 or cifar100",
        options.source));
  }
  if (options.source == "hdf5") return read_hdf5_table(options, depth);
  if (options.source == "gaussian") return draw_gaussian(options, depth);
  if (options.source == "toy") return make_toy(options, depth);
  throw UsageError(fmt::format(
      "data.source is \"{}\" (not a kind of data); choose idx, cifar10, cifar100, hdf5, "
      "gaussian or toy",
      options.source));
}

bool asks_for(const DataOptions& options, const std::string& change) {
  return std::count(options.augment.begin(), options.augment.end(), change) > 0;
}

/// What the deck alone may not tell: whether there are images and labels to change.
void require_images_and_labels(const DataOptions& options, const DataShape& shape) {
  for (const std::string change : {"flip", "crop"}) {
    if (!asks_for(options, change) || shape.image.channels > 0) continue;
    throw UsageError(fmt::format(
        "data.augment names \"{}\" (the inputs of data.source = \"{}\" are no images here); set "
        "data.image, or leave it out",
        change, options.source));
  }
  if (!options.center_labels) return;
  if (options.source == "hdf5") {
    throw UsageError(
        "data.center_labels is true (y of an hdf5 file is not known to be one-hot); subtract what "
        "is to be subtracted in the file");
  }
  if (shape.outputs == 1) {
    throw UsageError(
        "data.center_labels is true (there is 1 output, one-hot minus 1/k needs at least 2); set "
        "it to false");
  }
}

}  // namespace

SourceData read_source(const DataOptions& options, Depth depth) {
  SourceData data = read(options, depth);
  require_images_and_labels(options, shape_of(data));
  return data;
}

DataShape shape_of(const SourceData& data) {
  return std::visit([](const auto& raw) { return shape_of(raw); }, data);
}

bool holds_images(const DataOptions& options) {
  return options.source == "idx" || options.source == "cifar10" || options.source == "cifar100";
}

SourceData empty_source(const DataOptions& options) {
  return holds_images(options) ? SourceData(Images{}) : SourceData(RawTable{});
}

}  // namespace catapult
