#include "store/member_record.hpp"

#include <algorithm>
#include <limits>

#include "record/atomic_file.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

Index step_of(const Table& table, Index row) {
  return row < table.rows() ? std::get<Index>(table.at(row, "step"))
                            : std::numeric_limits<Index>::max();
}

}  // namespace

TwinSeries::TwinSeries()
    : rows({integers("step"), numbers("time"), numbers("loss"), numbers("accuracy"),
            numbers("test_loss"), numbers("test_accuracy"), numbers("distance")}) {}

MemberRecord::MemberRecord(Index eigenvalues)
    : series_({integers("step"), numbers("time"), numbers("learning_rate"), numbers("loss"),
               numbers("accuracy"), numbers("test_loss"), numbers("test_accuracy")}),
      kernel_({integers("step"), numbers("lambda"), numbers("residual"), integers("matvecs"),
               integers("converged"), added_later(integers("samples")),
               added_later(numbers("error_share")), vectors("eigenvalues", eigenvalues)}),
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
  for (const auto& [name, twin] : twins_) all += of(twin.rows);
  return all;
}

void MemberRecord::write(Hdf5File& file, const std::string& group) const {
  write_table(file, group, series_);
  write_table(file, group + "/kernel", kernel_);
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
  MemberRecord found(kernel_.columns().back().width);
  found.series_.read(file, group);
  found.kernel_.read(file, group + "/kernel");
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
  write_text(folder / "series.csv", series_csv(series_, kernel_));
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

std::string series_csv(const Table& series, const Table& kernel) {
  Table joined({integers("step"), numbers("time"), numbers("learning_rate"), numbers("loss"),
                numbers("accuracy"), numbers("test_loss"), numbers("test_accuracy"),
                numbers("lambda"), numbers("residual"), numbers("matvecs"),
                numbers("kernel_samples")});
  for (Index i = 0, j = 0; i < series.rows() || j < kernel.rows();) {
    const Index step = std::min(step_of(series, i), step_of(kernel, j));
    std::vector<Cell> row(joined.columns().size(), unknown);
    row[0] = step;
    if (step_of(series, i) == step) {
      for (std::size_t c = 1; c < series.columns().size(); ++c) {
        row[c] = series.at(i, series.columns()[c].name);
      }
      ++i;
    }
    if (step_of(kernel, j) == step) {
      row[7] = kernel.at(j, "lambda");
      row[8] = kernel.at(j, "residual");
      row[9] = static_cast<double>(std::get<Index>(kernel.at(j, "matvecs")));
      const Index samples = std::get<Index>(kernel.at(j, "samples"));  // 0: not recorded
      if (samples > 0) row[10] = static_cast<double>(samples);
      ++j;
    }
    joined.append(row);
  }
  return to_csv(joined);
}

}  // namespace catapult
