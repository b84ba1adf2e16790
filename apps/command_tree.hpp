// The commands of the program with their arguments, as CLI11 parses them.
// defines: add_commands, add_checkpoint_commands
#pragma once

#include <CLI/CLI.hpp>

#include "command_line.hpp"

namespace catapult {

/// All of them, in the order in which a user meets them. What is parsed goes to `line`, which must
/// live as long as `app`.
void add_commands(CLI::App& app, CommandLine& line);

/// Of these those that start from a checkpoint.
void add_checkpoint_commands(CLI::App& app, CommandLine& line);

}  // namespace catapult
