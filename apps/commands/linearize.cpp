#include "commands/linearize.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/checkpoint_deck.hpp"
#include "store/checkpoints.hpp"

namespace catapult {

ExitCode linearize_checkpoint(const LinearizeRequest& request, RunRequest run,
                              const Communicator& world, Log& log) {
  const Index step = step_of_checkpoint(request.checkpoint, world);
  const auto folder = request.out.empty() ? folder_of(request.checkpoint, "") /
                                                fmt::format("linearize-step-{:012}", step)
                                          : std::filesystem::path(request.out);
  std::vector<std::string> settings = {"study.name=linearize",
                                       fmt::format("study.output={}", folder.string()),
                                       fmt::format("linearize.at=[{}]", step),
                                       "linearize.watch=false",
                                       "checkpoint.at=[]",
                                       "model.weights=\"\""};
  if (request.learning_rate > 0.0) {
    settings.push_back(fmt::format("train.learning_rate={}", request.learning_rate));
    settings.push_back("train.learning_rate_c=0.0");
    settings.push_back("train.follow_lambda=false");
  }
  if (!request.models.empty()) {
    settings.push_back(
        fmt::format("linearize.models=[\"{}\"]", fmt::join(request.models, "\", \"")));
  }
  // What the user sets comes last and so holds.
  settings.insert(settings.end(), run.settings.begin(), run.settings.end());
  run.settings = std::move(settings);
  run.checkpoint = request.checkpoint;
  return run_study(run, world, log);
}

}  // namespace catapult
