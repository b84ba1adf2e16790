// Execution spaces of this configuration.
#pragma once

#include <decl/Kokkos_Declare_CUDA.hpp>
#include <decl/Kokkos_Declare_SERIAL.hpp>
