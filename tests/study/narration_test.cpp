// What the log and `catapult watch` tell people.
#include "study/narration.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "study/phase.hpp"
#include "study/summary.hpp"

namespace catapult {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Study study_of(const std::string& sweep) {
  return parse_study(
      "data.source = \"toy\"\nmodel.kind = \"solvable\"\ntrain.stop_steps = 10\n" + sweep, "deck",
      {});
}

/// What a member has come to; NaN where nothing was measured.
MemberResult result_of(double c, double loss) {
  MemberResult result;
  result.training.last.step = 10;
  result.training.last.loss = loss;
  result.learning_rate = 0.25 * c;
  result.c = c;
  result.lambda_0 = 4.0;
  result.lambda_end = c > 2.0 ? 1.0 : 4.0;
  result.test_accuracy_end = NAN;
  return result;
}

/// All members of the study, of this loss.
Table summary_of(const Study& study, double loss) {
  Table table = empty_summary(study);
  for (Index member = 0; member < study.count(); ++member) {
    const double c = study.members[static_cast<std::size_t>(member)].train.learning_rate_c;
    table.append(summary_row(study, {member}, result_of(c, loss), 0.0));
  }
  return table;
}

TEST(SummaryLines, GroupByWhatIsSweptAndAscendWithTheLearningRate) {
  const Study study = study_of(
      "study.sweep.\"train.learning_rate_c\" = [3.0, 0.5]\n"
      "study.sweep.\"model.width\" = [8, 16]\n");
  EXPECT_THAT(summary_lines(study, summary_of(study, 0.125), ""),
              ElementsAre("    member  phase       c    eta  steps   loss  lambda",
                          "  width 8",                                               //
                          "      0002  lazy      0.5  0.125     10  0.125       4",  //
                          "      0000  catapult    3   0.75     10  0.125       1",  //
                          "  width 16",                                              //
                          "      0003  lazy      0.5  0.125     10  0.125       4",  //
                          "      0001  catapult    3   0.75     10  0.125       1"));
}

TEST(SummaryLines, OfOneMemberAreItsLine) {
  const Study study = study_of("train.learning_rate_c = 1.0\n");
  EXPECT_THAT(summary_lines(study, summary_of(study, NAN), ""),
              ElementsAre("  member  phase  c   eta  steps  lambda",
                          "    0000  lazy   1  0.25     10       4"));
}

TEST(SummaryLines, HaveColumnsInPlaceOfGroupsOfOneMember) {
  const Study study =
      study_of("train.learning_rate_c = 1.0\nstudy.sweep.\"model.width\" = [8, 1024]\n");
  EXPECT_THAT(summary_lines(study, summary_of(study, 1.0), ""),
              ElementsAre("  member  phase  c   eta  steps  loss  lambda  width",
                          "    0000  lazy   1  0.25     10     1       4      8",
                          "    0001  lazy   1  0.25     10     1       4   1024"));
}

TEST(SummaryLines, TellSeedsApartByTheirWholeKeysWhereBothAreSwept) {
  const Study study = study_of(
      "train.learning_rate_c = 1.0\nstudy.sweep.\"model.seed\" = [3]\n"
      "study.sweep.\"data.seed\" = [5]\n");
  EXPECT_THAT(summary_lines(study, summary_of(study, 1.0), "")[0],
              EndsWith("lambda  model.seed  data.seed"));
  EXPECT_EQ(swept_words(study, 0), "model.seed 3, data.seed 5");
}

TEST(SummaryLines, OfMembersWithoutAnyNumberHaveNone) {
  const Study study = study_of("train.learning_rate = 1.0\n");
  Table table = empty_summary(study);
  table.append(unfinished_row(study, {0}, name_of(Outcome::failed)));
  EXPECT_THAT(summary_lines(study, table, ""),
              ElementsAre("  member  phase   steps", "    0000  failed      0"));
}

const char* const many =
    "study.sweep.\"model.width\" = [8, 16]\n"
    "study.sweep.\"train.learning_rate_c\" = { from = 0.5, to = 3.5, count = 10 }\n"
    "study.sweep.\"model.seed\" = { from = 0, count = 25 }\n";

TEST(SummaryLines, OfManyMembersAreThoseOfTheirPhases) {
  const Study study = study_of(many);
  EXPECT_THAT(summary_lines(study, summary_of(study, 1.0), "run/summary.csv"),
              ElementsAre("    phase     members             c  steps on average",
                          "  width 8",                                              //
                          "    lazy          125  0.5 to 1.833                10",  //
                          "    catapult      125  2.167 to 3.5                10",  //
                          "  width 16",                                             //
                          "    lazy          125  0.5 to 1.833                10",  //
                          "    catapult      125  2.167 to 3.5                10",  //
                          "  each of the 500 members: run/summary.csv"));
}

TEST(SummaryLines, OfManyGroupsAreThoseOfAllTogether) {
  const Study study = study_of(
      "study.sweep.\"train.learning_rate_c\" = [1.0, 3.0]\n"
      "study.sweep.\"model.width\" = { from = 1, count = 40 }\n");
  const auto lines = summary_lines(study, summary_of(study, 1.0), "summary.csv");
  EXPECT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[1], HasSubstr("lazy           40"));
}

