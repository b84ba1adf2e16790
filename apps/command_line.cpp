#include "command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <thread>

#include "base/error.hpp"
#include "base/path_text.hpp"
#include "base/version.hpp"
#include "deck/nearest.hpp"

namespace catapult {
namespace {

/// An argument that names a file or folder, in which ~ and $NAME are expanded.
const CLI::Validator path_argument(
    [](std::string& path) {
      if (path.empty()) return std::string("an empty text; name a file or folder, or leave it out");
      try {
        path = expanded_path(path);
        return std::string();
      } catch (const UsageError& reason) {
        return fmt::format("{} ({}); write it in full", path, reason.what());
      }
    },
    "");

CLI::Validator numbers(const char* range, bool (*holds)(double)) {
  const auto check = [range, holds](const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool good = !text.empty() && *end == 0 && std::isfinite(value) && holds(value);
    return good ? std::string() : fmt::format("{} (must be a number {})", text, range);
  };
  return CLI::Validator(check, "");
}
const CLI::Validator number = numbers("of at least 0", [](double value) { return value >= 0.0; });
const CLI::Validator number_above_zero =
    numbers("above 0", [](double value) { return value > 0.0; });

void add_settings(CLI::App& command, CommandLine& line) {
  command
      .add_option("--set", line.settings,
                  "key=value in place of the deck's, e.g. --set model.width=64; may be repeated")
      ->allow_extra_args(false);
}

CLI::App& deck_command(CLI::App& app, CommandLine& line, const char* name, const char* help) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_option("deck", line.run.deck, "deck of the study (inputs/ holds examples)")
      ->required()
      ->transform(path_argument);
  command->add_flag("--short", line.run.short_version,
                    "the short version, [study.short] of the deck");
  add_settings(*command, line);
  return *command;
}

CLI::App& checkpoint_command(CLI::App& app, CommandLine& line, const char* name, const char* help) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_option("checkpoint", line.checkpoint, "checkpoint of a run")
      ->required()
      ->transform(path_argument);
  add_settings(*command, line);
  command->add_option("--out", line.out, "folder of the result, in place of the member's")
      ->transform(path_argument);
  return *command;
}

void add_limits(CLI::App& command, CommandLine& line) {
  command
      .add_option("--resume", line.resume, "auto: continue what the run folder holds; never: anew")
      ->check(CLI::IsMember({"auto", "never"}));
  command.add_option("--max-time", line.run.max_time,
                     "stop with a checkpoint before so long: minutes, HH:MM:SS, D-HH:MM:SS, ...");
}

void add_check(CLI::App& app, CommandLine& line) {
  CLI::App& command =
      deck_command(app, line, "check", "say what a deck will do and cost, without doing it");
  CheckRequest& check = line.check;
  command.add_option("--ranks", check.ranks, "ranks the study will run on")
      ->check(number_above_zero);
  command
      .add_option(
          "--machine", check.machine,
          "here: timed now; fixed numbers: cluster, of cores, or a100, h100, mi250x, of GPUs")
      ->check(CLI::IsMember(check_machines()));
  command
      .add_option("--node-cores", check.node_cores, "cores of a node, in place of the machine's")
      ->check(number_above_zero);
  command
      .add_option("--node-memory", check.node_memory,
                  "GB of a node's host memory, in place of the machine's")
      ->check(number_above_zero);
  command.add_flag("--json", check.json, "print JSON");
}

void add_watch(CLI::App& app, CommandLine& line) {
  CLI::App& command =
      *app.add_subcommand("watch", "show how far a run is, until it ends; reads its files alone");
  command.add_option("run", line.watch.run, "run folder")->required()->transform(path_argument);
  command.add_flag("--once", line.watch.once, "show it once");
}

void add_spectrum(CLI::App& app, CommandLine& line) {
  CLI::App& command = checkpoint_command(
      app, line, "spectrum", "eigenvalues of the kernel or of the loss's Hessian at a checkpoint");
  SpectrumCommand& spectrum = line.spectrum;
  command.add_option("--operator", spectrum.of, "ntk: the kernel; hessian: of the loss")
      ->check(CLI::IsMember({"ntk", "hessian"}));
  command.add_option("--samples", spectrum.samples, "first ones of the training data")
      ->check(number_above_zero);
  command.add_option("--eigenvalues", spectrum.eigenvalues,
                     "how many, largest first, or all; if not given, all of the kernel, but ten of "
                     "the Hessian or beside density and trace");
  command.add_flag("--vectors", spectrum.vectors, "write eigenvectors of the kernel as well");
  CLI::Option* density = command.add_flag("--density", spectrum.density,
                                          "the density of all eigenvalues, by Lanczos quadrature");
  command.add_option("--probes", spectrum.probes, "random vectors, for the density")
      ->check(number_above_zero)
      ->needs(density);
  command.add_option("--lanczos-steps", spectrum.lanczos_steps, "products a probe")
      ->check(number_above_zero)
      ->needs(density);
  CLI::Option* trace =
      command.add_flag("--trace", spectrum.trace, "the sum of all eigenvalues, by Hutch++");
  command.add_option("--products", spectrum.products, "for the trace")
      ->check(number_above_zero)
      ->needs(trace);
}

