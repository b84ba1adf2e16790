// Keys of the deck's [study] and [boundary] tables.
// defines: StudyOptions, BoundaryOptions, describe
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

struct BoundaryOptions {
  std::vector<std::string> find;
  std::vector<double> between = {1.0, 40.0};
  double resolution = 0.02;
  double fall = 0.1;
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

template <class Visitor>
void describe(Visitor& option, BoundaryOptions& o) {
  option("find", o.find, one_of({"loss_rises", "lambda_falls", "diverges"}), "",
         "in place of a learning rate: the c = eta lambda_0 beyond which the loss rises above its "
         "first value, lambda ends below lambda_0 (see fall), training diverges; by bisection, for "
         "each combination of the sweep");
  option("between", o.between, above(0.0), "1/lambda_0", "[low, high]: c at the ends of the range");
  option("resolution", o.resolution, above(0.0), "1/lambda_0",
         "width of the interval that a boundary is found in");
  option("fall", o.fall, between(0.0, 1.0), "lambda_0", "by which lambda has to fall at least");
}

}  // namespace catapult
