// What one member leaves behind: its series, those of its twins, and its line of the summary.
// defines: TwinSeries, quantity_tables, MemberRecord, series_csv
#pragma once

#include <filesystem>
#include <map>

#include "curvature/kernel_probe.hpp"
#include "curvature/options.hpp"
#include "model/loss.hpp"
#include "record/provenance.hpp"
#include "record/table.hpp"
#include "train/state.hpp"

namespace catapult {

/// The series of one twin, and how it ended: as a member does, or "left" where it was watched and
/// has left the network; "" while it goes on.
struct TwinSeries {
  TwinSeries();
  Table rows;
  std::string outcome;
};

/// From when on the linear twins of a watched member stay with it; step -1: none did.
struct Restored {
  Index step = -1;
  double eta_lambda = 0.0;  ///< there
};

/// A table each of what measure.curvature asks for beside the kernel, by the name of its group.
std::map<std::string, Table> quantity_tables(const MeasureOptions& measured);

/// Series in memory, equal on all ranks of the member, written by one.
class MemberRecord {
 public:
  /// Of what is to be measured.
  explicit MemberRecord(const MeasureOptions& measured);

  /// `test`: NaN where there are no test samples.
  void add(const Row& row, const Score& test);
  void add(Index step, const KernelMeasurement& kernel);
  /// |Theta_step - Theta_reference|_F / |Theta_reference|_F
  void add_change(Index reference, Index step, double change);

  /// A row of "hessian", say: see quantity_tables.
  void add(const std::string& quantity, const std::vector<Cell>& row) {
    quantities_.at(quantity).append(row);
  }

  /// That of "at_10/linear", made where it is new.
  TwinSeries& twin(const std::string& name) { return twins_[name]; }
  void set_restored(const Restored& restored) { restored_ = {restored}; }

  const Table& series() const { return series_; }
  const Table& kernel() const { return kernel_; }
  const std::map<std::string, Table>& quantities() const { return quantities_; }
  Index size() const;  ///< numbers in all tables together

  /// All tables as GROUP/step, GROUP/loss, ..., GROUP/kernel/..., GROUP/hessian/..., ...,
  /// GROUP/kernel_change/..., GROUP/twins/at_10/linear/.... Collective where the file is shared.
  void write(Hdf5File& file, const std::string& group) const;
  /// Replaces all of them, or, where it throws DataError, none.
  void read(const Hdf5File& file, const std::string& group);

  /// series.h5 and series.csv in `folder`, with the member's line of the summary: who finds it
  /// knows how the member ended. By this rank alone. Throws OutputError.
  void write_files(const std::filesystem::path& folder, const Table& summary,
                   const Provenance& provenance) const;

 private:
  MeasureOptions measured_;
  Table series_;
  Table kernel_;
  std::map<std::string, Table> quantities_;
  Table changes_;
  std::map<std::string, TwinSeries> twins_;
  std::vector<Restored> restored_;  ///< one where twins were watched to the end
};

/// The rows of all tables by step; a field is empty where nothing was measured.
std::string series_csv(const MemberRecord& record);

}  // namespace catapult
