#include "study/member_record.hpp"

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

MemberRecord::MemberRecord(Index eigenvalues)
    : series_({integers("step"), numbers("time"), numbers("learning_rate"), numbers("loss"),
               numbers("accuracy"), numbers("test_loss"), numbers("test_accuracy")}),
      kernel_({integers("step"), numbers("lambda"), numbers("residual"), integers("matvecs"),
               integers("converged"), vectors("eigenvalues", eigenvalues)}) {}

void MemberRecord::add(const Row& row, const Score& test) {
  series_.append(
      {row.step, row.time, row.learning_rate, row.loss, row.accuracy, test.loss, test.accuracy});
}

void MemberRecord::add(Index step, const KernelMeasurement& kernel) {
  kernel_.append({step, kernel.lambda, kernel.residual, kernel.products,
                  Index{kernel.converged ? 1 : 0}, kernel.eigenvalues});
}

void MemberRecord::write(const fs::path& folder, const Table& summary,
                         const Provenance& provenance) const {
  write_text(folder / "series.csv", series_csv(series_, kernel_));
  write_atomically(folder / "series.h5", [&](const fs::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary);
    write_table(file, "", series_);
    write_table(file, "kernel", kernel_);
    write_table(file, "summary", summary);
    write_provenance(file, provenance);
    file.close();
  });
}

void MemberRecord::read(const Hdf5File& file, const std::string& series,
                        const std::string& kernel) {
  series_.read(file, series);
  kernel_.read(file, kernel);
}

std::string series_csv(const Table& series, const Table& kernel) {
  Table joined({integers("step"), numbers("time"), numbers("learning_rate"), numbers("loss"),
                numbers("accuracy"), numbers("test_loss"), numbers("test_accuracy"),
                numbers("lambda"), numbers("residual"), numbers("matvecs")});
  for (Index i = 0, j = 0; i < series.rows() || j < kernel.rows();) {
    const Index step = std::min(step_of(series, i), step_of(kernel, j));
    std::vector<Cell> row = {step,    unknown, unknown, unknown, unknown,
                             unknown, unknown, unknown, unknown, unknown};
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
      ++j;
    }
    joined.append(row);
  }
  return to_csv(joined);
}

}  // namespace catapult
