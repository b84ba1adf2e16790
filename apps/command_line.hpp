// What the program is asked to do.
// defines: CommandLine, parse_command_line
#pragma once

#include <optional>

#include "commands/check.hpp"
#include "commands/linearize.hpp"
#include "commands/predict.hpp"
#include "commands/slice.hpp"
#include "commands/spectrum.hpp"
#include "commands/watch.hpp"
#include "study/run.hpp"

namespace catapult {

struct CommandLine {
  std::string command;
  std::string text;  ///< as typed
  std::vector<std::string> settings;
  std::string checkpoint;
  std::string out;
  std::string resume = "auto";
  RunRequest run;
  CheckRequest check;
  SpectrumCommand spectrum;
  SliceCommand slice;
  LinearizeRequest linearize;
  PredictRequest predict;
  WatchRequest watch;
  bool json = false;
  Index followed = 0;  ///< steps, by bench
  bool cite = false;
  std::string shell;  ///< of completion
};

/// Fills `line`; returns what to end with where the parser itself has answered (help, completion,
/// errors).
std::optional<int> parse_command_line(int argc, char** argv, CommandLine& line);

}  // namespace catapult
