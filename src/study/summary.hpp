// The table of a study: one row a member.
// defines: MemberId, name_of, key_columns, key_cells, empty_summary, summary_row, unfinished_row,
// RecordedEnd, recorded_end, recorded_line, is_finished, write_summary, member_folder
#pragma once

#include <filesystem>
#include <map>

#include "deck/study.hpp"
#include "record/provenance.hpp"
#include "record/table.hpp"
#include "study/member.hpp"

namespace catapult {

/// A training of a study: member number `member`, or of the search for its boundaries trial number
/// `trial`.
struct MemberId {
  Index member = 0;
  Index trial = -1;
};

/// "0003", "0003-07"
std::string name_of(const MemberId& id);

/// The columns of the swept keys, and a member's row of them.
std::vector<Column> key_columns(const Study& study);
std::vector<Cell> key_cells(const Study& study, Index member);

/// member, the swept keys, then what became of it; no rows.
Table empty_summary(const Study& study);

/// The row of a member that has run, with this momentum.
std::vector<Cell> summary_row(const Study& study, const MemberId& id, const MemberResult& result,
                              double momentum);

/// The row of a member that failed or has not run: keys, outcome, nothing else.
std::vector<Cell> unfinished_row(const Study& study, const MemberId& id,
                                 const std::string& outcome);

/// What series.h5 of a member tells; "" where there is none.
struct RecordedEnd {
  std::string outcome, phase;
};
RecordedEnd recorded_end(const std::filesystem::path& folder);

/// The row of the summary in series.h5 in `folder`. Throws DataError.
Table recorded_line(const std::filesystem::path& folder, const Study& study);

/// Whether a member with this recorded outcome need not run again.
bool is_finished(const std::string& outcome);

/// summary.csv and study.h5 in `run` from the members' own files, the latter with `others` as well
/// (by their names); spikes.csv where spikes are looked for. A member without one has the outcome
/// `missing`. By this rank alone. Throws OutputError, DataError.
Table write_summary(const std::filesystem::path& run, const Study& study,
                    const std::vector<MemberId>& members, const Provenance& provenance,
                    Outcome missing, const std::map<std::string, Table>& others = {});

/// Folder of a member within the run folder.
std::filesystem::path member_folder(const std::filesystem::path& run, const MemberId& id);

}  // namespace catapult