TEST(MemberLine, HasTheSameColumnsWhateverWasMeasured) {
  const std::string full = member_line("member 0003", "catapult", result_of(3.25, 0.001234), 0.0123,
                                       "width 512, depth 3");
  MemberResult nothing;
  nothing.learning_rate = 1.2345e-5;
  nothing.c = nothing.lambda_end = nothing.training.last.loss = NAN;
  nothing.training.last.step = 1234567;
  const std::string empty = member_line("member 0012", "divergent", nothing, 4000.0, "width 8");
  EXPECT_THAT(empty, Not(HasSubstr("nan")));
  for (const char* name : {"steps", "eta", "c ", "loss", "lambda", "width"}) {
    EXPECT_EQ(full.rfind(name), empty.rfind(name)) << name << "\n" << full << "\n" << empty;
  }
}

TEST(BoundaryLines, SayWhereABoundaryLiesAndNeverNan) {
  const Study study = study_of(
      "boundary.find = [\"diverges\"]\nmeasure.kernel_every = 10\n"
      "study.sweep.\"model.width\" = [8, 16, 32, 64]\n");
  Table found({texts("member"), integers("model.width"), texts("boundary"), numbers("c"),
               numbers("c_low"), numbers("c_high"), integers("members"), texts("monotone")});
  const std::string yes = "yes", no = "no", diverges = "diverges";
  found.append({std::string("0000"), Index{8}, diverges, 4.01, 4.0, 4.02, Index{13}, yes});
  found.append({std::string("0001"), Index{16}, diverges, NAN, NAN, 1.0, Index{2}, yes});
  found.append({std::string("0002"), Index{32}, diverges, NAN, 40.0, NAN, Index{2}, yes});
  found.append({std::string("0003"), Index{64}, diverges, NAN, 2.0, 3.0, Index{5}, no});
  EXPECT_THAT(
      boundary_lines(study, found, ""),
      ElementsAre("  member  boundary     c  between                       trainings  width",
                  "    0000  diverges  4.01  4 to 4.02                            13      8",
                  "    0001  diverges     -  below 1                               2     16",
                  "    0002  diverges     -  above 40                              2     32",
                  "    0003  diverges     -  NOT MONOTONE between 2 and 3          5     64"));
  EXPECT_THAT(boundary_lines(study, Table(found.columns()), ""), IsEmpty());
}

TEST(TimeWords, BeginWithTheLargestShareAndLeaveOutNone) {
  PartSeconds seconds{};
  seconds[static_cast<std::size_t>(TimePart::steps)] = 6.0;
  seconds[static_cast<std::size_t>(TimePart::kernel)] = 13.9;
  seconds[static_cast<std::size_t>(TimePart::output)] = 0.2;
  seconds[static_cast<std::size_t>(TimePart::twins)] = 0.05;
  EXPECT_EQ(time_words(seconds, 12.34), "12.3 s (kernel 69 %, steps 30 %, output 1 %)");
  EXPECT_EQ(time_words({}, 1.0), "1 s");
}

TEST(Endings, AreCountedInTheOrderOfThePhases) {
  const Study study = study_of(many);
  Table table = summary_of(study, 1.0);
  table.append(unfinished_row(study, {0}, name_of(Outcome::failed)));
  std::vector<std::string> names;
  for (const auto& [name, count] : endings_of(table)) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("lazy", "catapult", "failed"));
  EXPECT_EQ(ending("", name_of(Outcome::running)), "done");
}

}  // namespace
}  // namespace catapult
