// Keys of the deck's [linearize] table.
// defines: LinearizeOptions, describe
#pragma once

#include <string>
#include <vector>

#include "base/integer.hpp"
#include "base/option.hpp"

namespace catapult {

struct LinearizeOptions {
  std::vector<Index> at;
  std::vector<std::string> models = {"linear"};
  bool watch = false;
  double tolerance = 0.1;
};

template <class Visitor>
void describe(Visitor& option, LinearizeOptions& o) {
  option("at", o.at, at_least(0), "steps",
         "fork a twin of the network before these steps: its expansion about the parameters there, "
         "trained on as the network is");
  option("models", o.models, one_of({"linear", "quadratic"}), "", "orders of the expansion");
  option("watch", o.watch, any(), "",
         "fork linear twins on a logarithmic grid of steps, end those that leave the network, and "
         "tell the first step from which one stays with it to the end");
  option("tolerance", o.tolerance, above(0.0), "|y|",
         "of watch: a twin has left the network once |f - f_twin| is larger");
}

}  // namespace catapult
