// What one member leaves behind: its series and its line of the summary.
// defines: MemberRecord, series_csv
#pragma once

#include <filesystem>

#include "model/loss.hpp"
#include "record/provenance.hpp"
#include "record/table.hpp"
#include "study/kernel_probe.hpp"
#include "train/state.hpp"

namespace catapult {

/// Series in memory, equal on all ranks of the member, written by one.
class MemberRecord {
 public:
  /// `eigenvalues`: how many each measurement delivers.
  explicit MemberRecord(Index eigenvalues);

  /// `test`: NaN where there are no test samples.
  void add(const Row& row, const Score& test);
  void add(Index step, const KernelMeasurement& kernel);

  const Table& series() const { return series_; }
  const Table& kernel() const { return kernel_; }

  /// series.h5 and series.csv in `folder`, with the member's line of the summary: who finds it
  /// knows that the member is finished. By this rank alone. Throws OutputError.
  void write(const std::filesystem::path& folder, const Table& summary,
             const Provenance& provenance) const;
  /// The same tables from two groups of a file: "" and "kernel" of series.h5. Throws DataError.
  void read(const Hdf5File& file, const std::string& series, const std::string& kernel);

 private:
  Table series_;
  Table kernel_;
};

/// The rows of both tables by step; a field is empty where nothing was measured.
std::string series_csv(const Table& series, const Table& kernel);

}  // namespace catapult
