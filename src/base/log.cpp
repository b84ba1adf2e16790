#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/error.hpp"

namespace catapult {

Log::Log(bool speaks)
    : logger_(std::make_shared<spdlog::logger>("catapult",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())),
      speaks_(speaks) {
  logger_->set_pattern("%v");
  logger_->flush_on(spdlog::level::trace);
}
Log::~Log() = default;
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;

void Log::also_to(const std::filesystem::path& file) {
  if (!speaks_) return;
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string(), false);
    sink->set_pattern("%Y-%m-%d %H:%M:%S %v");
    logger_->sinks().push_back(std::move(sink));
  } catch (const spdlog::spdlog_ex& problem) {
    throw OutputError(fmt::format("cannot write {} ({})", file.string(), problem.what()));
  }
}

void Log::speak(const std::filesystem::path& file) {
  if (speaks_) return;
  speaks_ = true;
  also_to(file);
}

void Log::write_info(const std::string& line) { logger_->info(line); }
void Log::write_warning(const std::string& line) { logger_->warn("warning: " + line); }
void Log::write_error(const std::string& line) { logger_->error("error: " + line); }

}  // namespace catapult
