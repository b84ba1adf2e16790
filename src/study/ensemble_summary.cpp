#include "study/ensemble_summary.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/unknown.hpp"
#include "deck/ensemble.hpp"
#include "record/atomic_file.hpp"
#include "study/summary.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr double bytes_of_row = 512.0;  // of both files, more than it takes

MemberResult result_of(const TrajectoryEnd& end) {
  MemberResult result;
  TrainingResult& training = result.training;
  training.outcome = static_cast<Outcome>(static_cast<int>(end.outcome));
  training.first.loss = end.loss_0;
  training.loss_max = end.loss_max;
  training.step_loss_max = static_cast<Index>(end.step_loss_max);
  training.last.loss = end.loss_end;
  training.last.step = static_cast<Index>(end.steps);
  training.last.time = end.time;
  result.learning_rate = end.learning_rate;
  result.lambda_0 = end.lambda_0;
  result.lambda_end = end.lambda_end;
  result.c = end.learning_rate * end.lambda_0;
  result.test_accuracy_end = unknown;
  return result;
}

std::vector<double> momenta_of(const Study& study) {
  std::vector<double> momenta(static_cast<std::size_t>(study.count()));
  for (std::size_t number = 0; number < study.parts.size(); ++number) {
    const EnsemblePart part(study, number);
    for (Index i = 0; i < part.size(); ++i) {
      momenta[static_cast<std::size_t>(part[i].member)] = part.deck().train.momentum;
    }
  }
  return momenta;
}

Table table_of(const Study& study, const std::vector<TrajectoryEnd>& ends) {
  const std::vector<double> momenta = momenta_of(study);
  Table table = empty_summary(study);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const MemberId id{static_cast<Index>(i)};
    const MemberResult result = result_of(ends[i]);
    const bool failed = result.training.outcome == Outcome::failed;
    table.append(failed ? unfinished_row(study, id, name_of(Outcome::failed))
                        : summary_row(study, id, result, momenta[i]));
  }
  return table;
}

}  // namespace

std::optional<Table> read_ensemble_summary(const fs::path& run, const Study& study) {
  if (!fs::exists(run / "summary.csv") || !fs::exists(run / "study.h5")) return std::nullopt;
  try {
    Table table = empty_summary(study);
    table.read(Hdf5File::open(run / "study.h5"), "summary");
    const auto& outcomes = table.column<std::string>("outcome");
    const bool whole =
        table.rows() == study.count() && std::all_of(outcomes.begin(), outcomes.end(), is_finished);
    if (whole) return table;
  } catch (const DataError&) {
  }
  return std::nullopt;
}

Table write_ensemble_summary(const fs::path& run, const Study& study,
                             const std::vector<TrajectoryEnd>& ends, const Provenance& provenance) {
  Table table = table_of(study, ends);
  require_room(run / "study.h5",
               description_bytes + bytes_of_row * static_cast<double>(ends.size()));
  write_atomically(run / "study.h5", [&](const fs::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary);
    write_table(file, "summary", table);
    write_provenance(file, provenance);
    file.close();
  });
  write_text(run / "summary.csv", to_csv(table));
  return table;
}

}  // namespace catapult
