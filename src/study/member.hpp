// One member of a study: one network, trained from its start to its end.
// defines: MemberTask, MemberResult, run_member, measure_lambda_0
#pragma once

#include <filesystem>
#include <string>

#include "base/log.hpp"
#include "deck/deck.hpp"
#include "record/provenance.hpp"
#include "study/progress.hpp"
#include "train/loop.hpp"

namespace catapult {

struct MemberTask {
  Index number = 0;
  Deck deck;
  double lambda_0 = 0.0;         ///< NaN where it was not measured beforehand
  std::filesystem::path folder;  ///< of this member
};

struct MemberResult {
  TrainingResult training;
  double learning_rate = 0.0;
  double lambda_0 = 0.0;    ///< NaN where never measured
  double lambda_end = 0.0;  ///< likewise
  double c = 0.0;           ///< learning_rate * lambda_0
  Score test_end;
  std::string phase;
  std::string message;      ///< of a failure
};

/// Trains and records one member; series.h5 and series.csv stand in its folder afterwards. A
/// numerical failure is a result too (outcome failed, with its message): other members go on.
/// Collective over `ranks`.
MemberResult run_member(const MemberTask& task, const Communicator& ranks,
                        const Provenance& provenance, Log& log, Progress& progress);

/// Largest kernel eigenvalue at the initialization of `deck`. Collective over `ranks`.
double measure_lambda_0(const Deck& deck, const Communicator& ranks);

}  // namespace catapult
