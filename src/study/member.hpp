// One member of a study: one network, trained from its start to its end.
// defines: MemberTask, MemberTools, MemberResult, run_member, measure_lambda_0
#pragma once

#include <filesystem>

#include "base/log.hpp"
#include "data/dataset_cache.hpp"
#include "deck/deck.hpp"
#include "store/member_record.hpp"
#include "study/group_report.hpp"
#include "study/interruptions.hpp"
#include "study/origin.hpp"
#include "study/progress.hpp"
#include "study/stopwatch.hpp"
#include "train/loop.hpp"

namespace catapult {

struct MemberTask {
  std::string name;     ///< "member 0003"
  MemberStatus status;  ///< as it begins, for those who watch
  Deck deck;
  double lambda_0 = 0.0;           ///< NaN where it was not measured beforehand
  std::filesystem::path folder;    ///< of this member
  const Origin* origin = nullptr;  ///< where it starts; null: it draws or reads its parameters
};

/// What a member works with and writes to.
struct MemberTools {
  const Provenance& provenance;
  Log& log;
  Progress& progress;
  GroupReport& report;
  Stopwatch& stopwatch;
  Interruptions& interruptions;
  MemberRecord& record;
  DatasetCache& data;
};

/// What the summary tells of a member.
struct MemberResult {
  TrainingResult training;
  double learning_rate = 0.0;  ///< at the start
  double lambda_0 = 0.0;       ///< NaN where never measured
  double lambda_end = 0.0;     ///< likewise
  double c = 0.0;              ///< learning_rate * lambda_0
  bool same_batch = true;      ///< every step saw the same samples
  double test_accuracy_end = 0.0;
  std::string finding;          ///< of linearize.watch; "" where it found nothing to tell
  std::string lost_checkpoint;  ///< why one that checkpoint.at names is missing; "": none is
};

/// Trains one member from its newest valid checkpoint on, else from its start, to its end or until
/// a stop is asked for; the record then holds its series. Throws DataError where it has checkpoints
/// and none is valid, NumericalError where an eigenvalue does not converge (the rows until then are
/// in the record), OutputError where it was to stop and has no room for its checkpoint. Collective
/// over `ranks`.
MemberResult run_member(const MemberTask& task, const Communicator& ranks,
                        const MemberTools& tools);

/// Largest kernel eigenvalue at the initialization of `deck`, or at the parameters in the file that
/// its model.weights names. `stopwatch`: of the caller's group. Collective over `ranks`.
double measure_lambda_0(const Deck& deck, const Communicator& ranks, DatasetCache& data,
                        Stopwatch& stopwatch);

}  // namespace catapult
