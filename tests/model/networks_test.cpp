// Convolutional networks of the paper by their sizes, and what their words may say.
#include <gmock/gmock.h>

#include "layers/build.hpp"
#include "layers/words.hpp"

namespace catapult {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr ImageShape cifar{3, 32, 32};

Index parameters_of(const ModelOptions& model, Index outputs, const ImageShape& image = cifar) {
  return build_chain<float>(model, {image.inputs(), outputs, image}, {})->parameters();
}

ModelOptions wrn(Index depth, double widen, const char* shortcut, const char* bias) {
  ModelOptions model;
  model.kind = "wrn";
  model.depth = depth;
  model.widen = widen;
  model.shortcut = shortcut;
  model.bias = bias;
  model.parametrization = "standard";
  return model;
}

ModelOptions cnn(std::vector<std::string> layers) {
  ModelOptions model;
  model.kind = "cnn";
  model.layers = std::move(layers);
  model.sigma_b = 0.05;
  return model;
}

const std::vector<std::string> paper = {
    "conv 320 same",      "relu",          "conv 320 valid", "relu",
    "maxpool 2 stride 1", "conv 320 same", "relu",           "conv 128 valid",
    "maxpool 2 stride 1", "flatten",       "dense 256",      "relu"};

TEST(WideResNets, HaveAsManyParametersAsThePapers) {
  EXPECT_EQ(parameters_of(wrn(28, 10, "conv3", "on"), 10), 38557770);
  EXPECT_EQ(parameters_of(wrn(28, 10, "conv3", "on"), 100), 38615460);
  EXPECT_EQ(parameters_of(wrn(16, 4, "conv3", "on"), 10), 3087018);
  EXPECT_EQ(parameters_of(wrn(28, 2, "conv3", "on"), 10), 1555658);
  EXPECT_EQ(parameters_of(wrn(28, 10, "preact1", "dense"), 10), 36479194);
  EXPECT_EQ(parameters_of(wrn(16, 4, "preact1", "dense"), 10), 2748890);
  EXPECT_EQ(parameters_of(wrn(28, 2, "preact1", "dense"), 10), 1467610);
}

TEST(WideResNets, HaveBiasesWhereTheyMatter) {
  ModelOptions model = wrn(10, 1, "conv1", "off");
  const Index without = parameters_of(model, 10);
  model.bias = "auto";  // sigma_b = 0
  EXPECT_EQ(parameters_of(model, 10), without);
  model.bias = "dense";
  EXPECT_EQ(parameters_of(model, 10), without + 10);
  model.bias = "on";
  EXPECT_EQ(parameters_of(model, 10), without + 10 + 16 + 3 * (16 + 32 + 64));
  model.parametrization = "ntk";  // z = W h + 0 b
  EXPECT_EQ(parameters_of(model, 10), without);
  model.sigma_b = 0.1;
  model.bias = "off";
  EXPECT_EQ(parameters_of(model, 10), without);
}

TEST(WideResNets, NumberTensorsFromStemToDense) {
  const auto chain = build_chain<float>(wrn(10, 1, "conv3", "dense"), {3072, 10, cifar}, {});
  std::vector<std::string> names;
  for (const Tensor& tensor : chain->tensors()) names.push_back(tensor.name.substr(7));
  EXPECT_THAT(names,
              ElementsAre("00/weight", "01/gamma", "01/beta", "02/weight", "03/gamma", "03/beta",
                          "04/weight", "05/weight", "06/gamma", "06/beta", "07/weight", "08/gamma",
                          "08/beta", "09/weight", "10/weight", "11/gamma", "11/beta", "12/weight",
                          "13/gamma", "13/beta", "14/weight", "15/weight", "16/gamma", "16/beta",
                          "17/weight", "17/bias"));
  EXPECT_THAT(chain->tensors()[14].shape, ElementsAre(32, 16, 3, 3)) << "a shortcut";
}

TEST(ConvolutionalNetworks, HaveAsManyParametersAsThePapers) {
  EXPECT_EQ(parameters_of(cnn(paper), 10), 24375562);
}

TEST(ConvolutionalNetworks, AreWidenedInAllTheirLayers) {
  ModelOptions model = cnn({"conv 10 same", "relu", "mean", "dense 6", "relu"});
  EXPECT_EQ(parameters_of(model, 2), 27 * 10 + 10 + 10 * 6 + 6 + 6 * 2 + 2);
  model.widen = 0.5;
  EXPECT_EQ(parameters_of(model, 2), 27 * 5 + 5 + 5 * 3 + 3 + 3 * 2 + 2);
  model.widen = 0.01;  // at least one of everything
  EXPECT_EQ(parameters_of(model, 2), 27 + 1 + 1 + 1 + 2 + 2);
}

std::string message_of(const ModelOptions& model, const GridShape& grid = {},
                       const ImageShape& image = cifar) {
  try {
    build_chain<float>(model, {image.channels > 0 ? image.inputs() : 9, 10, image}, grid);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no UsageError";
}

TEST(ConvolutionalNetworks, SayWhichLayerDoesNotFitWhereItStands) {
  EXPECT_EQ(
      message_of(cnn({"conv 4 valid kernel 30", "relu", "conv 4 valid kernel 5", "mean"})),
      "model.layers has \"conv 4 valid kernel 5\" as number 3 (images are 3 x 3 there, smaller "
      "than a window of 5 x 5); choose a smaller window, or fewer layers that shrink images "
      "before it");
  EXPECT_EQ(message_of(cnn({"conv 4 same", "dense 5"})),
            "model.layers has \"dense 5\" as number 2 (there are images of 32 x 32 still); put "
            "\"flatten\" or \"mean\" before it");
  EXPECT_EQ(message_of(cnn({"mean", "maxpool 2"})),
            "model.layers has \"maxpool 2\" as number 2 (a layer before it has made one row of all "
            "features of an image); put it before \"flatten\", \"mean\" and \"dense\"");
  EXPECT_EQ(message_of(cnn({"conv 4 same", "relu"})),
            "model.layers has \"relu\" as number 2 (the dense layer to the outputs follows, which "
            "takes a row); end with \"flatten\" or \"mean\"");
  EXPECT_THAT(message_of(cnn({"conv 4 same", "mean"}), {.width_ranks = 2}),
              HasSubstr("parallel.width_ranks is 2"));
  EXPECT_THAT(message_of(cnn({"mean"}), {}, ImageShape{}), HasSubstr("set data.image"));
  EXPECT_EQ(
      message_of(wrn(12, 1, "conv3", "on")),
      "model.depth is 12 (a wide residual network has 6 b + 4 layers); choose 10, 16, 22, 28, "
      "...");
}

std::string problem_of(const std::string& layer) {
  try {
    read_layers({"relu", layer});
  } catch (const LayersError& error) {
    return error.what();
  }
  return "no LayersError";
}

TEST(Words, SayWhatTheyMean) {
  const auto all =
      read_layers({"conv 8 valid stride 2 kernel 5", "maxpool 3", "avgpool 2 stride 1"});
  EXPECT_EQ(all[0].channels, 8);
  EXPECT_FALSE(all[0].same);
  EXPECT_EQ(all[0].window, 5);
  EXPECT_EQ(all[0].stride, 2);
  EXPECT_EQ(all[1].window, 3);
  EXPECT_EQ(all[1].stride, 3) << "windows side by side";
  EXPECT_EQ(all[2].stride, 1);
  const LayerWords plain = read_layers({"conv 8 same"})[0];
  EXPECT_TRUE(plain.same);
  EXPECT_EQ(plain.window, 3);
  EXPECT_EQ(plain.stride, 1);
}

TEST(Words, PointToWhatMakesNoSense) {
  EXPECT_EQ(problem_of("conv 32 sam"),
            "model.layers has \"conv 32 sam\" as number 2 (at column 9, \"sam\": expected same or "
            "valid); write \"conv 320 same [kernel 3] [stride 1]\"");
  EXPECT_THAT(problem_of("conv same"), HasSubstr("at column 6, \"same\": channels are a whole"));
  EXPECT_THAT(problem_of("conv 0 same"), HasSubstr("at column 6, \"0\""));
  EXPECT_THAT(problem_of("conv 3.5 same"), HasSubstr("at column 6, \"3.5\""));
  EXPECT_THAT(problem_of("conv 99999999999999999999 same"), HasSubstr("at column 6"));
  EXPECT_THAT(problem_of("conv 3"), HasSubstr("missing at its end: same or valid"));
  EXPECT_THAT(problem_of("conv 3 same stride"), HasSubstr("missing at its end: the number of"));
  EXPECT_THAT(problem_of("conv 3 same stride 2 stride 2"),
              HasSubstr("at column 22, \"stride\": kernel may follow"));
  EXPECT_THAT(problem_of("maxpool 2 kernel 3"),
              HasSubstr("at column 11, \"kernel\": stride may follow"));
  EXPECT_THAT(problem_of("maxpool 17"), HasSubstr("at most 16 x 16"));
  EXPECT_THAT(problem_of("relu 3"), HasSubstr("at column 6, \"3\": nothing follows here"));
  EXPECT_THAT(problem_of("rleu"), HasSubstr("at column 1, \"rleu\": no layer has this name"));
  EXPECT_THAT(problem_of("  "), HasSubstr("it is empty"));
}

}  // namespace
}  // namespace catapult
