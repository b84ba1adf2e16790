// Axes given by their ends, and studies whose members are trained together.
#include "deck/ensemble.hpp"

#include <gmock/gmock.h>

#include "deck/good_deck.hpp"
#include "deck/print.hpp"

namespace catapult {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::problems_of;
using testing::study_of;

template <class Number>
std::vector<Number> values_of(const std::string& axis) {
  const Study study = study_of({axis});
  std::vector<Number> values;
  for (const OptionValue& value : study.axes[0].values) values.push_back(std::get<Number>(value));
  return values;
}

std::vector<Index> integers_of(const std::string& range) {
  return values_of<Index>("study.sweep.\"model.width\" = " + range);
}
std::vector<double> numbers_of(const std::string& range) {
  return values_of<double>("study.sweep.\"train.l2\" = " + range);
}

TEST(SweepRange, CountsUpOrDividesWhatLiesBetweenItsEnds) {
  EXPECT_THAT(integers_of("{ from = 3, count = 4 }"), ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(integers_of("{ from = 1, to = 10, count = 4 }"), ElementsAre(1, 4, 7, 10));
  EXPECT_THAT(integers_of("{ from = 9, to = 1, count = 3 }"), ElementsAre(9, 5, 1));
  EXPECT_THAT(integers_of(R"({ from = 1, to = 1000, count = 4, spacing = "log" })"),
              ElementsAre(1, 10, 100, 1000));
  EXPECT_THAT(integers_of("{ from = 9007199254740993, count = 2 }"),  // no double
              ElementsAre(9007199254740993, 9007199254740994));
  EXPECT_THAT(numbers_of("{ from = 0.0, to = 0.5, count = 3 }"), ElementsAre(0.0, 0.25, 0.5));
  EXPECT_THAT(numbers_of(R"({ from = 0.1, to = 0.3, count = 2, spacing = "log" })"),
              ElementsAre(0.1, 0.3));
  EXPECT_THAT(numbers_of("{ from = 0.1, to = 0.3, count = 1 }"), ElementsAre(0.1));
}

TEST(SweepRange, IsPrintedAsARangeThatReadsBack) {
  const Study study = study_of({R"(study.sweep."model.seed" = {count = 3, from = 5})",
                                R"(study.sweep.train.l2 = {from = 0.1, to = 0.7, count = 5})"},
                               {R"(study.sweep."model.width"={from=8, to=9, count=2})"});
  const std::string text = print_resolved(study.base, study.axes);
  EXPECT_THAT(text, HasSubstr("\"model.seed\" = { from = 5, count = 3 }\n"));
  EXPECT_THAT(text, HasSubstr("\"train.l2\" = { from = 0.1, to = 0.7, count = 5 }\n"));
  const Study again = parse_study(text, "resolved.toml", {});
  ASSERT_EQ(again.members.size(), 30U);
  for (std::size_t i = 0; i < again.axes.size(); ++i) {
    EXPECT_EQ(again.axes[i].values, study.axes[i].values);
  }
}

const std::vector<std::string> ensemble_lines = {
    R"(data.source = "toy")",     "data.train_samples = 1",           "data.outputs = 1",
    R"(model.kind = "solvable")", R"(model.representation = "gram")", R"(model.precision = "f64")",
    "measure.every = 0",          "measure.kernel_every = 5"};

std::vector<std::string> with(std::vector<std::string> more) {
  more.insert(more.begin(), ensemble_lines.begin(), ensemble_lines.end());
  return more;
}

TEST(Ensemble, OfMillionsOfMembersHasOneDeckForEachPart) {
  const Study study = study_of(with({R"(study.sweep."model.seed" = {from = 0, count = 1_000})",
                                     R"(study.sweep."train.momentum" = [0.0, 0.5])",
                                     R"(study.sweep."model.width" = {from = 1, count = 1_000})"}));
  EXPECT_EQ(study.count(), 2'000'000);
  EXPECT_TRUE(study.members.empty());
  ASSERT_EQ(study.parts.size(), 2U);
  std::vector<int> seen(2'000'000, 0);
  for (const std::size_t number : {0, 1}) {
    const EnsemblePart part(study, number);
    EXPECT_EQ(part.deck().train.momentum, number == 0 ? 0.0 : 0.5);
    EXPECT_EQ(part.deck().model.activation, "linear");
    ASSERT_EQ(part.size(), 1'000'000);
    for (Index i = 0; i < part.size(); ++i) {
      const TrajectoryKeys keys = part[i];
      const auto member = static_cast<std::size_t>(keys.member);
      ++seen[member];
      ASSERT_EQ(keys.learning_rate, 0.1);
      const std::vector<std::size_t> position = member_position(study.axes, member);
      ASSERT_EQ(position, (std::vector<std::size_t>{static_cast<std::size_t>(keys.seed), number,
                                                    static_cast<std::size_t>(keys.width - 1)}));
    }
  }
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), 2'000'000);
}

TEST(Ensemble, IsWhatAsksForTheSummaryAlone) {
  EXPECT_TRUE(study_of(ensemble_lines).is_ensemble());
  for (const char* more :
       {"measure.every = 1", "measure.kernel_every = 4", "measure.kernel_at_times = [1.0]",
        "measure.kernel_change = [1, 2]", "measure.error_modes = 2",
        R"(measure.curvature = ["ntk", "hessian"])", "measure.kernel_samples = 1",
        R"(measure.solver = "slepc")", "data.batch = 1", "linearize.at = [0]",
        "linearize.watch = true", "checkpoint.every = 2", "checkpoint.at = [2]",
        "checkpoint.minutes = 1.0", R"(model.representation = "parameters")",
        R"(study.sweep."measure.every" = [0, 1])"}) {
    std::vector<std::string> lines = ensemble_lines;
    std::erase_if(lines, [&](const std::string& line) {
      return testing::key_of(line) == testing::key_of(more);
    });
    lines.emplace_back(more);
    const Study study = study_of(lines);
    EXPECT_FALSE(study.is_ensemble()) << more;
    EXPECT_EQ(static_cast<Index>(study.members.size()), study.count()) << more;
    lines.emplace_back(R"(study.sweep."model.seed" = {from = 0, count = 20_000})");
    EXPECT_THAT(problems_of(lines), HasSubstr("trained one by one, as")) << more;
  }
}

TEST(Ensemble, DoesNotFollowLambda) {
  std::vector<std::string> lines =
      with({"train.learning_rate = 0.0", "train.learning_rate_c = 1.0"});
  EXPECT_TRUE(study_of(lines).is_ensemble());
  lines.emplace_back("train.follow_lambda = true");
  EXPECT_EQ(study_of(lines).members.size(), 1U);
}

TEST(Ensemble, HoldsToTheRulesOfADeck) {
  EXPECT_THAT(problems_of(with({R"(study.sweep."model.seed" = {from = 0, count = 5_000_000})",
                                R"(study.sweep."model.width" = [1, 2, 3])"})),
              HasSubstr("more than 10000000 members up to this axis"));
  EXPECT_THAT(problems_of(with({R"(study.sweep."model.seed" = {from = 0, count = 1_000_000})",
                                R"(study.sweep."model.precision" = ["f64", "f32"])"})),
              HasSubstr(R"([member 0001: model.precision = "f32"; 999999 more members])"));
}

}  // namespace
}  // namespace catapult
