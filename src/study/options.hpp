// Keys of the deck's [study], [parallel] and [checkpoint] tables.
// defines: StudyOptions, ParallelOptions, CheckpointOptions, describe
#pragma once

#include <string>
#include <vector>

#include "base/integer.hpp"
#include "base/option.hpp"

namespace catapult {

struct StudyOptions {
  std::string name = "study";
  std::string output;
  Index members_at_once = 0;
  double watchdog_minutes = 60.0;
};

/// The grid of ranks that trains one member.
struct ParallelOptions {
  Index width_ranks = 0;
  Index sample_ranks = 0;
};

struct CheckpointOptions {
  Index every = 0;
  std::vector<Index> at;
  double minutes = 0.0;
  Index keep = 2;
};

template <class Visitor>
void describe(Visitor& option, StudyOptions& o) {
  option("name", o.name, any(), "", "of the study, in its files, pictures and run folder");
  option("output", o.output, any(), "", "run folder; \"\": runs/ and the name");
  option("members_at_once", o.members_at_once, at_least(0), "members",
         "side by side, each on its share of the ranks; 0: as many as ranks and memory allow");
  option("watchdog_minutes", o.watchdog_minutes, at_least(0.0), "minutes",
         "end the job where no step has ended for so long, nor for 10 times the slowest; 0: never");
}

template <class Visitor>
void describe(Visitor& option, ParallelOptions& o) {
  option("width_ranks", o.width_ranks, at_least(0), "ranks",
         "over which the neurons of a member are spread; 0: chosen");
  option("sample_ranks", o.sample_ranks, at_least(0), "ranks",
         "over which the samples of a batch are spread; 0: chosen");
}

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
