// What arguments of several commands share: groups, examples, what values may be.
// defines: to_run, to_look, to_know, add_example, path_argument, add_path, count,
// count_above_zero, number_above_zero, add_settings, add_limits
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "command_line.hpp"

namespace catapult {

/// Groups of commands in the help of the program.
constexpr const char* to_run = "Run a study";
constexpr const char* to_look = "Start from a checkpoint";
constexpr const char* to_know = "Know this program";

/// The last line of a command's help: one that works as it stands where inputs/ lies. `note` goes
/// before it.
void add_example(CLI::App& command, const std::string& arguments, const std::string& note = "");

extern const CLI::Validator path_argument;  ///< expands ~ and $NAME

/// An argument that names a file or folder; `kind`: file_argument or folder_argument.
template <class Path>
CLI::Option* add_path(CLI::App& command, const char* name, Path& path, const char* kind,
                      const char* help) {
  return command.add_option(name, path, help)->type_name(kind)->transform(path_argument);
}

extern const CLI::Validator count;
extern const CLI::Validator count_above_zero;
extern const CLI::Validator number_above_zero;

/// --set
void add_settings(CLI::App& command, CommandLine& line);
/// --resume and --max-time
void add_limits(CLI::App& command, CommandLine& line);

}  // namespace catapult
