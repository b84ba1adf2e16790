// One deck for all ranks.
// defines: agree_on_study, run_path
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "deck/study.hpp"

namespace catapult {

/// The deck of rank 0, which reads the file and gives its verdict first; then all parse the text
/// and compare a hash of the resolved deck. Throws UsageError. Collective.
Study agree_on_study(const std::string& path, const std::vector<std::string>& settings,
                     bool short_version, const Communicator& world);

/// The run folder: study.output, else runs/ and the name.
std::filesystem::path run_path(const Study& study);

}  // namespace catapult
