// Keys of the deck's [data] table.
// defines: DataOptions, describe, inputs_of_gaussian
#pragma once

#include <string>
#include <vector>

#include "base/integer.hpp"
#include "base/option.hpp"

namespace catapult {

struct DataOptions {
  std::string source = "idx";
  std::string path;
  Index train_samples = 0;
  Index test_samples = 0;
  std::vector<Index> classes;
  Index inputs = 32;
  Index outputs = 4;
  double target = 0.0;
  std::string preprocessing = "standardize";
  std::vector<Index> image;
  std::vector<std::string> augment;
  Index crop_padding = 4;
  bool center_labels = false;
  Index batch = 0;
  Index seed = 0;

  bool operator==(const DataOptions&) const = default;
};

template <class Visitor>
void describe(Visitor& option, DataOptions& o) {
  option("source", o.source, one_of({"idx", "cifar10", "cifar100", "hdf5", "gaussian", "toy"}), "",
         "idx: MNIST format; cifar10, cifar100: binary version (all .gz too); hdf5: datasets x, y; "
         "gaussian: normal inputs; toy: the single sample x = 1");
  option("path", o.path, path_name(), "",
         "folder (hdf5: file) of the data, relative to here, to $CATAPULT_DATA, to the folder that "
         "the program came with or to inputs/data there");
  option("train_samples", o.train_samples, at_least(0), "samples",
         "the first ones of the training part; 0: all there are");
  option("test_samples", o.test_samples, at_least(0), "samples",
         "the first ones of the test part; 0: all there are");
  option("classes", o.classes, at_least(0), "",
         "labels to keep, one output each, in this order; []: all");
  option("inputs", o.inputs, at_least(1), "",
         "gaussian only: dimension of x ~ N(0, 1); that of data.image, where it is set");
  option("outputs", o.outputs, at_least(1), "",
         "gaussian only: y one-hot of a uniformly drawn class; y ~ N(0, 1) where 1");
  option("target", o.target, any(), "", "toy only: the y that belongs to x = 1");
  option("preprocessing", o.preprocessing, one_of({"standardize", "unit", "none"}), "",
         "standardize: (x - mean)/std with one mean and one std over all inputs of all training "
         "samples; unit: x divided by the largest value of the format (255 for pixels) or of the "
         "training part; none: as stored");
  option("image", o.image, between(1, 1 << 20), "",
         "hdf5, gaussian: [channels, height, width] of each input, which runs over them in this "
         "order; []: hdf5 data as their file says, gaussian data are no images");
  option("augment", o.augment, one_of({"flip", "crop", "mixup"}), "",
         "changes of every training sample, drawn anew in each epoch. flip: left-right, every "
         "second one; crop: shifted by -crop_padding to crop_padding - 1 along both axes, zeros "
         "outside; mixup: w x_i + (1 - w) x_(B-1-i) in a batch of B, y alike, w uniform in (0, 1)");
  option("crop_padding", o.crop_padding, between(1, 1024), "pixels",
         "crop only: zeros around the image, out of which its own size is cut");
  option("center_labels", o.center_labels, any(), "",
         "y is one-hot minus 1/k, k outputs; not for hdf5");
  option("batch", o.batch, at_least(0), "samples",
         "0: full batch; else samples of one SGD step, order drawn from data.seed");
  option("seed", o.seed, at_least(0), "",
         "seed of the batch order, of augmentation and of gaussian data");
}

/// Dimension of a gaussian x: that of the image, where there is one.
inline Index inputs_of_gaussian(const DataOptions& o) {
  Index inputs = o.image.empty() ? o.inputs : 1;
  for (const Index extent : o.image) inputs *= extent;
  return inputs;
}

}  // namespace catapult
