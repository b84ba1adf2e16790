// Errors that end a command, each with the exit code that scripts see.
// defines: ExitCode, Error, UsageError, DataError, NumericalError, NotFiniteError, OutputError,
// BusyError, abort_job
#pragma once

#include <stdexcept>
#include <string>

namespace catapult {

/// What `catapult` returns to the shell.
enum class ExitCode : int {
  finished = 0,        ///< recorded divergence included
  internal_error = 1,  ///< a bug
  usage = 2,           ///< command line, deck, impossible size
  data = 3,            ///< data or checkpoint missing or corrupt
  numerical = 4,       ///< an eigenvalue that did not converge, NaN where none belongs
  output = 5,          ///< input or output failed
  busy = 6,            ///< run folder in use
  stopped_early = 75,  ///< valid checkpoint written, run the same command again
};

/// An error that all ranks of the communicator at hand throw together. Whatever is thrown on one
/// rank alone must be something else: it ends the whole job.
/// Messages read: problem (why it is one) suggestion.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

struct UsageError : Error {
  explicit UsageError(const std::string& message) : Error(ExitCode::usage, message) {}
};
struct DataError : Error {
  explicit DataError(const std::string& message) : Error(ExitCode::data, message) {}
};
struct NumericalError : Error {
  explicit NumericalError(const std::string& message) : Error(ExitCode::numerical, message) {}
};
/// Something computed holds NaN or inf: where a network trains, it has diverged.
struct NotFiniteError : NumericalError {
  using NumericalError::NumericalError;
};
struct OutputError : Error {
  explicit OutputError(const std::string& message) : Error(ExitCode::output, message) {}
};
struct BusyError : Error {
  explicit BusyError(const std::string& message) : Error(ExitCode::busy, message) {}
};

/// Ends all ranks with this code, at once: for what only this rank knows while others wait for it
/// in a collective call. No destructor runs, as many of them are collective.
[[noreturn]] void abort_job(ExitCode code, const std::string& message);

}  // namespace catapult
