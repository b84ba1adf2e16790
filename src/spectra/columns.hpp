// Columns of SLEPc's blocks of vectors, element by element.
// defines: read_column, write_column
#pragma once

#include <slepcbv.h>

#include <algorithm>
#include <vector>

#include "spectra/petsc_objects.hpp"

namespace catapult {

/// This rank's elements of a column, which need not begin where the one before it ends.
inline std::vector<double> read_column(BV block, int column) {
  Vec vector = nullptr;
  PetscInt size = 0;
  const double* elements = nullptr;
  petsc_check(BVGetColumn(block, column, &vector), "BVGetColumn");
  petsc_check(VecGetLocalSize(vector, &size), "VecGetLocalSize");
  petsc_check(VecGetArrayRead(vector, &elements), "VecGetArrayRead");
  std::vector<double> values(elements, elements + size);
  petsc_check(VecRestoreArrayRead(vector, &elements), "VecRestoreArrayRead");
  petsc_check(BVRestoreColumn(block, column, &vector), "BVRestoreColumn");
  return values;
}

/// The column <- as many of `values` as this rank holds of it.
inline void write_column(BV block, int column, const double* values) {
  Vec vector = nullptr;
  PetscInt size = 0;
  double* elements = nullptr;
  petsc_check(BVGetColumn(block, column, &vector), "BVGetColumn");
  petsc_check(VecGetLocalSize(vector, &size), "VecGetLocalSize");
  petsc_check(VecGetArrayWrite(vector, &elements), "VecGetArrayWrite");
  std::copy(values, values + size, elements);
  petsc_check(VecRestoreArrayWrite(vector, &elements), "VecRestoreArrayWrite");
  petsc_check(BVRestoreColumn(block, column, &vector), "BVRestoreColumn");
}

}  // namespace catapult
