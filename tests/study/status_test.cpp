// How far a run is: what it writes, and what is made of it.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "record/atomic_file.hpp"
#include "study/group_report.hpp"
#include "study/run_view.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class RunFiles : public ::testing::Test {
 protected:
  RunFiles() { fs::create_directories(run_); }
  ~RunFiles() override { fs::remove_all(run_); }

  fs::path run_ = fs::temp_directory_path() / ("catapult_status_" + std::to_string(getpid()));
};

TEST_F(RunFiles, AreReadAsTheyWereWritten) {
  Status status{.study = "s", .state = "stopped", .members = 7, .finished = 3, .message = "why"};
  status.ended = {{"lazy", 2}, {"failed", 1}};
  status.seconds[1] = 2.5;
  status.started = 1'700'000'000;
  write_status(run_, status);
  const Status read = read_status(run_).value();
  EXPECT_EQ(std::tie(read.study, read.state, read.members, read.finished, read.message),
            std::tie(status.study, status.state, status.members, status.finished, status.message));
  EXPECT_EQ(read.ended, status.ended);
  EXPECT_EQ(read.seconds, status.seconds);
  EXPECT_EQ(read.started, status.started);
  EXPECT_NEAR(static_cast<double>(read.updated), static_cast<double>(std::time(nullptr)), 2.0);
}

TEST_F(RunFiles, OfAnythingElseAreNoStatus) {
  EXPECT_FALSE(read_status(run_).has_value());
  EXPECT_THROW(look_at(run_), DataError);
  for (const char* text : {"", "{", "[1]", "3", "{\"state\": 3}", "\x01\xff"}) {
    write_text(run_ / "status.json", text);
    EXPECT_FALSE(read_status(run_).has_value()) << text;
  }
}

TEST_F(RunFiles, OfOtherVersionsTellWhatTheyHave) {
  write_text(run_ / "status.json",
             "{\"state\": \"finished\", \"members\": 4, \"finished\": 4, \"ended\": [1],"
             " \"seconds\": {\"steps\": \"many\"}, \"started\": 5}");
  EXPECT_THAT(view_lines(look_at(run_), 10),
              ElementsAre(EndsWith(": finished"), "  4 of 4 members finished"));
}

TEST_F(RunFiles, OfAGroupAreReplacedNowAndThen) {
  GroupReport report(true, group_file(run_, 3));
  report.begin({.name = "0000", .steps = 5});  // told at once
  report.count("lazy");
  report.finish(1);
  report.begin({.name = "0001", .steps = 5});  // too soon
  report.show({.name = "0001", .step = 2, .steps = 5});
  auto groups = read_groups(run_);
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_EQ(groups[0].member.name, "0000");
  EXPECT_TRUE(std::isnan(groups[0].member.loss));
  EXPECT_EQ(groups[0].finished, 0);
  report.end();
  groups = read_groups(run_);
  EXPECT_EQ(groups[0].member.name, "");
  EXPECT_EQ(groups[0].finished, 1);
  EXPECT_THAT(groups[0].ended, ElementsAre(std::pair("lazy", 1)));
  write_text(run_ / "progress/half.json", "{\"memb");
  EXPECT_THAT(read_groups(run_), SizeIs(1));
  forget_progress(run_);
  EXPECT_THAT(read_groups(run_), IsEmpty());
}

TEST_F(RunFiles, OfARankThatDoesNotLeadAreNone) {
  GroupReport report(false, group_file(run_, 0));
  report.begin({.name = "0000"});
  report.end();
  EXPECT_THAT(read_groups(run_), IsEmpty());
}

TEST_F(RunFiles, OfAFailureCountWhatTheGroupsHaveDone) {
  write_status(run_, {.state = "running", .members = 9, .finished = 2});
  write_group(group_file(run_, 0), {.finished = 3, .ended = {{"lazy", 3}}});
  write_failure(run_, "no room");
  const Status read = read_status(run_).value();
  EXPECT_EQ(read.finished, 5);
  EXPECT_EQ(read.message, "no room");
  EXPECT_THAT(
      view_lines(look_at(run_), 10),
      ElementsAre(EndsWith(": failed (no room)"), "  5 of 9 members finished; trainings: 3 lazy"));
}

/// Ten members, two of them done before, one since, one at half; a hundred seconds since.
RunView half_way() {
  RunView view;
  view.status = {.study = "s", .state = "running", .members = 10, .finished = 2};
  view.status.started = 1000;
  view.now = 1100;
  view.runs = true;
  GroupStatus group{.finished = 1, .ended = {{"lazy", 1}}};
  group.member = {.name = "0004", .swept = "width 8", .step = 500, .steps = 1000, .loss = 0.125};
  group.member.steps_per_second = 20.0;
  view.groups = {group};
  return view;
}

TEST(RunViews, TellHowLongItTakesAtTheRateSoFar) {  // 1.5 in 100 s, 6.5 are left
  EXPECT_THAT(view_lines(half_way(), 10),
              ElementsAre("s: running, 100 s so far, about 7.22 min to go",
                          "  3 of 10 members finished; trainings: 1 lazy",
                          "  member         step   loss  steps/s  to go  swept",
                          "    0004  500 of 1000  0.125       20   25 s  width 8"));
}

TEST(RunViews, OfManyGroupsSayHowManyAreLeftOut) {
  RunView view = half_way();
  view.groups.resize(5, view.groups.front());
  const auto lines = view_lines(view, 2);
  EXPECT_THAT(lines, SizeIs(6));
  EXPECT_EQ(lines.back(), "  3 more");
}

TEST(RunViews, OfARunThatWasKilledSaySo) {
  RunView view = half_way();
  view.runs = false;
  EXPECT_THAT(view_lines(view, 10)[0], HasSubstr("ended without a word"));
}

TEST(RunViews, PassNoControlCharactersOn) {
  RunView view = half_way();
  view.status.study = "\x1b[2J";
  for (const std::string& line : view_lines(view, 10)) EXPECT_THAT(line, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace catapult
