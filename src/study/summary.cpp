#include "study/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/unknown.hpp"
#include "deck/option_list.hpp"
#include "deck/text.hpp"
#include "record/atomic_file.hpp"
#include "store/member_record.hpp"
#include "study/phase.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

/// The columns of a swept key: numbers as such, lists as text.
Column column_of(const SweepAxis& axis) {
  const OptionValue& value = axis.values.front();
  if (std::holds_alternative<Index>(value)) return integers(axis.key);
  if (std::holds_alternative<double>(value)) return numbers(axis.key);
  return texts(axis.key);
}

Cell cell_of(const OptionValue& value) {
  if (const auto* integer = std::get_if<Index>(&value)) return *integer;
  if (const auto* number = std::get_if<double>(&value)) return *number;
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : to_toml(value);
}

/// Name and swept keys of a member, then `results`.
std::vector<Cell> line_of(const Study& study, const MemberId& id,
                          const std::vector<Cell>& results) {
  std::vector<Cell> row = {name_of(id)};
  const std::vector<Cell> keys = key_cells(study, id.member);
  row.insert(row.end(), keys.begin(), keys.end());
  row.insert(row.end(), results.begin(), results.end());
  return row;
}

std::vector<Cell> row_of(const Table& table, Index row) {
  std::vector<Cell> cells;
  for (const Column& column : table.columns()) cells.push_back(table.at(row, column.name));
  return cells;
}

/// What a member has left behind.
void read_results(const fs::path& path, MemberRecord& record, Table& line) {
  try {
    const Hdf5File file = Hdf5File::open(path);
    record.read(file, "");
    line.read(file, "summary");
  } catch (const DataError& error) {
    throw DataError(
        fmt::format("{}; remove this file, and the same command line runs its member "
                    "again",
                    error.what()));
  }
}

bool finds_spikes(const Study& study) {
  return std::any_of(study.members.begin(), study.members.end(),
                     [](const Deck& deck) { return measures(deck.measure, "spikes"); });
}

/// Name and swept keys of the member, then its row of the record.
Table empty_spikes(const Study& study) {
  std::vector<Column> columns = {texts("member")};
  const std::vector<Column> keys = key_columns(study);
  columns.insert(columns.end(), keys.begin(), keys.end());
  MeasureOptions measured;
  measured.curvature = {"spikes"};
  const std::vector<Column> found = quantity_tables(measured).at("spikes").columns();
  columns.insert(columns.end(), found.begin(), found.end());
  return Table(std::move(columns));
}

void add_spikes(const Study& study, const MemberId& id, const MemberRecord& record, Table& spikes) {
  const auto found = record.quantities().find("spikes");
  if (found == record.quantities().end()) return;
  for (Index row = 0; row < found->second.rows(); ++row) {
    spikes.append(line_of(study, id, row_of(found->second, row)));
  }
}

/// Upper bound of what study.h5 takes.
double bytes_of(const fs::path& run, const std::vector<MemberId>& members) {
  double bytes = description_bytes;
  for (const MemberId& id : members) {
    std::error_code none;
    const auto size = fs::file_size(member_folder(run, id) / "series.h5", none);
    if (!none) bytes += static_cast<double>(size);
  }
  return bytes;
}

}  // namespace

std::string name_of(const MemberId& id) {
  return id.trial < 0 ? fmt::format("{:04}", id.member)
                      : fmt::format("{:04}-{:02}", id.member, id.trial);
}

fs::path member_folder(const fs::path& run, const MemberId& id) {
  return run / "members" / name_of(id);
}

std::vector<Column> key_columns(const Study& study) {
  std::vector<Column> columns;
  for (const SweepAxis& axis : study.axes) columns.push_back(column_of(axis));
  return columns;
}

