// What this program was built from.
// defines: BuildFacts, build_facts
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace catapult {

/// Facts of this build and of the libraries it runs with, as (name, value), in printing order:
/// version, git hash with "-dirty" where the tree was changed, compiler, flags, libraries.
using BuildFacts = std::vector<std::pair<std::string, std::string>>;

const BuildFacts& build_facts();

/// "0.1.0"
std::string version();

/// Commit the build was made from, "unknown" outside a checkout.
std::string git_hash();

}  // namespace catapult
