// What must hold between loss, optimizer and what is measured of them.
// defines: curvature_rules
#pragma once

#include "deck/rules.hpp"

namespace catapult {

std::vector<Rule> curvature_rules();

}  // namespace catapult
