// Checks what must hold between the keys of each member of a study.
// defines: check_members
#pragma once

#include "deck/study.hpp"

namespace catapult {

struct Document;
class Problems;

/// Tells each broken rule once: for the first member that breaks it, with the swept values that
/// the rule looks at, and for how many others.
void check_members(const Study& study, const Document& document, Problems& problems);

}  // namespace catapult
