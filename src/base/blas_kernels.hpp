// Which of its kernels the BLAS library runs.
// defines: choose_blas_kernels, blas_kernels
#pragma once

#include <string>

namespace catapult {

/// OpenBLAS picks its kernels by the model number of the CPU and gives one that is younger than the
/// library those of a Pentium 4, several times slower in double precision. Where this has happened
/// and OPENBLAS_CORETYPE is not set, starts the program once more with kernels for the instructions
/// that the CPU has. To be called first of all, with main's arguments.
void choose_blas_kernels(char** argv);

/// The CPU that OpenBLAS has kernels for: "SkylakeX"; "" where the library is another one.
std::string blas_kernels();

}  // namespace catapult
