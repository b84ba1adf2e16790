# Every library the project stands on, as imported targets. Nothing is downloaded or vendored.
find_package(PkgConfig REQUIRED)
find_package(MPI REQUIRED COMPONENTS C CXX)
find_package(BLAS REQUIRED)
find_package(LAPACK REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED CONFIG)
find_package(spdlog REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
find_package(tomlplusplus REQUIRED CONFIG)
find_package(nlohmann_json REQUIRED CONFIG)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
pkg_check_modules(PETSC REQUIRED IMPORTED_TARGET PETSc)
pkg_check_modules(SLEPC REQUIRED IMPORTED_TARGET SLEPc)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)

set(HDF5_PREFER_PARALLEL ON)
find_package(HDF5 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "catapult needs an HDF5 built with MPI (found a serial one at "
                      "${HDF5_INCLUDE_DIRS}); on Debian: apt install libhdf5-openmpi-dev")
endif()

# --- Kokkos: Debian's 3.4 (inside Trilinos) up to a current one of the user's own ---
find_package(Kokkos REQUIRED CONFIG)
set(CATAPULT_KOKKOS_OF_TRILINOS OFF)
if(TARGET trilinos_kokkoscore) # its target names an include folder that does not exist
  set(CATAPULT_KOKKOS_OF_TRILINOS ON)
  find_path(KOKKOS_INCLUDE_DIR Kokkos_Core.hpp REQUIRED HINTS ${Kokkos_INCLUDE_DIRS}
            PATH_SUFFIXES trilinos)
  set_target_properties(Kokkos::kokkos PROPERTIES INTERFACE_INCLUDE_DIRECTORIES
                                                  "${KOKKOS_INCLUDE_DIR}")
endif()

# --- The library of dense products: that of the device that Kokkos was built for ---
# On CPUs oneDNN is the fastest for floats, and optional.
set(CATAPULT_ON_CUDA OFF)
if("CUDA" IN_LIST Kokkos_DEVICES)
  set(CATAPULT_ON_CUDA ON)
endif()
if(CATAPULT_BACKEND STREQUAL "auto")
  find_package(dnnl CONFIG QUIET)
  if(CATAPULT_ON_CUDA)
    set(CATAPULT_BACKEND "cuda")
  elseif("HIP" IN_LIST Kokkos_DEVICES)
    set(CATAPULT_BACKEND "hip")
  elseif(TARGET DNNL::dnnl)
    set(CATAPULT_BACKEND "onednn")
  else()
    set(CATAPULT_BACKEND "blas")
  endif()
endif()
if(CATAPULT_BACKEND STREQUAL "cuda")
  find_package(CUDAToolkit REQUIRED)
elseif(CATAPULT_BACKEND STREQUAL "hip")
  find_package(hip REQUIRED CONFIG)
  find_package(rocblas REQUIRED CONFIG)
elseif(CATAPULT_BACKEND STREQUAL "onednn")
  find_package(dnnl REQUIRED CONFIG)
elseif(NOT CATAPULT_BACKEND STREQUAL "blas")
  message(FATAL_ERROR "CATAPULT_BACKEND is \"${CATAPULT_BACKEND}\"; choose auto, onednn, blas, "
                      "cuda or hip")
endif()
message(STATUS "Dense products by ${CATAPULT_BACKEND} (Kokkos devices: ${Kokkos_DEVICES})")