std::vector<Cell> key_cells(const Study& study, Index member) {
  const std::vector<std::size_t> position =
      member_position(study.axes, static_cast<std::size_t>(member));
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < study.axes.size(); ++i) {
    cells.push_back(cell_of(study.axes[i].values[position[i]]));
  }
  return cells;
}

Table empty_summary(const Study& study) {
  std::vector<Column> columns = {texts("member")};
  const std::vector<Column> keys = key_columns(study);
  columns.insert(columns.end(), keys.begin(), keys.end());
  const std::vector<Column> results = {numbers("learning_rate"),
                                       numbers("c"),
                                       numbers("lambda_0"),
                                       texts("outcome"),
                                       texts("phase"),
                                       integers("steps"),
                                       numbers("time"),
                                       numbers("loss_0"),
                                       numbers("loss_max"),
                                       integers("step_loss_max"),
                                       numbers("loss_end"),
                                       numbers("accuracy_end"),
                                       numbers("test_accuracy_end"),
                                       numbers("lambda_end")};
  columns.insert(columns.end(), results.begin(), results.end());
  return Table(std::move(columns));
}

std::vector<Cell> summary_row(const Study& study, const MemberId& id, const MemberResult& result,
                              double momentum) {
  const TrainingResult& training = result.training;
  return line_of(
      study, id,
      {result.learning_rate, result.c, result.lambda_0, name_of(training.outcome),
       phase_of(result, momentum), training.last.step, training.last.time, training.first.loss,
       training.loss_max, training.step_loss_max, training.last.loss, training.last.accuracy,
       result.test_accuracy_end, result.lambda_end});
}

std::vector<Cell> unfinished_row(const Study& study, const MemberId& id,
                                 const std::string& outcome) {
  return line_of(study, id,
                 {unknown, unknown, unknown, outcome, std::string(), Index{0}, unknown, unknown,
                  unknown, Index{0}, unknown, unknown, unknown, unknown});
}

RecordedEnd recorded_end(const fs::path& folder) {
  try {
    const Hdf5File file = Hdf5File::open(folder / "series.h5");
    const auto text = [&](const char* name) { return file.read<std::string>(name, 1)[0]; };
    return {text("summary/outcome"), text("summary/phase")};
  } catch (const DataError&) {
    return {};
  }
}

Table recorded_line(const fs::path& folder, const Study& study) {
  Table line = empty_summary(study);
  line.read(Hdf5File::open(folder / "series.h5"), "summary");
  return line;
}

bool is_finished(const std::string& outcome) {
  return !outcome.empty() && outcome != name_of(Outcome::failed) &&
         outcome != name_of(Outcome::stopped);
}

Table write_summary(const fs::path& run, const Study& study, const std::vector<MemberId>& members,
                    const Provenance& provenance, Outcome missing,
                    const std::map<std::string, Table>& others) {
  Table summary = empty_summary(study), spikes = empty_spikes(study);
  require_room(run / "study.h5", bytes_of(run, members));
  write_atomically(run / "study.h5", [&](const fs::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary);
    for (const MemberId& id : members) {
      const fs::path folder = member_folder(run, id);
      if (recorded_end(folder).outcome.empty()) {
        summary.append(unfinished_row(study, id, name_of(missing)));
        continue;
      }
      MemberRecord record(study.members[static_cast<std::size_t>(id.member)].measure);
      Table line = empty_summary(study);
      read_results(folder / "series.h5", record, line);
      record.write(file, fmt::format("members/{}", name_of(id)));
      summary.append(row_of(line, 0));
      add_spikes(study, id, record, spikes);
    }
    for (const auto& [name, table] : others) write_table(file, name, table);
    if (finds_spikes(study)) write_table(file, "spikes", spikes);
    write_table(file, "summary", summary);
    write_provenance(file, provenance);
    file.close();
  });
  if (finds_spikes(study)) write_text(run / "spikes.csv", to_csv(spikes));
  write_text(run / "summary.csv", to_csv(summary));
  return summary;
}

}  // namespace catapult
