// Keys of the deck's [study] table.
// defines: StudyOptions, describe
#pragma once

#include <string>

#include "base/integer.hpp"
#include "base/option.hpp"

namespace catapult {

struct StudyOptions {
  std::string name = "study";
  std::string output;
  Index members_at_once = 0;
  double watchdog_minutes = 60.0;
};

template <class Visitor>
void describe(Visitor& option, StudyOptions& o) {
  option("name", o.name, any(), "", "of the study, in its files, pictures and run folder");
  option("output", o.output, path_name(), "", "run folder; \"\": runs/ and the name");
  option("members_at_once", o.members_at_once, at_least(0), "members",
         "side by side, each on its share of the ranks; 0: as many as ranks and memory allow");
  option("watchdog_minutes", o.watchdog_minutes, at_least(0.0), "minutes",
         "end the job where no step has ended for so long, nor for 10 times the slowest; 0: never");
}

}  // namespace catapult
