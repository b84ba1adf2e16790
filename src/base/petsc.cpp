#include "base/petsc.hpp"

#include <fmt/format.h>
#include <petscsys.h>

#include <cctype>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace catapult {

void petsc_check(PetscErrorCode code, const char* call) {
  if (code == 0) return;
  const char* text = nullptr;
  PetscErrorMessage(code, &text, nullptr);
  throw std::runtime_error(fmt::format("{} failed: {}", call, text ? text : "unknown error"));
}

std::string own_petsc_options() {
  const char* all = std::getenv("PETSC_OPTIONS");
  std::istringstream words(all ? all : "");
  const std::string ours = fmt::format("-{}", petsc_prefix);
  std::string kept;
  bool mine = false;
  for (std::string word; words >> word;) {
    // A key, not a negative number; the words after it are its value.
    const bool key = word.size() > 1 && word[0] == '-' && !std::isdigit(word[1]) && word[1] != '.';
    if (key) mine = word.rfind(ours, 0) == 0;
    if (mine) kept += (kept.empty() ? "" : " ") + word;
  }
  return kept;
}

}  // namespace catapult
