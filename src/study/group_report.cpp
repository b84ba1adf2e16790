#include "study/group_report.hpp"

#include "base/error.hpp"
#include "record/atomic_file.hpp"

namespace catapult {

GroupReport::GroupReport(bool leads, std::filesystem::path file)
    : leads_(leads), file_(std::move(file)) {}

void GroupReport::show(const MemberStatus& member) {
  if (!due()) return;
  status_.member = member;
  write();
  told_of_it_ = true;
}

void GroupReport::begin(const MemberStatus& member) {
  status_.member = member;
  if (told_of_it_ || due()) write();
  told_of_it_ = false;
}

void GroupReport::end() {
  status_.member = {};
  told_of_it_ = false;
  if (written_) write();
}

void GroupReport::write() {
  if (!leads_) return;
  last_ = Clock::now();
  try {
    write_group(file_, status_);
    written_ = true;
  } catch (const OutputError&) {
  }
}

}  // namespace catapult
