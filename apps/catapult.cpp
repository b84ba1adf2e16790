// The program: reads its command line, starts the libraries, calls one function of room study.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

#include "base/log.hpp"
#include "base/session.hpp"
#include "deck/print.hpp"
#include "study/bench.hpp"
#include "study/check.hpp"
#include "study/info.hpp"
#include "study/run.hpp"
#include "study/selftest.hpp"
#include "study/spectrum.hpp"

namespace {

using namespace catapult;

struct CommandLine {
  std::string command;
  RunRequest run;
  SpectrumCommand spectrum;
  std::string out;
  std::string resume = "auto";
  CheckRequest check;
  bool json = false;
  bool cite = false;
};

void add_settings(CLI::App& command, std::vector<std::string>& settings) {
  command
      .add_option("--set", settings,
                  "key=value in place of the deck's, e.g. --set model.width=64; may be repeated")
      ->allow_extra_args(false);
}

void add_deck(CLI::App& command, CommandLine& line) {
  command.add_option("deck", line.run.deck, "deck of the study (inputs/ holds examples)")
      ->required();
  add_settings(command, line.run.settings);
}

void add_spectrum(CLI::App& app, SpectrumCommand& spectrum) {
  auto* command = app.add_subcommand("spectrum", "eigenvalues of the kernel at a checkpoint");
  command->add_option("checkpoint", spectrum.checkpoint, "checkpoint or weights file of a run")
      ->required();
  add_settings(*command, spectrum.settings);
  command->add_option("--samples", spectrum.samples, "first ones of the training data")
      ->check(CLI::PositiveNumber);
  command->add_option("--eigenvalues", spectrum.eigenvalues, "how many, largest first, or all");
  command->add_flag("--vectors", spectrum.vectors, "write eigenvectors as well");
  command->add_option("--out", spectrum.out, "folder of the result, in place of the member's");
}

void add_check(CLI::App& command, CheckRequest& check) {
  command.add_option("--ranks", check.ranks, "ranks the study will run on")
      ->check(CLI::PositiveNumber);
  command.add_option("--machine", check.machine, "here: timed now; cluster: fixed parameters")
      ->check(CLI::IsMember({"here", "cluster"}));
  command
      .add_option("--node-cores", check.node_cores, "cores of a node, in place of the machine's")
      ->check(CLI::PositiveNumber);
  command.add_option("--node-memory", check.node_memory, "GB of a node, in place of the machine's")
      ->check(CLI::PositiveNumber);
  command.add_flag("--json", check.json, "print JSON");
}

/// Fills `line`; returns what to end with where the parser itself has answered.
std::optional<int> parse(int argc, char** argv, CommandLine& line) {
  CLI::App app("Gradient descent on wide neural networks at large learning rates", "catapult");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  auto* run = app.add_subcommand("run", "run a study; under mpirun or srun on any number of ranks");
  add_deck(*run, line);
  run->add_option("--out", line.out, "run folder, in place of study.output");
  run->add_option("--resume", line.resume, "auto: continue what the run folder holds; never: anew")
      ->check(CLI::IsMember({"auto", "never"}));
  run->add_option("--max-time", line.run.max_time,
                  "stop with a checkpoint before so long: minutes, HH:MM:SS, D-HH:MM:SS, ...");
  auto* check = app.add_subcommand("check", "say what a deck will do and cost, without doing it");
  add_deck(*check, line);
  add_check(*check, line.check);
  app.add_subcommand("defaults", "print a complete commented deck");
  auto* info = app.add_subcommand("info", "print version, libraries and backends");
  info->add_flag("--cite", line.cite, "print the BibTeX entries to cite");
  auto* bench = app.add_subcommand("bench", "time the training step and kernel of a deck");
  add_deck(*bench, line);
  bench->add_flag("--json", line.json, "print JSON");
  add_spectrum(app, line.spectrum);
  app.add_subcommand("selftest", "check this build against exact results on the ranks at hand");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // --help
    app.exit(error);
    return static_cast<int>(asked ? ExitCode::finished : ExitCode::usage);
  }
  line.command = app.get_subcommands().front()->get_name();
  if (!line.out.empty()) line.run.settings.push_back(fmt::format("study.output={}", line.out));
  line.run.anew = line.resume == "never";
  return std::nullopt;
}

/// Commands of one process that need no MPI.
std::optional<int> run_alone(const CommandLine& line) {
  if (line.command == "defaults") {
    fmt::print("{}", print_defaults());
  } else if (line.command == "info") {
    fmt::print("{}", line.cite ? citation() : describe_program());
  } else if (line.command == "check") {
    CheckRequest check = line.check;
    check.deck = line.run.deck;
    check.settings = line.run.settings;
    fmt::print("{}", check_deck(check));
  } else {
    return std::nullopt;
  }
  return 0;
}

ExitCode run_together(const CommandLine& line, const Communicator& world) {
  Log log(world.is_root());
  if (line.command == "bench") return bench_deck(line.run, line.json, world);
  if (line.command == "selftest") return selftest(world);
  if (line.command == "spectrum") {
    spectrum_of_checkpoint(line.spectrum, world);
    return ExitCode::finished;
  }
  return run_study(line.run, world, log);
}

/// An error that all ranks know of is told once.
int tell(const Error& error, bool speaks) {
  if (speaks) fmt::print(stderr, "error: {}\n", error.what());
  return static_cast<int>(error.code());
}

/// What one rank alone knows: nobody waits for it in vain.
[[noreturn]] void abort_all(const std::string& what, ExitCode code) {
  fmt::print(stderr, "error: {}\n", what);
  std::fflush(nullptr);
  MPI_Abort(MPI_COMM_WORLD, static_cast<int>(code));
  std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  // 1. What is asked?
  CommandLine line;
  for (int i = 0; i < argc; ++i) line.run.command_line += (i > 0 ? " " : "") + std::string(argv[i]);
  line.spectrum.command_line = line.run.command_line;
  if (const auto answered = parse(argc, argv, line)) return *answered;

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
  } catch (const RankError& error) {
    abort_all(error.what(), error.code());
  } catch (const std::exception& error) {
    abort_all(fmt::format("{} (a bug; please report it)", error.what()), ExitCode::internal_error);
  }
}
