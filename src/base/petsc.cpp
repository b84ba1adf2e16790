#include "base/petsc.hpp"

#include <fmt/format.h>
#include <petscsys.h>

#include <stdexcept>

namespace catapult {

void petsc_check(PetscErrorCode code, const char* call) {
  if (code == 0) return;
  const char* text = nullptr;
  PetscErrorMessage(code, &text, nullptr);
  throw std::runtime_error(fmt::format("{} failed: {}", call, text ? text : "unknown error"));
}

}  // namespace catapult
