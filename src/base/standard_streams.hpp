// Standard input, output and error as shells and queues hand them over: closed, a pipe whose reader
// has gone, a full disk.
// defines: secure_standard_streams, speaks, print_text, print_out, print_error
#pragma once

#include <fmt/format.h>

#include <string>

namespace catapult {

/// To be called first of all. What is closed is taken by /dev/null, lest the next file that is
/// opened be written to as if it were a terminal; a pipe without a reader, or a file that has grown
/// to the limit (ulimit -f), fails to be written and no longer ends the process.
void secure_standard_streams();

/// Whether this process is the one of its job that speaks, as far as launchers tell before MPI has
/// started.
bool speaks();

/// To standard output, at once. A reader that has gone has seen what it wanted; any other failure
/// throws OutputError.
void print_text(const std::string& text);

template <class... Args>
void print_out(fmt::format_string<Args...> text, Args&&... args) {
  print_text(fmt::format(text, std::forward<Args>(args)...));
}

/// "error: MESSAGE" to standard error; nobody is left to be told where that fails.
void print_error(const std::string& message);

}  // namespace catapult
