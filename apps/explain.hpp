// What is wrong with a command line, for its user.
// defines: explain
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace catapult {

/// What the parser of `app` has refused, what may have been meant and where to read on; `first`:
/// the first argument of the program, "" where there is none.
std::string explain(const CLI::App& app, const CLI::ParseError& error, const std::string& first);

}  // namespace catapult
