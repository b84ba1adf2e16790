#include "store/member_record.hpp"

#include <algorithm>
#include <limits>

#include "base/unknown.hpp"
#include "record/atomic_file.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr Index none = std::numeric_limits<Index>::max();

Index step_of(const Table& table, Index row) {
  return row < table.rows() ? std::get<Index>(table.at(row, "step")) : none;
}

/// Columns of one table in the file that joins all of them, and its next row there.
struct Part {
  const Table& table;
  std::string prefix;
  std::vector<std::string> columns;
  Index row = 0;
};

/// `columns` of a table, or all its numbers but the step where none are named.
Part part_of(const Table& table, const std::string& prefix, std::vector<std::string> columns) {
  if (columns.empty()) {
    for (const Column& column : table.columns()) {
      const bool number = std::holds_alternative<std::vector<double>>(column.values);
      if (number && column.width == 0) columns.push_back(column.name);
    }
  }
  return {table, prefix, std::move(columns)};
}

/// The cells of the part's next row where it is of this step, which is then done; else empty ones.
void add_cells(Part& part, Index step, std::vector<Cell>& cells) {
  const bool there = step_of(part.table, part.row) == step;
  for (const std::string& name : part.columns) {
    double value = unknown;
    if (there) {
      const Cell cell = part.table.at(part.row, name);
      const auto* integer = std::get_if<Index>(&cell);
      value = integer ? static_cast<double>(*integer) : std::get<double>(cell);
      if (name == "samples" && value == 0.0) value = unknown;  // of a file that has none
    }
    cells.emplace_back(value);
  }
  if (there) ++part.row;
}

}  // namespace

TwinSeries::TwinSeries()
    : rows({integers("step"), numbers("time"), numbers("loss"), numbers("accuracy"),
            numbers("test_loss"), numbers("test_accuracy"), numbers("distance")}) {}

std::map<std::string, Table> quantity_tables(const MeasureOptions& measured) {
  std::map<std::string, Table> tables;
  if (measures(measured, "hessian")) {
    tables.emplace("hessian",
                   Table({integers("step"), numbers("lambda"), numbers("residual"),
                          integers("matvecs"), integers("converged"),
                          vectors("eigenvalues", measured.eigenvalues), numbers("smallest")}));
  }
  if (measures(measured, "preconditioned")) {
    tables.emplace("preconditioned",
                   Table({integers("step"), numbers("lambda"), numbers("residual"),
                          integers("matvecs"), integers("converged")}));
  }
  if (measures(measured, "critical_rate")) {
    tables.emplace("critical_rate", Table({integers("step"), numbers("learning_rate"),
                                           integers("forwards"), integers("converged")}));
  }
  if (measures(measured, "batches")) {
    tables.emplace("batches",
                   Table({integers("step"), numbers("sharpness"), numbers("sharpness_error"),
                          numbers("covariance_trace"), numbers("covariance_trace_error")}));
  }
  if (measures(measured, "alignment")) {
    std::vector<Column> columns = {integers("step")};
    for (const char* name : {"cosine", "active", "mean_abs", "weight_norm"}) {
      columns.push_back(vectors(name, as_found));  // of the model's layers
    }
    columns.push_back(numbers("cosine_uv"));
    tables.emplace("alignment", Table(std::move(columns)));
  }
  if (measures(measured, "gradient")) {
    tables.emplace("gradient", Table({integers("step"), numbers("norm"), numbers("sharpness")}));
  }
  if (measures(measured, "spikes")) {
    tables.emplace("kernel_loss", Table({integers("step"), numbers("loss")}));
    tables.emplace(
        "spikes",
        Table({integers("step"), integers("step_peak"), integers("step_end"), integers("returned"),
               numbers("loss_before"), numbers("loss_peak"), numbers("height"),
               numbers("lambda_before"), numbers("lambda_after"), numbers("top_share")}));
  }
  return tables;
}

MemberRecord::MemberRecord(const MeasureOptions& measured)
    : measured_(measured),
      series_({integers("step"), numbers("time"), numbers("learning_rate"), numbers("loss"),
               numbers("accuracy"), numbers("test_loss"), numbers("test_accuracy")}),
      kernel_({integers("step"), numbers("lambda"), numbers("residual"), integers("matvecs"),
               integers("converged"), added_later(integers("samples")),
               added_later(numbers("error_share")), vectors("eigenvalues", measured.eigenvalues)}),
      quantities_(quantity_tables(measured)),
      changes_({integers("reference"), integers("step"), numbers("change")}) {}

