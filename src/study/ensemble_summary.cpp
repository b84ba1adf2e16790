#include "study/ensemble_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "deck/ensemble.hpp"
#include "record/atomic_file.hpp"
#include "study/phase.hpp"
#include "study/summary.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr double bytes_of_row = 512.0;  // of both files, more than it takes
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

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

template <class T>
const std::vector<T>& column(const Table& table, const std::string& name) {
  for (const Column& one : table.columns()) {
    if (one.name == name) return std::get<std::vector<T>>(one.values);
  }
  throw std::out_of_range("table has no column " + name);
}

/// "  catapult   500000 members, c 2.01 to 3.99, 41 steps on average"
void tell_phases(const Table& table, Log& log) {
  struct Seen {
    Index members = 0;
    double least = HUGE_VAL, most = -HUGE_VAL, steps = 0.0;
  };
  std::map<std::string, Seen> phases;
  const auto &phase = column<std::string>(table, "phase"),
             &outcome = column<std::string>(table, "outcome");
  const auto& c = column<double>(table, "c");
  const auto& steps = column<Index>(table, "steps");
  for (std::size_t i = 0; i < c.size(); ++i) {
    Seen& seen = phases[phase[i].empty() ? outcome[i] : phase[i]];
    ++seen.members;
    seen.least = std::fmin(seen.least, c[i]);
    seen.most = std::fmax(seen.most, c[i]);
    seen.steps += static_cast<double>(steps[i]);
  }
  for (const auto& [name, seen] : phases) {
    const std::string range =
        seen.least <= seen.most ? fmt::format(", c {:.4g} to {:.4g}", seen.least, seen.most) : "";
    log.info("  {:<10} {:>8} members{}, {:.4g} steps on average", name, seen.members, range,
             seen.steps / static_cast<double>(seen.members));
  }
}

}  // namespace

bool has_ensemble_summary(const fs::path& run, const Study& study) {
  if (!fs::exists(run / "summary.csv") || !fs::exists(run / "study.h5")) return false;
  try {
    Table table = empty_summary(study);
    table.read(Hdf5File::open(run / "study.h5"), "summary");
    const auto& outcomes = column<std::string>(table, "outcome");
    return table.rows() == study.count() &&
           std::all_of(outcomes.begin(), outcomes.end(), is_finished);
  } catch (const DataError&) {
    return false;
  }
}

std::string write_ensemble_summary(const fs::path& run, const Study& study,
                                   const std::vector<TrajectoryEnd>& ends,
                                   const Provenance& provenance, Log& log) {
  const Table table = table_of(study, ends);
  require_room(run / "study.h5",
               description_bytes + bytes_of_row * static_cast<double>(ends.size()));
  write_atomically(run / "study.h5", [&](const fs::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary);
    write_table(file, "summary", table);
    write_provenance(file, provenance);
    file.close();
  });
  write_text(run / "summary.csv", to_csv(table));
  tell_phases(table, log);
  const auto failed = std::count_if(ends.begin(), ends.end(), [](const TrajectoryEnd& end) {
    return end.outcome == static_cast<double>(Outcome::failed);
  });
  if (failed == 0) return "";
  return fmt::format(
      "lambda_0 of {} members is not above 0 and cannot set their learning rate; give "
      "train.learning_rate",
      failed);
}

}  // namespace catapult
