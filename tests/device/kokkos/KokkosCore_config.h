// Debian's Kokkos as it would be configured for CUDA: this folder comes before its own headers. What
// is compiled so cannot be linked, as no library of Debian's holds the CUDA part.
// defines: switches of Kokkos
#if !defined(KOKKOS_MACROS_HPP) || defined(KOKKOS_CORE_CONFIG_H)
#error "include Kokkos_Macros.hpp instead"
#endif
#define KOKKOS_CORE_CONFIG_H

#define KOKKOS_VERSION 30401
#define KOKKOS_ENABLE_SERIAL
#define KOKKOS_ENABLE_CUDA
#define KOKKOS_ENABLE_CUDA_LAMBDA
#define KOKKOS_ENABLE_CXX17
#define KOKKOS_ENABLE_LIBDL
// Only to leave out its half precision, which newer CUDA does not compile.
#define KOKKOS_ARCH_KEPLER