void add_checkpoint_commands(CLI::App& app, CommandLine& line) {
  add_spectrum(app, line);
  CLI::App& slice = checkpoint_command(
      app, line, "slice", "the training loss on a line or a plane through checkpoints");
  slice
      .add_option("--to", line.slice.to,
                  "another checkpoint of this network: the line to it and its loss barrier; two of "
                  "them: the plane; none: a plane of random directions")
      ->transform(path_argument);
  slice.add_option("--points", line.slice.points, "along each direction")->check(number_above_zero);
  slice.add_option("--reach", line.slice.reach, "beyond the checkpoints, or of random directions")
      ->check(number_above_zero);
  slice.add_option("--seed", line.slice.seed, "of random directions")->check(number);

  CLI::App& linearize = checkpoint_command(
      app, line, "linearize", "go on from a checkpoint beside twins of the network forked there");
  linearize.add_option("--learning-rate", line.linearize.learning_rate, "in place of the run's")
      ->check(number_above_zero);
  linearize.add_option("--models", line.linearize.models, "linear, quadratic, or both")
      ->delimiter(',')
      ->check(CLI::IsMember({"linear", "quadratic"}));
  add_limits(linearize, line);

  CLI::App& predict = checkpoint_command(
      app, line, "predict", "what the linear twin does at any later step, in closed form");
  predict.add_option("--steps", line.predict.steps, "steps of the run")
      ->delimiter(',')
      ->check(number);
  predict.add_option("--learning-rate", line.predict.learning_rate, "in place of the run's")
      ->check(number_above_zero);
  predict
      .add_option("--multiple", line.predict.multiple,
                  "the linear regime ends where the loss exceeds so many times its start")
      ->check(number_above_zero);
}

void add_commands(CLI::App& app, CommandLine& line) {
  CLI::App& run =
      deck_command(app, line, "run", "run a study; under mpirun or srun on any number of ranks");
  run.add_option("--out", line.out, "run folder, in place of study.output")
      ->transform(path_argument);
  run.add_option("--from", line.run.checkpoint,
                 "checkpoint of a run with this network, from which all members start")
      ->transform(path_argument);
  add_limits(run, line);
  add_check(app, line);
  add_watch(app, line);
  app.add_subcommand("defaults", "print a complete commented deck");
  app.add_subcommand("info", "print version, libraries and backends")
      ->add_flag("--cite", line.cite, "print the BibTeX entries to cite");
  CLI::App& bench = deck_command(app, line, "bench", "time the training step and kernel of a deck");
  bench.add_flag("--json", line.json, "print JSON");
  bench
      .add_option("--steps", line.followed,
                  "along which lambda is followed, 200 at most if not given")
      ->check(number_above_zero);
  add_checkpoint_commands(app, line);
  app.add_subcommand("selftest", "check this build against exact results on the ranks at hand");
}

/// All words that begin with "-" which the command knows.
std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* one :
       {&app, app.get_subcommands().empty() ? &app : app.get_subcommands().front()}) {
    for (const CLI::Option* option : one->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

/// "; did you mean --max-time?" where `word` is near to something known.
std::string suggestion(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known = options_of(app);
  for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
  if (std::find(known.begin(), known.end(), word) != known.end()) return "";
  const std::string near = nearest(word, known);
  return near.empty() ? "" : fmt::format("; did you mean {}?", near);
}

/// What is wrong with the command line, and what may have been meant.
std::string explain(const CLI::App& app, const std::string& problem, const std::string& first) {
  if (app.get_subcommands().empty() && !first.empty()) {
    const char* kind = first[0] == '-' ? "option" : "command";
    return fmt::format("unknown {} {}{}", kind, first, suggestion(app, first));
  }
  std::istringstream words(problem);
  for (std::string word; words >> word;) {
    // "--NAME:" is one that is known, of which the rest tells.
    const bool option = word.rfind("--", 0) == 0 && word.back() != ':';
    const std::string better = option ? suggestion(app, word.substr(0, word.find('='))) : "";
    if (!better.empty()) return problem + better;
  }
  return problem;
}

/// Whether this process is the one of its job that speaks, as far as launchers tell before MPI has
/// started.
bool speaks() {
  for (const char* name :
       {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "MV2_COMM_WORLD_RANK", "SLURM_PROCID"}) {
    if (const char* rank = std::getenv(name)) return std::string(rank) == "0";
  }
  return true;
}

/// mpirun ends all processes with the first that ends by itself: the others wait for the one that
/// has something to tell.
constexpr std::chrono::seconds time_to_speak{5};

/// What several commands share goes to where each looks for it.
void distribute(CommandLine& line) {
  line.run.settings = line.check.settings = line.spectrum.settings = line.slice.settings =
      line.predict.settings = line.settings;
  line.run.command_line = line.spectrum.command_line = line.slice.command_line =
      line.predict.command_line = line.text;
  line.spectrum.checkpoint = line.slice.checkpoint = line.linearize.checkpoint =
      line.predict.checkpoint = line.checkpoint;
  line.spectrum.out = line.slice.out = line.linearize.out = line.predict.out = line.out;
  line.check.deck = line.run.deck;
  line.check.short_version = line.run.short_version;
  line.run.anew = line.resume == "never";
  if (line.command == "run" && !line.out.empty()) {
    line.run.settings.push_back("study.output=" + line.out);
  }
}

}  // namespace

std::optional<int> parse_command_line(int argc, char** argv, CommandLine& line) {
  for (int i = 0; i < argc; ++i) line.text += (i > 0 ? " " : "") + std::string(argv[i]);
  CLI::App app("Gradient descent on wide neural networks at large learning rates", "catapult");
  app.require_subcommand(1);
  app.set_version_flag("--version", version());
  add_commands(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // --help, --version
    if (asked && speaks()) app.exit(error);
    if (asked) return static_cast<int>(ExitCode::finished);
    if (!speaks()) std::this_thread::sleep_for(time_to_speak);
    if (speaks()) {
      fmt::print(stderr, "error: {} (catapult --help tells all)\n",
                 explain(app, error.what(), argc > 1 ? argv[1] : ""));
    }
    return static_cast<int>(ExitCode::usage);
  }
  line.command = app.get_subcommands().front()->get_name();
  distribute(line);
  return std::nullopt;
}

}  // namespace catapult
