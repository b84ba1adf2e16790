// The program: reads its command line, starts the libraries, calls one function of room study.
#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "base/log.hpp"
#include "base/session.hpp"
#include "command_line.hpp"
#include "commands/bench.hpp"
#include "commands/info.hpp"
#include "commands/selftest.hpp"
#include "deck/print.hpp"

namespace {

using namespace catapult;

/// Commands of one process that need no MPI.
std::optional<int> run_alone(const CommandLine& line) {
  if (line.command == "defaults") {
    fmt::print("{}", print_defaults());
  } else if (line.command == "info") {
    fmt::print("{}", line.cite ? citation() : describe_program());
  } else if (line.command == "check") {
    fmt::print("{}", check_deck(line.check));
  } else {
    return std::nullopt;
  }
  return 0;
}

ExitCode run_together(const CommandLine& line, const Communicator& world) {
  Log log(world.is_root());
  if (line.command == "bench") return bench_deck(line.run, line.json, world);
  if (line.command == "selftest") return selftest(world);
  if (line.command == "run") return run_study(line.run, world, log);
  if (line.command == "linearize") {
    return linearize_checkpoint(line.linearize, line.run, world, log);
  }
  if (line.command == "spectrum") spectrum_of_checkpoint(line.spectrum, world);
  if (line.command == "predict") predict_from_checkpoint(line.predict, world);
  return ExitCode::finished;
}

/// An error that all ranks know of is told once.
int tell(const Error& error, bool speaks) {
  if (speaks) fmt::print(stderr, "error: {}\n", error.what());
  return static_cast<int>(error.code());
}

}  // namespace

int main(int argc, char** argv) {
  // 1. What is asked?
  CommandLine line;
  if (const auto answered = parse_command_line(argc, argv, line)) return *answered;

  // 2. Some need no MPI.
  try {
    if (const auto done = run_alone(line)) return *done;
  } catch (const Error& error) {
    return tell(error, true);
  }

  // 3. All others run on the ranks at hand.
  const Session session(argc, argv);
  const Communicator world(MPI_COMM_WORLD);
  try {
    return static_cast<int>(run_together(line, world));
  } catch (const Error& error) {
    return tell(error, world.is_root());
  } catch (const std::exception& error) {
    // What one rank alone knows: nobody waits for it in vain.
    abort_job(ExitCode::internal_error, fmt::format("{} (a bug; please report it)", error.what()));
  }
}
