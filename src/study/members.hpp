// The members of a study shared out over groups of ranks.
// defines: Running, Group, Remaining, members_to_run, share_data, measure_initial_kernels,
// run_members
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "data/dataset_cache.hpp"
#include "deck/study.hpp"
#include "plan/plan.hpp"
#include "record/provenance.hpp"
#include "study/group_report.hpp"
#include "study/interruptions.hpp"
#include "study/origin.hpp"
#include "study/progress.hpp"
#include "study/search.hpp"
#include "study/stopwatch.hpp"

namespace catapult {

/// What all ranks know while the members run.
struct Running {
  const Study& study;
  std::filesystem::path folder;
  std::optional<Origin> origin;  ///< where all members start; nothing: each by itself
  Provenance provenance;
  Searches& searches;
  std::vector<Index> members;    ///< still to run, longest first
  std::vector<double> lambda_0;  ///< of every member; NaN where not measured
};

/// The ranks that work on one member, and what they say.
struct Group {
  Communicator ranks;
  int number = 0;  ///< of this group among
  int groups = 1;  ///< so many that work; ranks of a higher number are idle
  Log& log;
  Progress progress;
  GroupReport report;
  Stopwatch stopwatch;
  Interruptions& interruptions;
  DatasetCache data = {};
  ExitCode code = ExitCode::finished;  ///< of the first failure

  bool idle() const { return number >= groups; }
  /// This rank speaks for the group.
  bool leads() const { return ranks.is_root() && !idle(); }
  void failed(const std::string& what, const Error& error);
};

struct Remaining {
  std::vector<Index>
      members;         ///< without a result, or boundaries that are not found; longest first
  EndingCounts ended;  ///< how the others ended (not of searches); on rank 0 alone
};

/// What the run folder leaves to do. Rank 0 looks; collective.
Remaining members_to_run(const Study& study, const StudyPlan& plan,
                         const std::filesystem::path& folder, Searches& known,
                         const Communicator& world);

/// Reads the data of the longest member once for all groups: most members share them. Collective
/// over `world`.
void share_data(const Running& running, const Communicator& world, Group& group);

/// lambda_0 of the members that start and whose learning rate depends on it, once per distinct
/// initialization; of those that start from a checkpoint of another run, lambda there. Members for
/// which it fails are not run. Collective over `world`.
void measure_initial_kernels(Running& running, const Communicator& world, Group& group);

/// Trains all members that are still to run, or searches their boundaries, and writes what each
/// training measured, also where it fails on the way, until there are no more or a stop is asked
/// for. Collective over `world`.
void run_members(const Running& running, const Communicator& world, Group& group);

}  // namespace catapult
