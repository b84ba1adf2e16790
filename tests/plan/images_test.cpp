// Plans of convolutional networks: sizes that no memory holds, what check and run say of ranks that
// share samples, what the whole kernel costs where it is had column by column.
#include <gmock/gmock.h>

#include "deck/study.hpp"
#include "plan/layer_sizes.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"

namespace catapult {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// 24 images of (3, 8, 8), 5 outputs.
Study study_of(const std::vector<std::string>& settings, const std::string& kind = "wrn") {
  const std::string depth = kind == "wrn" ? "model.depth = 10\n" : "";
  return parse_study(
      "study.name = \"images\"\ndata.source = \"gaussian\"\ndata.image = [3, 8, 8]\n"
      "data.outputs = 5\ndata.train_samples = 24\ntrain.learning_rate = 0.1\n"
      "train.stop_steps = 7\nmodel.kind = \"" +
          kind + "\"\n" + depth,
      "images.toml", settings);
}

StudyPlan plan_of(const std::vector<std::string>& settings, int ranks = 1,
                  const std::string& kind = "wrn") {
  return plan_study(study_of(settings, kind), ranks, 1, {.node = 32e9}, fixed_machine("cluster"));
}

std::string refusal_of(const std::vector<std::string>& settings, const std::string& kind = "wrn") {
  try {
    plan_of(settings, 1, kind);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(SizesOfImages, AreThoseOfTheNetworkThatIsBuilt) {
  const auto expect_counted = [](const std::vector<std::string>& settings,
                                 const std::string& kind) {
    const Deck deck = study_of(settings, kind).base;
    const DataShape data{24, 0, 192, 5, "", {3, 8, 8}};
    EXPECT_EQ(weights_of_images(deck.model, data.image, data.outputs),
              static_cast<double>(cost_of(deck, data, {}).parameters));
  };
  for (const std::string shortcut : {"conv3", "conv1", "preact1"}) {
    for (const std::string depth : {"10", "22"}) {
      expect_counted({"model.shortcut=" + shortcut, "model.depth=" + depth, "model.widen=3",
                      "model.base_channels=4", "model.batch_norm=false"},
                     "wrn");
    }
  }
  for (const std::string layers :
       {"[]", R"(["conv 4 same stride 3", "conv 6 valid kernel 2", "flatten", "dense 7"])",
        R"(["conv 4 valid", "maxpool 3 stride 2", "avgpool 2", "relu", "flatten"])",
        R"(["conv 5 same", "maxpool 2 stride 1", "mean", "dense 3", "tanh"])"}) {
    expect_counted({"model.layers=" + layers, "model.widen=2"}, "cnn");
  }
}

TEST(SizesOfImages, ThatNoMemoryHoldsAreRefusedByTheLargestKey) {
  const auto expect_refused = [](const std::string& setting, const std::string& problem,
                                 const std::string& kind) {
    EXPECT_THAT(refusal_of({setting}, kind), HasSubstr("--set " + setting + ": " + problem));
  };
  expect_refused("model.widen=1e12", "model.widen is 1000000000000 (the parameters need", "wrn");
  expect_refused("model.widen=1e300", "model.widen is 1e+300 (the parameters need", "wrn");
  expect_refused("model.base_channels=9223372036854775807",
                 "model.base_channels is 9223372036854775807 (the parameters need", "wrn");
  expect_refused("model.depth=6000000004", "model.depth is 6000000004 (the parameters need", "wrn");
  expect_refused(R"(model.layers=["conv 4 same", "conv 1000000000000 same"])",
                 "model.layers names a layer of 1000000000000 (the parameters need", "cnn");
  expect_refused(R"(model.layers=["flatten", "dense 1000000000000"])",
                 "model.layers names a layer of 1000000000000 (the parameters need", "cnn");
  EXPECT_THAT(refusal_of({R"(model.layers=["conv 4 same", "mean"])", "model.widen=1e11"}, "cnn"),
              HasSubstr("model.widen is 100000000000 (the parameters need"));
}

TEST(MemoryOfImages, NamesSamplesWhereActivationsFillIt) {
  EXPECT_THAT(refusal_of({"data.train_samples=300000", "data.batch=200000", "model.widen=8"}),
              HasSubstr("data.batch is too large (a member needs"));
  EXPECT_THAT(refusal_of({"model.widen=270"}), HasSubstr("model.widen is too large"));
}

std::vector<std::string> lines_of(const std::vector<std::string>& settings, int ranks,
                                  const std::string& kind = "wrn") {
  const Study study = study_of(settings, kind);
  const StudyPlan plan = plan_of(settings, ranks, kind);
  return layout_lines(study.members[0], plan.data[0], plan.costs[0], fixed_machine("cluster"));
}

TEST(LayoutOfImages, TellsWhetherBatchStatisticsNeedOtherRanks) {
  const std::string whole =
      "batch statistics: of groups of 4 samples, each on one rank: no sums "
      "over ranks";
  const std::string spread =
      "batch statistics: of groups of 4 samples, spread over ranks: sums at "
      "every batch norm";
  for (const int ranks : {1, 2, 3, 6}) {
    EXPECT_THAT(lines_of({"model.batch_norm_group=4"}, ranks), Contains(whole)) << ranks;
  }
  EXPECT_THAT(lines_of({"model.batch_norm_group=4"}, 4), Contains(spread + "; none with 3 ranks"));
  EXPECT_THAT(lines_of({"model.batch_norm_group=4", "data.batch=10"}, 2), Contains(spread));
  EXPECT_THAT(lines_of({"model.batch_norm_group=0"}, 2),
              Contains("batch statistics: of all samples of a batch, spread over ranks: sums at "
                       "every batch norm"));
  EXPECT_THAT(lines_of({"model.batch_norm=false"}, 2),
              Not(Contains(HasSubstr("batch statistics"))));
}

TEST(LayoutOfImages, TellsWhatTheWholeKernelWouldCost) {
  EXPECT_THAT(lines_of({}, 2), Contains(HasSubstr("would take 120 products, about ")));
  EXPECT_THAT(lines_of({"measure.kernel_samples=3"}, 2, "cnn"), Not(Contains(HasSubstr("kernel"))));
  EXPECT_THAT(lines_of({"measure.kernel_samples=3", R"(model.layers=["conv 2 same", "flatten"])"},
                       2, "cnn"),
              Contains(HasSubstr("would take 15 products, about ")));
}

TEST(LayoutOfImages, IsSilentOnFullyConnectedNetworks) {
  const Study study = study_of({}, "fc");
  const StudyPlan plan = plan_of({}, 2, "fc");
  EXPECT_THAT(layout_lines(study.members[0], plan.data[0], plan.costs[0], fixed_machine("cluster")),
              IsEmpty());
  EXPECT_THAT(plan.remarks, IsEmpty());
}

TEST(WholeKernel, OfHoursIsRefusedWithItsPrice) {
  const std::vector<std::string> many = {"data.train_samples=60000", "data.batch=128",
                                         "measure.kernel_samples=50000"};
  const auto refused = [&](const std::string& setting, const std::string& other = "") {
    std::vector<std::string> settings = many;
    settings.push_back(setting);
    if (!other.empty()) settings.push_back(other);
    return refusal_of(settings);
  };
  EXPECT_EQ(refused("measure.kernel_every=1"), "");
  EXPECT_THAT(refused("measure.method=assembled"), Not(HasSubstr("whole kernel")));  // none is
  EXPECT_THAT(
      refused("measure.method=assembled", "measure.kernel_every=1"),
      HasSubstr("measure.method asks for the whole kernel (of this network it is had column "
                "by column: 250000 products, about "));
  EXPECT_THAT(refused("measure.kernel_change=[0, 2]"),
              HasSubstr("--set measure.kernel_change=[0, 2]: measure.kernel_change asks"));
  const Study study = study_of(many);
  const DataShape data{60000, 0, 192, 5, "", {3, 8, 8}};
  EXPECT_THROW(require_short_assembly(study.base, data, {1, 2}, 50000), UsageError);
  EXPECT_NO_THROW(require_short_assembly(study.base, data, {1, 2}, 50));
}

TEST(Remarks, AreOnLastGroupsAndIdleRanks) {
  EXPECT_THAT(plan_of({"model.batch_norm_group=8"}, 3).remarks, IsEmpty());
  EXPECT_THAT(plan_of({"model.batch_norm_group=30"}, 3).remarks, IsEmpty());
  EXPECT_THAT(
      plan_of({"model.batch_norm_group=9", "data.batch=20", "measure.kernel_samples=12"}, 3)
          .remarks,
      ElementsAre("--set data.batch=20: data.batch is 20 (batch statistics are of groups of "
                  "9 samples, the last one has 2); a multiple makes all alike",
                  "--set measure.kernel_samples=12: measure.kernel_samples is 12 (batch "
                  "statistics are of groups of 9 samples, the last one has 3); a multiple "
                  "makes all alike"));
  EXPECT_THAT(plan_of({"data.batch=4"}, 6).remarks,
              ElementsAre("--set data.batch=4: data.batch is 4 (2 of 6 ranks have no samples of "
                          "it); start fewer ranks"));
}

}  // namespace
}  // namespace catapult
