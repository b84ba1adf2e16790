#include "study/run_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "deck/problems.hpp"
#include "record/readable.hpp"
#include "study/narration.hpp"
#include "study/run_folder.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr std::time_t long_silence = 60;  // seconds

bool goes_on(const Status& status) {
  return status.state == "running" || status.state == "starting";
}

std::time_t last_word(const RunView& view) {
  std::time_t last = view.status.updated;
  for (const GroupStatus& group : view.groups) last = std::max(last, group.updated);
  return last;
}

Index failed(const Status& status) {
  const auto found = status.ended.find("failed");
  return found == status.ended.end() ? 0 : found->second;
}

/// Of a member's steps that are done.
double share_done(const MemberStatus& member) {
  if (member.steps <= 0) return 0.0;
  return std::min(1.0, static_cast<double>(member.step) / static_cast<double>(member.steps));
}

/// "about 3.5 min to go", at the rate of this run so far; "" where it has none.
std::string time_to_go(const RunView& view, const Status& all) {
  double done = static_cast<double>(all.finished + failed(all) - view.status.finished);
  for (const GroupStatus& group : view.groups) done += share_done(group.member);
  const double left = static_cast<double>(view.status.members - view.status.finished) - done;
  const auto elapsed = static_cast<double>(view.now - view.status.started);
  if (!(done > 0.0 && left > 0.0 && elapsed > 0.0)) return "";
  return fmt::format(", about {} to go", duration(elapsed * left / done));
}

/// "4 of 10 members finished; trainings: 2 lazy, 2 catapult"
std::string results_of(const Status& status) {
  std::string text =
      fmt::format("{} of {} finished", status.finished, counted(status.members, "member"));
  const char* before = "; trainings:";
  for (const auto& [how, count] : status.ended) {
    text += fmt::format("{} {} {}", before, count, one_line(how));
    before = ",";
  }
  return text;
}

std::string how_it_stands(const RunView& view, const Status& all) {
  const Status& status = view.status;
  if (view.runs && status.started == 0) return status.state;
  if (view.runs) {
    return fmt::format("{}, {} so far{}", status.state,
                       duration(static_cast<double>(view.now - status.started)),
                       time_to_go(view, all));
  }
  if (goes_on(status)) {
    return fmt::format(
        "ended without a word (killed, or its machine failed), last seen {}; the same command "
        "line continues it",
        utc(last_word(view)));
  }
  std::string text = one_line(status.state);
  if (status.state == "stopped") text += " early (the same command line continues it)";
  if (!status.message.empty()) text += " (" + one_line(status.message) + ")";
  if (status.elapsed == 0.0) return text;
  return text + " after " + time_words(status.seconds, status.elapsed);
}

std::vector<std::string> cells_of(const MemberStatus& member) {
  const bool known = member.steps > 0 || member.step > 0;
  const std::string of = member.steps > 0 ? fmt::format(" of {}", member.steps) : "";
  const double left = static_cast<double>(member.steps - member.step) / member.steps_per_second;
  return {one_line(member.name),
          known ? fmt::format("{}{}", member.step, of) : "-",
          brief(member.loss),
          brief(member.lambda),
          brief(member.c),
          brief(member.steps_per_second),
          member.steps > 0 && std::isfinite(left) ? duration(left) : "-",
          one_line(member.swept)};
}

}  // namespace

RunView look_at(const fs::path& run) {
  const bool held = is_held(run);  // before the status: a run that ends tells it first
  const auto status = read_status(run);
  std::error_code ignored;
  if (!status && !fs::exists(run / "resolved.toml", ignored)) {
    throw DataError(fmt::format(
        "{}: no run folder (it has no status.json); name the one that catapult run tells",
        run.string()));
  }
  RunView view{
      run.string(), status.value_or(Status{.state = "starting"}), {}, false, std::time(nullptr)};
  if (!goes_on(view.status)) return view;
  view.groups = read_groups(run);
  const bool elsewhere = view.status.host != this_host();
  view.runs = held || (elsewhere && view.now - last_word(view) < long_silence);
  return view;
}

std::vector<std::string> view_lines(const RunView& view, std::size_t most_members) {
  Status all = view.status;
  add(view.groups, all);
  const std::string name = all.study.empty() ? view.folder : one_line(all.study);
  std::vector<std::string> lines = {fmt::format("{}: {}", name, how_it_stands(view, all))};
  if (all.members > 0) lines.push_back("  " + results_of(all));
  Rows rows = {{"member", "step", "loss", "lambda", "c", "steps/s", "to go", "swept"}};
  for (const GroupStatus& group : view.groups) {
    if (!group.member.name.empty()) rows.push_back(cells_of(group.member));
  }
  const std::size_t members = rows.size() - 1;
  rows.resize(std::min(rows.size(), most_members + 1));
  if (rows.size() > 1) {
    for (const std::string& line : aligned(rows)) lines.push_back("  " + line);
  }
  if (members > most_members) lines.push_back(fmt::format("  {} more", members - most_members));
  return lines;
}

}  // namespace catapult
