// Layers of images by what they mean, in the order of files.
#include <gmock/gmock.h>

#include <limits>

#include "model/image_layers.hpp"
#include "model/initialize.hpp"
#include "model/pair.hpp"

namespace catapult::testing {
namespace {

using ::testing::ElementsAre;

TEST(Images, AreConvolvedAsFilesHaveThemAndTheirWeights) {
  const Grid grid = make_grid(Communicator::self(), 1);
  constexpr Index samples = 2, in = 3, out = 4, height = 5, width = 6, kernel = 3;
  const ImageShape image{in, height, width};
  ImageLayers layers(grid.shape(), image);
  layers.same(out, kernel, 1, /*bias=*/true);
  layers.flatten();
  const Network<double> network(
      grid, std::make_unique<Chain<double>>(grid.shape(), Place{.channels = image.inputs()},
                                            layers.finish()));
  const Vector<double> theta("theta", network.parameters());
  initialize(network, 3, theta);
  const auto x = random_matrix<double>(samples, image.inputs(), 1);
  Tape<double> tape = network.make_tape(samples);
  network.forward(theta, x, tape);

  const std::vector<double> numbers = values_of(x), parameters = values_of(theta);
  const auto at = [](const std::vector<double>& values, Index i) {
    return values[static_cast<std::size_t>(i)];
  };
  const Tensor &w = network.tensors()[0], &b = network.tensors()[1];
  EXPECT_THAT(w.shape, ElementsAre(out, in, kernel, kernel));
  const MemoryPlace place(w);
  const auto pixel = [&](Index sample, Index channel, Index y, Index column) {
    if (y < 0 || y >= height || column < 0 || column >= width) return 0.0;
    return at(numbers, ((sample * in + channel) * height + y) * width + column);
  };
  const auto expected = filled<double>(samples, out * height * width, [&](Index sample, Index f) {
    const Index o = f / (height * width), y = f / width % height, column = f % width;
    double sum = 0.0;
    for (Index c = 0; c < in * kernel * kernel; ++c) {
      const Index i = c / kernel / kernel, row = c / kernel % kernel;
      sum += at(parameters, w.offset + place(o, c)) *
             pixel(sample, i, y + row - 1, column + c % kernel - 1);
    }
    return sum / std::sqrt(27.0) + 0.3 * at(parameters, b.offset + o);
  });
  EXPECT_LT(largest_difference(tape.outputs(), expected), 1e-13);
}

/// What a layer without parameters makes of one image (height, width, 1), and of errors behind it.
struct Passed {
  Passed(const Layer<double>& layer, const std::vector<double>& image,
         const std::vector<double>& errors)
      : grid(make_grid(Communicator::self(), 1)),
        state(layer.make_state(batch_on(grid.shape(), 1), Workspace<double>())),
        input(row_of(image)),
        output("output", 1, {static_cast<Index>(errors.size())}),
        input_errors("errors", 1, {static_cast<Index>(image.size())}) {
    layer.forward({grid, {}}, *state, Features<double>(input), output);
    const Matrix<double> back = row_of(errors);
    layer.pullback({grid, {}}, *state, Features<double>(back), input_errors, {});
  }
  static Matrix<double> row_of(const std::vector<double>& values) {
    return filled<double>(1, static_cast<Index>(values.size()),
                          [&](Index, Index i) { return values[static_cast<std::size_t>(i)]; });
  }

  Grid grid;
  std::unique_ptr<LayerState> state;
  Matrix<double> input;
  Features<double> output, input_errors;
};

MaxPool<double> max_pool(const ImageShape& image, Index window, Index stride) {
  return {GridShape{1, 1}, place_of(image, {}), pool_of(image, window, stride)};
}

TEST(MaxPool, TakesTheFirstOfSeveralAndDropsWhatFillsNoWindow) {
  const Passed passed(max_pool({1, 3, 5}, 2, 2),
                      {1, 2, 4, 4, 9,  //
                       2, 0, 4, 4, 9,  //
                       9, 9, 9, 9, 9},
                      {10, 20});
  EXPECT_THAT(values_of(passed.output.flat()), ElementsAre(2, 4));
  EXPECT_THAT(values_of(passed.input_errors.flat()), ElementsAre(0, 10, 20, 0, 0,  //
                                                                 0, 0, 0, 0, 0,    //
                                                                 0, 0, 0, 0, 0));
}

TEST(MaxPool, AddsUpWhereWindowsOverlap) {
  const Passed passed(max_pool({1, 2, 4}, 2, 1),
                      {1, 5, 2, 3,  //
                       1, 1, 2, 7},
                      {10, 20, 30});
  EXPECT_THAT(values_of(passed.output.flat()), ElementsAre(5, 5, 7));
  EXPECT_THAT(values_of(passed.input_errors.flat()), ElementsAre(0, 30, 0, 0, 0, 0, 0, 30));
}

TEST(MaxPool, LetsNaNPass) {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  for (const std::vector<double>& image :
       {std::vector<double>{nan, 1, 2, infinity}, {1, nan, 2, infinity}, {infinity, 1, 2, nan}}) {
    const Passed passed(max_pool({1, 2, 2}, 2, 1), image, {10});
    EXPECT_THAT(values_of(passed.output.flat()), ElementsAre(::testing::IsNan()));
  }
  const Passed lowest(max_pool({1, 1, 1}, 1, 1), {-infinity}, {10});
  EXPECT_THAT(values_of(lowest.output.flat()), ElementsAre(-infinity));
}

TEST(AveragePool, IsTheMeanOverEachWindow) {
  const ImageShape image{1, 3, 5};
  const AveragePool<double> layer(GridShape{1, 1}, place_of(image, {}), pool_of(image, 3, 2, 2));
  const Passed passed(layer,
                      {1, 2, 3, 4, 100,  //
                       5, 6, 7, 8, 100,  //
                       9, 1, 2, 3, 100},
                      {6, 12});
  EXPECT_THAT(values_of(passed.output.flat()),
              ElementsAre(::testing::DoubleEq(4.0), ::testing::DoubleEq(4.5)));
  EXPECT_THAT(values_of(passed.input_errors.flat()), ElementsAre(1, 1, 2, 2, 0,  //
                                                                 1, 1, 2, 2, 0,  //
                                                                 1, 1, 2, 2, 0));
}

}  // namespace
}  // namespace catapult::testing
