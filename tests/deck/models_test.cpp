// Decks of convolutional networks.
#include "deck/print.hpp"
#include "good_deck.hpp"

namespace catapult {
namespace {

using testing::problems_of;
using testing::study_of;

TEST(Models, TakesConvolutionalNetworksAndPrintsThemAsItReadsThem) {
  const std::vector<std::vector<std::string>> networks = {
      {R"(model.kind = "cnn")"},
      {R"(model.kind = "cnn")", R"(model.layers = ["conv 4 same", "batchnorm", "relu", "flatten"])",
       "model.widen = 2", "model.batch_norm_group = 4"},
      {R"(model.kind = "wrn")", "model.depth = 16", R"(model.activation = "tanh")",
       R"(model.shortcut = "preact1")", "parallel.width_ranks = 1"}};
  for (std::vector<std::string> lines : networks) {
    lines.insert(lines.end(), {"model.width = 512", "data.image = [3, 8, 8]"});
    EXPECT_EQ(problems_of(lines), "");
    const Study study = study_of(lines);
    const std::string resolved = print_resolved(study.base, study.axes);
    EXPECT_EQ(print_resolved(parse_study(resolved, "again.toml", {}).base, {}), resolved);
  }
}

TEST(Models, SweptOverKindsMayNameKeysOfOneKindOnly) {
  const std::vector<std::string> lines = {R"(study.sweep."model.kind" = ["fc", "cnn"])",
                                          "data.image = [3, 8, 8]",
                                          R"(model.layers = ["flatten"])"};
  EXPECT_EQ(problems_of(lines), "");
  EXPECT_EQ(problems_of({R"(model.kind = "cnn")", "data.image = [3, 8, 8]",
                         R"(study.sweep."model.width" = [16, 32])"}),
            "");
}

}  // namespace
}  // namespace catapult
