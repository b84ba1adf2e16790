// The sweep of a study: axes, and the members their product makes.
// defines: SweepAxis, may_be_swept, read_axes, member_position, expand
#pragma once

#include <string>
#include <vector>

#include "deck/option_list.hpp"

namespace catapult {

struct Document;
class Problems;

struct SweepAxis {
  std::string key;
  std::vector<OptionValue> values;
};

/// The keys of [study] and [boundary] hold for all members.
bool may_be_swept(const std::string& key);

/// The axes of [study.sweep] as far as they are usable; the rest goes to `problems`.
std::vector<SweepAxis> read_axes(const Document& document, const std::vector<OptionTable>& tables,
                                 Problems& problems);

/// Position on each axis of member `member`; the first axis is the outermost.
std::vector<std::size_t> member_position(const std::vector<SweepAxis>& axes, std::size_t member);

/// One deck a member; `base` alone where nothing is swept.
std::vector<Deck> expand(const Deck& base, const std::vector<SweepAxis>& axes);

}  // namespace catapult
