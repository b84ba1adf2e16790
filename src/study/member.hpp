// One member of a study: one network, trained from its start to its end.
// defines: MemberTask, MemberResult, run_member, measure_lambda_0
#pragma once

#include <filesystem>

#include "base/log.hpp"
#include "deck/deck.hpp"
#include "study/member_record.hpp"
#include "study/progress.hpp"
#include "train/loop.hpp"

namespace catapult {

struct MemberTask {
  Index number = 0;
  Deck deck;
  double lambda_0 = 0.0;         ///< NaN where it was not measured beforehand
  std::filesystem::path folder;  ///< of this member
};

/// What the summary tells of a member.
struct MemberResult {
  TrainingResult training;
  double learning_rate = 0.0;  ///< at the start
  double lambda_0 = 0.0;       ///< NaN where never measured
  double lambda_end = 0.0;     ///< likewise
  double c = 0.0;              ///< learning_rate * lambda_0
  double test_accuracy_end = 0.0;
};

/// Trains one member; its weights files stand in its folder afterwards, `record` holds its series.
/// Throws NumericalError where an eigenvalue does not converge; the rows until then are in the
/// record. Collective over `ranks`.
MemberResult run_member(const MemberTask& task, const Communicator& ranks,
                        const Provenance& provenance, Progress& progress, MemberRecord& record);

/// Largest kernel eigenvalue at the initialization of `deck`. Collective over `ranks`.
double measure_lambda_0(const Deck& deck, const Communicator& ranks);

}  // namespace catapult
