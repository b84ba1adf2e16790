#include "study/conclude.hpp"

#include "record/atomic_file.hpp"
#include "study/boundary_tables.hpp"
#include "study/narration.hpp"

namespace catapult {
namespace {

std::string state_of(ExitCode code) {
  if (code == ExitCode::finished) return "finished";
  const bool stopped = code == ExitCode::stopped_early || static_cast<int>(code) > 128;
  return stopped ? "stopped" : "failed";
}

void tell(const std::vector<std::string>& lines, Log& log) {
  for (const std::string& line : lines) log.info("{}", line);
}

std::vector<MemberId> ids_of(const Study& study) {
  std::vector<MemberId> ids;
  for (Index member = 0; member < static_cast<Index>(study.members.size()); ++member) {
    ids.push_back({member});
  }
  return ids;
}

/// boundaries.csv and, over seeds, boundaries_mean.csv; these tables by their names.
std::map<std::string, Table> write_boundaries(const Running& running) {
  std::map<std::string, Table> tables = {{"boundaries", boundary_table(running.searches)}};
  if (sweeps_seeds(running.study)) {
    tables.emplace("boundaries_mean", mean_boundaries(tables.at("boundaries"), running.study));
  }
  for (const auto& [name, table] : tables) {
    write_text(running.folder / (name + ".csv"), to_csv(table));
  }
  return tables;
}

/// summary.csv, study.h5 and the boundaries, where they are not written yet, and their lines of the
/// log; returns how trainings ended. By rank 0.
EndingCounts summarize(const Running& running, ExitCode code, const std::optional<Table>& ensemble,
                       Log& log) {
  const Outcome missing = state_of(code) == "stopped" ? Outcome::stopped : Outcome::failed;
  const Study& study = running.study;
  const auto file = [&](const char* name) { return (running.folder / name).string(); };
  if (study.is_ensemble()) {
    if (!ensemble) return {};
    tell(summary_lines(study, *ensemble, file("summary.csv")), log);
    return endings_of(*ensemble);
  }
  if (!searches(study)) {
    const Table summary =
        write_summary(running.folder, study, ids_of(study), running.provenance, missing);
    tell(summary_lines(study, summary, file("summary.csv")), log);
    return endings_of(summary);
  }
  const auto tables = write_boundaries(running);
  const Table trials = write_summary(running.folder, study, running.searches.all_trials(),
                                     running.provenance, missing, tables);
  tell(boundary_lines(study, tables.at("boundaries"), file("boundaries.csv")), log);
  return endings_of(trials);
}

/// Of all groups together. Collective over `world`.
PartSeconds time_spent(Group& group, const Communicator& world) {
  group.stopwatch.turn_to(TimePart::output);
  PartSeconds seconds = group.leads() ? group.stopwatch.seconds() : PartSeconds{};
  world.sum(seconds.data(), static_cast<Index>(seconds.size()));
  return seconds;
}

}  // namespace

void conclude(const Running& running, ExitCode code, const EnsembleEnd& end, Status status,
              const Communicator& world, Group& group) {
  on_root(world, [&] { status.ended = summarize(running, code, end.summary, group.log); });
  status.seconds = time_spent(group, world);
  on_root(world, [&] {
    status.elapsed = process_age().count();
    status.state = state_of(code);
    status.finished = status.members - end.left;
    if (status.state == "failed") status.message = "some members failed, as log.txt tells";
    group.log.info("took {}", time_words(status.seconds, status.elapsed));
    Interruptions::acknowledge(running.folder);
    if (code == ExitCode::stopped_early) {
      group.log.info("stopped early, {} of {} members are finished: the same command line {}",
                     status.finished, status.members,
                     running.study.is_ensemble() ? "begins again" : "continues");
    }
    write_status(running.folder, status);
    forget_progress(running.folder);
  });
}

}  // namespace catapult
