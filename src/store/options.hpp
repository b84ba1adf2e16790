// Keys of the deck's [checkpoint] table.
// defines: CheckpointOptions, describe
#pragma once

#include <vector>

#include "base/integer.hpp"
#include "base/option.hpp"

namespace catapult {

struct CheckpointOptions {
  Index every = 0;
  std::vector<Index> at;
  double minutes = 0.0;
  Index keep = 2;
};

template <class Visitor>
void describe(Visitor& option, CheckpointOptions& o) {
  option("every", o.every, at_least(0), "steps", "between checkpoints; 0: off");
  option("at", o.at, at_least(0), "steps",
         "write one before these steps, the last one included; kept for good");
  option("minutes", o.minutes, at_least(0.0), "minutes", "between checkpoints; 0: off");
  option("keep", o.keep, at_least(1), "checkpoints",
         "the newest ones that stay, besides those named in at");
}

}  // namespace catapult
