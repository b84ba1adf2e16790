// What the log tells people of a study, as lines.
// defines: swept_words, member_line, summary_lines, boundary_lines, time_words
#pragma once

#include <string>
#include <vector>

#include "deck/study.hpp"
#include "record/table.hpp"
#include "study/member.hpp"
#include "study/stopwatch.hpp"

namespace catapult {

/// "width 512, depth 3": what distinguishes a member but its learning rate; "" where nothing does.
std::string swept_words(const Study& study, Index member);

/// A training that has ended: the same columns in every line. `name`: "member 0003"; `how`: as
/// ending() says it; `seconds`: by this run of the program; `swept`: swept_words().
std::string member_line(const std::string& name, const std::string& how, const MemberResult& result,
                        double seconds, const std::string& swept);

/// The summary of all members as a table, in groups of equal swept keys (learning rates and seeds
/// apart), by learning rate in each; of many members a line for each phase of a group, of many
/// groups for each phase, and where the members are told one by one: in `file`.
std::vector<std::string> summary_lines(const Study& study, const Table& summary,
                                       const std::string& file);

/// boundaries.csv as such a table; of many the first ones.
std::vector<std::string> boundary_lines(const Study& study, const Table& found,
                                        const std::string& file);

/// "12.3 s (steps 62 %, kernel 21 %, output 9 %)": how long a study took and the shares of what
/// took it, of all groups together, the largest first.
std::string time_words(const PartSeconds& seconds, double elapsed);

}  // namespace catapult
