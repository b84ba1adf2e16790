// Errors of MPI as exceptions.
// defines: mpi_check
#pragma once

#include <fmt/format.h>
#include <mpi.h>

#include <stdexcept>

namespace catapult {

/// Throws std::runtime_error where a call of MPI has failed.
inline void mpi_check(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw std::runtime_error(fmt::format("{} failed: {}", call, text));
}

}  // namespace catapult
