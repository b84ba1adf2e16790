#include "command_line.hpp"

#include <CLI/CLI.hpp>

#include "base/error.hpp"
#include "base/standard_streams.hpp"
#include "base/version.hpp"
#include "command_tree.hpp"
#include "completion/completion.hpp"
#include "explain.hpp"

namespace catapult {
namespace {

constexpr const char* end_of_help =
    R"(`catapult COMMAND --help` tells what a command takes, with an example.
A study is described by a deck, a TOML file like inputs/quickstart.toml; `catapult defaults`
explains all that may stand in it.

Exit codes:
    0  finished (a member that diverged is a result)
    1  a bug; please report it
    2  the command line or the deck is wrong
    3  data are missing or damaged
    4  a calculation failed, as where eigenvalues do not converge
    5  reading or writing failed
    6  another process uses the run folder
   75  stopped early with a valid checkpoint: the same command line goes on
  128 + n  killed by signal n

README.md tells more, the decks in inputs/ show what can be studied.)";

/// Newer versions of CLI11 would break the lines of examples.
template <class Formatter>
void keep_lines(Formatter& formatter) {
  if constexpr (requires { formatter.enable_footer_formatting(false); }) {
    formatter.enable_footer_formatting(false);
  }
}

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
  line.check.checkpoint = line.run.checkpoint;
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
  app.set_version_flag("--version", version(), "print the version and exit");
  app.set_help_flag("-h,--help", "print this help and exit");
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  keep_lines(*app.get_formatter());
  add_commands(app, line);
  app.footer(end_of_help);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // --help, --version
    const ExitCode code = asked ? ExitCode::finished : ExitCode::usage;
    // Of several ranks one answers. The others have nothing to add, not even a code.
    if (!speaks()) return static_cast<int>(ExitCode::finished);
    if (asked) {
      app.exit(error);
    } else {
      print_error(explain(app, error, argc > 1 ? argv[1] : ""));
    }
    return static_cast<int>(code);
  }
  line.command = app.get_subcommands().front()->get_name();
  if (line.command == "completion") {
    if (speaks()) print_text(completion_script(app, line.shell));
    return static_cast<int>(ExitCode::finished);
  }
  distribute(line);
  return std::nullopt;
}

}  // namespace catapult
