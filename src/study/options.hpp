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
};

/// The grid of ranks that trains one member.
struct ParallelOptions {
  Index width_ranks = 0;
  Index sample_ranks = 0;
};

struct CheckpointOptions {
  std::vector<Index> at;
};

template <class Visitor>
void describe(Visitor& option, StudyOptions& o) {
  option("name", o.name, any(), "", "of the study, in its files, pictures and run folder");
  option("output", o.output, any(), "", "run folder; \"\": runs/ and the name");
  option("members_at_once", o.members_at_once, at_least(0), "members",
         "side by side, each on its share of the ranks; 0: as many as ranks and memory allow");
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
  option("at", o.at, at_least(0), "steps",
         "write the weights before these steps, the last one included; kept for good");
}

}  // namespace catapult
