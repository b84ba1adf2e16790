// Scripts by which a shell completes the command line, written from its own description.
// defines: file_argument, folder_argument, setting_argument, shells, completion_script
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace catapult {

/// Type names of arguments that a shell completes by its own means; of a setting it is the keys of
/// a deck. Help shows them.
constexpr const char* file_argument = "FILE";
constexpr const char* folder_argument = "FOLDER";
constexpr const char* setting_argument = "KEY=VALUE";

/// Those that there are scripts for.
std::vector<std::string> shells();

/// For one of shells(): commands, options, the values of those that have a few (IsMember), files
/// and folders, keys of a deck with their values.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace catapult
