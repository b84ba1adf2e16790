// PETSc and SLEPc: return codes become exceptions, and which options reach them.
// defines: petsc_check, petsc_prefix, own_petsc_options
#pragma once

#include <petscsystypes.h>

#include <string>

namespace catapult {

/// Throws std::runtime_error naming `call` where `code` reports a failure.
void petsc_check(PetscErrorCode code, const char* call);

/// Options of ours begin with "-" and this.
inline constexpr const char* petsc_prefix = "catapult_";

/// What PETSC_OPTIONS says under our prefix: the rest is meant for other codes, which may name
/// files, solvers and reports of theirs there.
std::string own_petsc_options();

}  // namespace catapult
