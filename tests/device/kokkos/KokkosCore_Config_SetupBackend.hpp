// What CUDA needs before all else.
#pragma once

#include <setup/Kokkos_Setup_Cuda.hpp>
