// Return codes of PETSc and SLEPc become exceptions.
// defines: petsc_check
#pragma once

#include <petscsystypes.h>

namespace catapult {

/// Throws std::runtime_error naming `call` where `code` reports a failure.
void petsc_check(PetscErrorCode code, const char* call);

}  // namespace catapult
