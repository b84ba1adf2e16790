// What must hold between the keys of [data], and what they alone tell.
// defines: has_labels, known_samples, known_outputs, data_rules
#pragma once

#include "deck/rules.hpp"

namespace catapult {

/// Whether its samples carry labels, of which y is made.
bool has_labels(const DataOptions& data);

/// Samples of the training part; 0: only the data tell.
Index known_samples(const DataOptions& data);

/// Outputs k of the network; 0: only the data tell.
Index known_outputs(const DataOptions& data);

std::vector<Rule> data_rules();

}  // namespace catapult
