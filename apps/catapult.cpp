// The program: reads its command line, starts the libraries, calls one function of room study.
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <new>
#include <optional>

#include "base/log.hpp"
#include "base/session.hpp"
#include "base/standard_streams.hpp"
#include "command_line.hpp"
#include "commands/bench.hpp"
#include "commands/info.hpp"
#include "commands/selftest.hpp"
#include "deck/print.hpp"

namespace {

using namespace catapult;

/// Commands that need no MPI; of several ranks one answers.
std::optional<int> run_alone(const CommandLine& line) {
  std::function<void()> answer;
  if (line.command == "defaults") answer = [] { print_text(print_defaults()); };
  if (line.command == "info") {
    answer = [&] { print_text(line.cite ? citation() : describe_program()); };
  }
  if (line.command == "check") answer = [&] { print_text(check_deck(line.check)); };
  if (line.command == "watch") answer = [&] { watch_run(line.watch); };
  if (!answer) return std::nullopt;
  if (speaks()) answer();
  return 0;
}

ExitCode run_together(const CommandLine& line, const Communicator& world) {
  Log log(world.is_root());
  if (line.command == "bench") return bench_deck(line.run, line.followed, line.json, world);
  if (line.command == "selftest") return selftest(world);
  if (line.command == "run") return run_study(line.run, world, log);
  if (line.command == "linearize") {
    return linearize_checkpoint(line.linearize, line.run, world, log);
  }
  if (line.command == "spectrum") spectrum_of_checkpoint(line.spectrum, world);
  if (line.command == "slice") slice_through_checkpoints(line.slice, world);
  if (line.command == "predict") predict_from_checkpoint(line.predict, world);
  return ExitCode::finished;
}

/// What an exception is to the user that the rooms do not know as an Error.
Error as_error(const std::exception& problem) {
  if (const auto* known = dynamic_cast<const Error*>(&problem)) return *known;
  const bool size = dynamic_cast<const std::bad_alloc*>(&problem) ||
                    dynamic_cast<const std::length_error*>(&problem);
  if (size) {
    return UsageError(
        fmt::format("memory is exhausted ({}); use more ranks on more nodes, or a smaller study",
                    problem.what()));
  }
  if (dynamic_cast<const std::filesystem::filesystem_error*>(&problem)) {
    return OutputError(problem.what());
  }
  return Error(ExitCode::internal_error,
               fmt::format("{} (a bug; please report it)", problem.what()));
}

int code_of(const Error& error) { return static_cast<int>(error.code()); }

int run_on_ranks(int argc, char** argv, const CommandLine& line) {
  const MpiSession mpi(argc, argv);
  const Communicator world(MPI_COMM_WORLD);
  try {
    const Session session(world);
    return static_cast<int>(run_together(line, world));
  } catch (const Error& error) {
    // All ranks know of it: it is told once.
    if (world.is_root()) print_error(error.what());
    return code_of(error);
  } catch (const std::exception& problem) {
    // What one rank alone knows: nobody waits for it in vain.
    const Error error = as_error(problem);
    abort_job(error.code(), error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  secure_standard_streams();
  try {
    // 1. What is asked?
    CommandLine line;
    if (const auto answered = parse_command_line(argc, argv, line)) return *answered;

    // 2. Some need no MPI.
    if (const auto done = run_alone(line)) return *done;

    // 3. All others run on the ranks at hand.
    return run_on_ranks(argc, argv, line);
  } catch (const std::exception& problem) {
    const Error error = as_error(problem);
    print_error(error.what());
    return code_of(error);
  }
}
