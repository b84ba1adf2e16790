// The table of a study: one row a member.
// defines: empty_summary, summary_row, unfinished_row, recorded_outcome, is_finished,
// write_summary,
// member_folder
#pragma once

#include <filesystem>

#include "deck/study.hpp"
#include "record/provenance.hpp"
#include "record/table.hpp"
#include "study/member.hpp"

namespace catapult {

/// member, the swept keys, then what became of it; no rows.
Table empty_summary(const Study& study);

/// The row of a member that has run.
std::vector<Cell> summary_row(const Study& study, Index member, const MemberResult& result);

/// The row of a member that failed or has not run: keys, outcome, nothing else.
std::vector<Cell> unfinished_row(const Study& study, Index member, const std::string& outcome);

/// The outcome that series.h5 in `folder` tells; "" where there is none.
std::string recorded_outcome(const std::filesystem::path& folder);

/// Whether a member with this recorded outcome need not run again.
bool is_finished(const std::string& outcome);

/// summary.csv and study.h5 in `run` from the members' own files. A member without one has the
/// outcome `missing`. By this rank alone. Throws OutputError, DataError.
Table write_summary(const std::filesystem::path& run, const Study& study,
                    const Provenance& provenance, Outcome missing);

/// Folder of a member within the run folder.
std::filesystem::path member_folder(const std::filesystem::path& run, Index member);

}  // namespace catapult
