#include "data/synthetic.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "data/image.hpp"
#include "data/selection.hpp"
#include "data/streams.hpp"

namespace catapult {
namespace {

TablePart draw(Index samples, Index inputs, Index outputs, const RandomStream& x_stream,
               const RandomStream& y_stream, Depth depth) {
  TablePart part{samples, {}, {}};
  if (depth == Depth::shape) return part;
  part.x.resize(static_cast<std::size_t>(samples * inputs));
  part.y.resize(static_cast<std::size_t>(samples * outputs), 0.0);
  for (Index sample = 0; sample < samples; ++sample) {
    double* x = &part.x[static_cast<std::size_t>(sample * inputs)];
    for (Index input = 0; input < inputs; input += 2) {
      const NormalPair pair = x_stream.normal_pair(sample, input / 2);
      x[input] = pair.first;
      if (input + 1 < inputs) x[input + 1] = pair.second;
    }
    double* y = &part.y[static_cast<std::size_t>(sample * outputs)];
    if (outputs == 1) {
      y[0] = y_stream.normal(sample, 0);
    } else {
      std::uint64_t bits = 0, unused = 0;
      y_stream.bits(sample, 0, bits, unused);
      y[bits % static_cast<std::uint64_t>(outputs)] = 1.0;
    }
  }
  return part;
}

}  // namespace

RawTable draw_gaussian(const DataOptions& options, Depth depth) {
  if (options.train_samples == 0) {
    throw UsageError(
        "data.train_samples is 0 (gaussian data have no samples of their own to take all of); say "
        "how many to draw");
  }
  const Index inputs = inputs_of_gaussian(options);
  const Index width = std::max(inputs, options.outputs);
  const Index most = std::numeric_limits<Index>::max() / static_cast<Index>(sizeof(double)) / width;
  if (options.train_samples > most || options.test_samples > most) {
    throw UsageError(fmt::format(
        "data.train_samples = {}, data.test_samples = {} of {} numbers are beyond any memory; ask "
        "for fewer",
        options.train_samples, options.test_samples, width));
  }
  const auto stream = [&](DataStream number) {
    return RandomStream(options.seed, static_cast<std::uint32_t>(number));
  };
  RawTable table{inputs, options.outputs, {}, {}};
  table.image = image_asked_for(options);
  table.train = draw(options.train_samples, inputs, options.outputs, stream(DataStream::train_x),
                     stream(DataStream::train_y), depth);
  table.test = draw(options.test_samples, inputs, options.outputs, stream(DataStream::test_x),
                    stream(DataStream::test_y), depth);
  return table;
}

RawTable make_toy(const DataOptions& options, Depth depth) {
  check_enough_samples("train", options.train_samples, 1);
  check_enough_samples("test", options.test_samples, 0);
  if (!std::isfinite(options.target)) {
    throw UsageError(fmt::format(
        "data.target is {} (the y of the toy sample must be a number); choose a finite one",
        options.target));
  }
  RawTable table{1, 1, {1, {}, {}}, {}};
  if (depth == Depth::content) {
    table.train.x = {1.0};
    table.train.y = {options.target};
  }
  return table;
}

}  // namespace catapult
