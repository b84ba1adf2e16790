// The arguments of commands that start from a checkpoint.
#include "arguments.hpp"
#include "command_tree.hpp"
#include "completion/completion.hpp"

namespace catapult {
namespace {

CLI::App& checkpoint_command(CLI::App& app, CommandLine& line, const char* name, const char* help) {
  CLI::App* command = app.add_subcommand(name, help)->group(to_look);
  add_path(*command, "checkpoint", line.checkpoint, file_argument,
           "written by a run: members/NNNN/checkpoints/step-*.h5 of its folder")
      ->required();
  add_settings(*command, line);
  add_path(*command, "--out", line.out, folder_argument,
           "folder of the result, in place of the member's");
  return *command;
}

void add_checkpoint_example(CLI::App& command, const std::string& arguments) {
  add_example(command, "runs/example/members/0004/checkpoints/step-000000000010.h5 " + arguments,
              "The checkpoint below is written by the example of `catapult run --help`.\n");
}

void add_spectrum(CLI::App& app, CommandLine& line) {
  CLI::App& command = checkpoint_command(
      app, line, "spectrum", "eigenvalues of the kernel or of the loss's Hessian at a checkpoint");
  SpectrumCommand& spectrum = line.spectrum;
  command
      .add_option("--operator", spectrum.of, "ntk: the kernel; hessian: the Hessian of the loss")
      ->check(CLI::IsMember({"ntk", "hessian"}))
      ->capture_default_str();
  command
      .add_option("--samples", spectrum.samples,
                  "use the first so many training samples (default: those of the run's kernel)")
      ->check(count_above_zero);
  command
      .add_option(
          "--eigenvalues", spectrum.eigenvalues,
          "how many, largest first, or all (default: all of the kernel; ten of the Hessian, "
          "or beside --density or --trace)")
      ->type_name("INT|all");
  command.add_flag("--vectors", spectrum.vectors, "write eigenvectors of the kernel as well");
  CLI::Option* density = command.add_flag("--density", spectrum.density,
                                          "the density of all eigenvalues, by Lanczos quadrature");
  command.add_option("--probes", spectrum.probes, "random vectors for the density")
      ->check(count_above_zero)
      ->capture_default_str()
      ->needs(density);
  command.add_option("--lanczos-steps", spectrum.lanczos_steps, "products for each random vector")
      ->check(count_above_zero)
      ->capture_default_str()
      ->needs(density);
  CLI::Option* trace =
      command.add_flag("--trace", spectrum.trace, "the sum of all eigenvalues, by Hutch++");
  command.add_option("--products", spectrum.products, "products for the trace")
      ->check(count_above_zero)
      ->capture_default_str()
      ->needs(trace);
  add_checkpoint_example(command, "--eigenvalues 5");
}

void add_slice(CLI::App& app, CommandLine& line) {
  CLI::App& command = checkpoint_command(
      app, line, "slice", "the training loss on a line or a plane through checkpoints");
  SliceCommand& slice = line.slice;
  add_path(command, "--to", slice.to, file_argument,
           "another checkpoint of this network: the line to it and its loss barrier; given twice: "
           "the plane; not given: a plane of random directions");
  command.add_option("--points", slice.points, "how many along each direction, 2 at least")
      ->check(count_above_zero)
      ->capture_default_str();
  command
      .add_option(
          "--reach", slice.reach,
          "how far beyond the checkpoints, in units of their distance (default: 0.25), or along "
          "random directions, in norms of the weights (default: 1)")
      ->check(number_above_zero);
  command.add_option("--seed", slice.seed, "seed of the random directions")
      ->check(count)
      ->capture_default_str();
  add_checkpoint_example(command, "--points 15");
}

void add_linearize(CLI::App& app, CommandLine& line) {
  CLI::App& command =
      checkpoint_command(app, line, "linearize",
                         "train on from a checkpoint, beside twins of the network forked there");
  command
      .add_option("--learning-rate", line.linearize.learning_rate,
                  "from there on, in place of the run's")
      ->check(number_above_zero);
  command
      .add_option("--models", line.linearize.models,
                  "linear, quadratic or linear,quadratic (default: those of the deck)")
      ->delimiter(',')
      ->check(CLI::IsMember({"linear", "quadratic"}));
  add_limits(command, line);
  add_checkpoint_example(command, "--learning-rate 5.0");
}

void add_predict(CLI::App& app, CommandLine& line) {
  CLI::App& command = checkpoint_command(
      app, line, "predict", "what the linear twin does at any later step, in closed form");
  command
      .add_option("--steps", line.predict.steps, "steps of the run to tell of, e.g. 10,100,100000")
      ->delimiter(',')
      ->check(count);
  command
      .add_option("--learning-rate", line.predict.learning_rate,
                  "from there on, in place of the run's")
      ->check(number_above_zero);
  command
      .add_option(
          "--multiple", line.predict.multiple,
          "the linear regime ends where the loss exceeds so many times that of the checkpoint")
      ->check(number_above_zero)
      ->capture_default_str();
  add_checkpoint_example(command, "--steps 10,100,100000");
}

}  // namespace

void add_checkpoint_commands(CLI::App& app, CommandLine& line) {
  add_linearize(app, line);
  add_predict(app, line);
  add_spectrum(app, line);
  add_slice(app, line);
}

}  // namespace catapult
