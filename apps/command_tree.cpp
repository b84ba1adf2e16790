#include "command_tree.hpp"

#include "arguments.hpp"
#include "completion/completion.hpp"

namespace catapult {
namespace {

CLI::App& deck_command(CLI::App& app, CommandLine& line, const char* name, const char* help) {
  CLI::App* command = app.add_subcommand(name, help)->group(to_run);
  add_path(*command, "deck", line.run.deck, file_argument, "the TOML file that describes the study")
      ->required();
  command->add_flag("--short", line.run.short_version,
                    "take the short version of the deck: with its keys of [study.short]");
  add_settings(*command, line);
  return *command;
}

void add_origin_option(CLI::App& command, CommandLine& line) {
  add_path(command, "--from", line.run.checkpoint, file_argument,
           "checkpoint of another run of this network, from which all members start");
}

void add_run(CLI::App& app, CommandLine& line) {
  CLI::App& command =
      deck_command(app, line, "run",
                   "train all members of a study; start it by mpirun or srun to use many ranks");
  add_path(command, "--out", line.out, folder_argument, "run folder, in place of study.output");
  add_origin_option(command, line);
  add_limits(command, line);
  add_example(command,
              "inputs/quickstart.toml --set model.width=64 --set data.train_samples=64"
              " --set 'checkpoint.at=[10]' --out runs/example");
}

void add_check(CLI::App& app, CommandLine& line) {
  CLI::App& command = deck_command(app, line, "check",
                                   "tell what a study will do, need and cost, without running it");
  CheckRequest& check = line.check;
  add_origin_option(command, line);
  command.add_option("--ranks", check.ranks, "ranks that the study will run on")
      ->check(count_above_zero)
      ->capture_default_str();
  command
      .add_option("--machine", check.machine,
                  "this one, timed now, nodes of cores (cluster), or of GPUs (the others)")
      ->check(CLI::IsMember(check_machines()))
      ->capture_default_str();
  command
      .add_option("--node-cores", check.node_cores, "cores of a node, in place of the machine's")
      ->check(count_above_zero);
  command
      .add_option("--node-memory", check.node_memory,
                  "GB of a node's host memory, in place of the machine's")
      ->check(number_above_zero);
  command.add_flag("--json", check.json, "print JSON");
  add_example(command, "inputs/quickstart.toml --ranks 4 --machine cluster");
}

void add_watch(CLI::App& app, CommandLine& line) {
  CLI::App& command =
      *app.add_subcommand("watch", "show how far a run is, until it ends; reads its files alone");
  add_path(command, "run", line.watch.run, folder_argument, "run folder")->required();
  command.add_flag("--once", line.watch.once, "show it once");
  command.group(to_run);
  add_example(command, "runs/example --once",
              "The run folder below is made by the example of `catapult run --help`.\n");
}

void add_bench(CLI::App& app, CommandLine& line) {
  CLI::App& command =
      deck_command(app, line, "bench", "time a deck's training step, kernel product and lambda");
  command.add_flag("--json", line.json, "print JSON");
  command
      .add_option(
          "--steps", line.followed,
          "training steps along which lambda is followed (default: about 20 s, 200 at most)")
      ->check(count_above_zero);
  command.group(to_know);
  add_example(command, "inputs/quickstart.toml --set model.width=64 --steps 5");
}

void add_others(CLI::App& app, CommandLine& line) {
  CLI::App* info = app.add_subcommand("info", "print version, libraries and backends");
  info->add_flag("--cite", line.cite, "print the BibTeX entries to cite");
  CLI::App* selftest = app.add_subcommand(
      "selftest", "check this build against exact results, on the ranks at hand");
  CLI::App* completion = app.add_subcommand(
      "completion", "print a script by which a shell completes catapult's command lines");
  completion->add_option("shell", line.shell, "the shell that reads the script")
      ->required()
      ->check(CLI::IsMember(shells()));
  add_example(*info, "--cite");
  add_example(*selftest, "");
  add_example(*completion, "bash >completion.bash");
  for (CLI::App* command : {info, selftest, completion}) command->group(to_know);
}

}  // namespace

void add_commands(CLI::App& app, CommandLine& line) {
  add_run(app, line);
  add_check(app, line);
  add_watch(app, line);
  CLI::App* defaults = app.add_subcommand(
      "defaults", "print a deck with all keys, their defaults and what they mean");
  defaults->group(to_run);
  add_example(*defaults, "");
  add_checkpoint_commands(app, line);
  add_bench(app, line);
  add_others(app, line);
}

}  // namespace catapult
