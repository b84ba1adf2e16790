// Errors that all ranks throw together.
#include "base/communicator.hpp"

namespace catapult {
namespace {

/// Runs `work`; the code and message of the Error it threw, 0 where it threw none.
int outcome_of(const std::function<void()>& work, std::string& message) {
  try {
    work();
  } catch (const Error& error) {
    message = error.what();
    return static_cast<int>(error.code());
  }
  return 0;
}

/// Throws on every rank what rank `root` has to tell.
void throw_together(const Communicator& ranks, int code, std::string message, int root) {
  ranks.broadcast(&code, 1, root);
  if (code == 0) return;
  ranks.broadcast(message, root);
  throw Error(static_cast<ExitCode>(code), message);
}

}  // namespace

void on_root(const Communicator& ranks, const std::function<void()>& work) {
  std::string message;
  const int code = ranks.is_root() ? outcome_of(work, message) : 0;
  throw_together(ranks, code, message, 0);
}

void on_all(const Communicator& ranks, const std::function<void()>& work) {
  std::string message;
  const int code = outcome_of(work, message);
  const double first = ranks.min(code != 0 ? ranks.rank() : ranks.size());
  if (first < ranks.size()) throw_together(ranks, code, message, static_cast<int>(first));
}

}  // namespace catapult
