#include "store/checkpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <system_error>

#include "base/fault.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

}  // namespace

Checkpoints::Checkpoints(const fs::path& member, CheckpointOptions options)
    : folder_(member / "checkpoints"), options_(std::move(options)), last_(Clock::now()) {}

fs::path Checkpoints::path_of(Index step) const {
  return folder_ / fmt::format("step-{:012}.h5", step);
}

bool Checkpoints::named(Index step) const {
  return std::find(options_.at.begin(), options_.at.end(), step) != options_.at.end();
}

bool Checkpoints::periodic(Index step) const {
  return options_.every > 0 && step > 0 && step % options_.every == 0;
}

bool Checkpoints::overdue() const {
  return options_.minutes > 0.0 &&
         Clock::now() - last_ >= std::chrono::duration<double>(60.0 * options_.minutes);
}

void Checkpoints::prune(Index step) {
  Index kept = 0;
  std::error_code ignored;
  for (const Index there : list()) {
    if (there <= step && (named(there) || kept++ < options_.keep)) continue;
    fs::remove(path_of(there), ignored);
  }
  fault_point("checkpoint-pruned");
}

std::vector<Index> Checkpoints::find(const Communicator& ranks) const {
  std::vector<Index> steps;
  on_root(ranks, [&] {
    std::error_code ignored;
    std::vector<fs::path> unfinished;
    for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
      if (entry.path().extension() == ".tmp") unfinished.push_back(entry.path());
    }
    for (const fs::path& file : unfinished) fs::remove(file, ignored);
    steps = list();
  });
  auto count = static_cast<Index>(steps.size());
  ranks.broadcast(&count, 1);
  steps.resize(static_cast<std::size_t>(count));
  ranks.broadcast(steps.data(), count);
  return steps;
}

std::vector<Index> Checkpoints::list() const {
  static const std::regex pattern("step-([0-9]{12})\\.h5");
  std::vector<Index> steps;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    std::smatch digits;
    if (std::regex_match(name, digits, pattern)) steps.push_back(std::stoll(digits[1]));
  }
  std::sort(steps.rbegin(), steps.rend());
  return steps;
}

fs::path folder_of(const fs::path& checkpoint, const std::string& out) {
  if (!out.empty()) return out;
  const fs::path folder = fs::absolute(checkpoint).parent_path();
  return folder.filename() == "checkpoints" ? folder.parent_path() : folder;
}

}  // namespace catapult
