// The short version of a deck: what [study.short] says and is told about it.
#include <gmock/gmock.h>

#include "deck/print.hpp"
#include "good_deck.hpp"

namespace catapult {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::problems_of;
using testing::study_of;

const std::vector<std::string> with_short = {R"(study.sweep."model.width" = [32, 64])",
                                             R"(study.sweep."model.seed" = [1, 2, 3])",
                                             R"(train.momentum = 0.5
[study.short]
"model.width" = 8
train.stop_steps = 2
study.sweep."model.seed" = [7, 8])"};

std::vector<Index> seeds_of(const Study& study) {
  std::vector<Index> seeds;
  for (const Deck& member : study.members) seeds.push_back(member.model.seed);
  return seeds;
}

TEST(ShortVersion, TakesThePlaceOfTheDecksKeysAndAxes) {
  const Study study = study_of(with_short, {}, true);
  EXPECT_EQ(study.base.model.width, 8);
  EXPECT_EQ(study.base.train.stop_steps, 2);
  EXPECT_EQ(study.base.train.momentum, 0.5);
  EXPECT_THAT(seeds_of(study), ElementsAre(7, 8));
  EXPECT_EQ(study.where("model.width"), "bad.toml:12:17");
  EXPECT_EQ(study.where("model.seed"), "bad.toml:14:28");
}

TEST(ShortVersion, IsNotPartOfAFullRun) {
  const Study study = study_of(with_short);
  EXPECT_EQ(study.members.size(), 6U);
  EXPECT_EQ(study.base.train.stop_steps, 5);
  std::vector<std::string> without = with_short;
  without.back() = "train.momentum = 0.5";
  const Study plain = study_of(without);
  EXPECT_EQ(print_resolved(study.base, study.axes), print_resolved(plain.base, plain.axes));
}

TEST(ShortVersion, IsOverriddenByTheCommandLine) {
  const Study study = study_of(with_short, {"model.width=4", "model.seed=9"}, true);
  ASSERT_EQ(study.members.size(), 1U);
  EXPECT_EQ(study.members[0].model.width, 4);
  EXPECT_EQ(study.members[0].model.seed, 9);
  EXPECT_EQ(study.where("model.width"), "--set model.width=4");
}

TEST(ShortVersion, HasARunFolderOfItsOwn) {
  const auto folder = [](std::vector<std::string> lines, const std::vector<std::string>& settings) {
    lines.insert(lines.end(), with_short.begin(), with_short.end());
    const Study study = study_of(lines, settings, true);
    EXPECT_EQ(study.members[0].study.output, study.base.study.output);
    return study.base.study.output;
  };
  EXPECT_EQ(folder({}, {}), "runs/t-short");
  EXPECT_EQ(folder({R"(study.output = "a/b")"}, {}), "a/b-short");
  EXPECT_EQ(folder({R"(study.output = "a/b/")"}, {}), "a/b-short");
  EXPECT_EQ(folder({R"(study.output = "a/b")"}, {"study.name=x"}), "a/b-short");
  EXPECT_EQ(folder({}, {"study.name=x"}), "runs/x-short");
  EXPECT_EQ(folder({R"(study.output = "a/b")"}, {"study.output=c"}), "c");
  EXPECT_EQ(study_of(with_short).base.study.output, "");
}

TEST(ShortVersion, OfADeckWithoutOneIsRefused) {
  EXPECT_EQ(problems_of({}, {}, true),
            "bad.toml: no [study.short] (--short is to run what it says); add it with keys of a "
            "shorter study, or leave --short out");
  EXPECT_EQ(problems_of({}, {"study.short.\"model.width\"=8"}),
            "--set study.short.\"model.width\"=8: study.short on the command line (it is the "
            "deck's); set the keys themselves");
}

TEST(ShortVersion, IsCheckedInAFullRunAsWell) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"study.short = 3",
       "bad.toml:8:7: study.short is not a table (it holds the keys of the short version); write "
       "[study.short] on a line of its own"},
      {R"(study.short."model.witdh" = 3)",
       "bad.toml:8:13: unknown key \"model.witdh\" ([study.short] has keys of the deck as --set "
       "takes them); did you mean \"model.width\"?"},
      {"study.short.width = 3",
       "bad.toml:8:13: unknown key \"width\" ([study.short] has keys of the deck as --set takes "
       "them); did you mean \"model.width\"?"},
      {R"(study.short."model.width" = "8")",
       R"(bad.toml:8:29: model.width is "8" (must be an integer); write 8)"},
      {R"(study.short."model.width" = [8, 16])",
       "bad.toml:8:29: model.width is a list (must be an integer); write "
       "study.sweep.\"model.width\" = [ 8, 16 ]"},
      {R"(study.short."model.width" = 08)",
       "bad.toml:8:31: not valid TOML (while parsing decimal integer: leading zeroes are "
       "prohibited); write 8"},
      {R"(study.short.study.sweep."model.width" = 8)",
       "bad.toml:8:41: sweep of model.width is not a list (an axis lists its values); write [8]"},
      {R"(study.short.study.sweep."model.witdh" = [8])",
       "bad.toml:8:25: unknown key \"model.witdh\" (an axis of the sweep is a key of the deck); "
       "did "
       "you mean \"model.width\"?"},
      {R"(study.short."study.output" = "x")",
       "bad.toml:8:13: study.output in [study.short] (its run folder is the deck's with -short at "
       "the end); leave it out"},
      {R"(study.short = {"model.width" = 8, model.width = 16})",
       "bad.toml:8:16: model.width is given twice; keep one"},
  };
  for (const auto& [line, message] : wrong) {
    EXPECT_EQ(problems_of({line}), message);
    EXPECT_EQ(problems_of({line}, {}, true), message);
  }
}

TEST(ShortVersion, AloneBreaksARuleOnlyWhereItRuns) {
  const std::vector<std::string> lines = {"linearize.at = [3]", "study.short.train.stop_steps = 2"};
  EXPECT_EQ(problems_of(lines), "");
  EXPECT_THAT(problems_of(lines, {}, true), HasSubstr("linearize.at names step 3"));
}

}  // namespace
}  // namespace catapult