void MemberRecord::add(const Row& row, const Score& test) {
  series_.append(
      {row.step, row.time, row.learning_rate, row.loss, row.accuracy, test.loss, test.accuracy});
}

void MemberRecord::add(Index step, const KernelMeasurement& kernel) {
  kernel_.append({step, kernel.lambda, kernel.residual, kernel.products,
                  Index{kernel.converged ? 1 : 0}, kernel.samples, kernel.error_share,
                  kernel.eigenvalues});
}

void MemberRecord::add_change(Index reference, Index step, double change) {
  changes_.append({reference, step, change});
}

Index MemberRecord::size() const {
  const auto of = [](const Table& table) {
    Index columns = 0;
    for (const Column& column : table.columns()) columns += std::max<Index>(1, column.width);
    return columns * table.rows();
  };
  Index all = of(series_) + of(kernel_) + of(changes_);
  for (const auto& [name, table] : quantities_) all += of(table);
  for (const auto& [name, twin] : twins_) all += of(twin.rows);
  return all;
}

void MemberRecord::write(Hdf5File& file, const std::string& group) const {
  write_table(file, group, series_);
  write_table(file, group + "/kernel", kernel_);
  for (const auto& [name, table] : quantities_) write_table(file, group + "/" + name, table);
  if (changes_.rows() > 0) write_table(file, group + "/kernel_change", changes_);
  for (const auto& [name, twin] : twins_) {
    write_table(file, group + "/twins/" + name, twin.rows);
    file.write(group + "/twins/" + name + "/outcome", {}, std::vector<std::string>{twin.outcome});
  }
  for (const Restored& restored : restored_) {
    file.write(group + "/restored/step", {1}, std::vector<Index>{restored.step});
    file.write(group + "/restored/eta_lambda", {1}, std::vector<double>{restored.eta_lambda});
  }
}

void MemberRecord::read(const Hdf5File& file, const std::string& group) {
  MemberRecord found(measured_);
  found.series_.read(file, group);
  found.kernel_.read(file, group + "/kernel");
  for (auto& [name, table] : found.quantities_) table.read(file, group + "/" + name);
  if (file.has(group + "/kernel_change")) found.changes_.read(file, group + "/kernel_change");
  for (const std::string& at : file.children(group + "/twins")) {
    for (const std::string& model : file.children(group + "/twins/" + at)) {
      TwinSeries& twin = found.twins_[at + "/" + model];
      const std::string place = group + "/twins/" + at + "/" + model;
      twin.rows.read(file, place);
      twin.outcome = file.read<std::string>(place + "/outcome", 1)[0];
    }
  }
  if (file.has(group + "/restored")) {
    found.restored_ = {{file.read<Index>(group + "/restored/step", 1)[0],
                        file.read<double>(group + "/restored/eta_lambda", 1)[0]}};
  }
  *this = std::move(found);
}

void MemberRecord::write_files(const fs::path& folder, const Table& summary,
                               const Provenance& provenance) const {
  write_text(folder / "series.csv", series_csv(*this));
  // The last chunk of a series may be nearly empty.
  require_room(folder / "series.h5", 2.0 * 8.0 * static_cast<double>(size()) + description_bytes);
  write_atomically(folder / "series.h5", [&](const fs::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary);
    write(file, "");
    write_table(file, "summary", summary);
    write_provenance(file, provenance);
    file.close();
  });
}

std::string series_csv(const MemberRecord& record) {
  std::vector<Part> parts = {part_of(record.series(), "", {}),
                             part_of(record.kernel(), "", {"lambda", "residual", "matvecs"}),
                             part_of(record.kernel(), "kernel_", {"samples"})};
  for (const auto& [name, table] : record.quantities()) {
    parts.push_back(part_of(table, name + "_", {}));
  }
  std::vector<Column> columns = {integers("step")};
  for (const Part& part : parts) {
    for (const std::string& name : part.columns) columns.push_back(numbers(part.prefix + name));
  }
  Table joined(std::move(columns));
  for (;;) {
    Index step = none;
    for (const Part& part : parts) step = std::min(step, step_of(part.table, part.row));
    if (step == none) return to_csv(joined);
    std::vector<Cell> row;
    row.emplace_back(step);
    for (Part& part : parts) add_cells(part, step, row);
    joined.append(row);
  }
}

}  // namespace catapult
