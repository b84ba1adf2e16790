// What must hold between the keys of [model], and those that say what it trains on and where.
// defines: model_rules
#pragma once

#include "deck/rules.hpp"

namespace catapult {

std::vector<Rule> model_rules();

}  // namespace catapult
