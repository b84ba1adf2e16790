#include "data/shape.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "data/source.hpp"

namespace catapult {

DataShape probe(const DataOptions& options) {
  const auto raw = read_source(options, Depth::shape);
  const DataShape shape = shape_of(raw);
  if (options.batch > shape.train_samples) {
    throw UsageError(fmt::format(
        "data.batch is {0} (there are {1} training samples); ask for at most {1}, or 0 for all",
        options.batch, shape.train_samples));
  }
  return shape;
}

double bytes_as_read(const DataOptions& options, const DataShape& shape) {
  const auto samples =
      static_cast<double>(shape.train_samples) + static_cast<double>(shape.test_samples);
  const auto inputs = static_cast<double>(shape.inputs),
             outputs = static_cast<double>(shape.outputs);
  return samples * (holds_images(options) ? inputs + 1.0 : sizeof(double) * (inputs + outputs));
}

}  // namespace catapult
