#include "base/version.hpp"

#include <fmt/format.h>
#include <mpi.h>
#include <petscversion.h>
#include <slepcversion.h>

#include <Kokkos_Core.hpp>

#include "git_hash.inc"

namespace catapult {
namespace {

std::string mpi_library() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  MPI_Get_library_version(text, &length);
  const std::string all(text, static_cast<std::size_t>(length));
  return all.substr(0, all.find(','));
}

}  // namespace

std::string version() { return CATAPULT_VERSION; }
std::string git_hash() { return CATAPULT_GIT_HASH; }

const BuildFacts& build_facts() {
  static const BuildFacts facts = {
      {"version", CATAPULT_VERSION},
      {"git", CATAPULT_GIT_HASH},
      {"compiler", CATAPULT_COMPILER},
      {"build", CATAPULT_BUILD_TYPE},
      {"mpi", mpi_library()},
      {"kokkos", fmt::format("{}.{}.{}, {}", KOKKOS_VERSION / 10000, KOKKOS_VERSION / 100 % 100,
                             KOKKOS_VERSION % 100, Kokkos::DefaultExecutionSpace::name())},
      {"petsc",
       fmt::format("{}.{}.{}", PETSC_VERSION_MAJOR, PETSC_VERSION_MINOR, PETSC_VERSION_SUBMINOR)},
      {"slepc",
       fmt::format("{}.{}.{}", SLEPC_VERSION_MAJOR, SLEPC_VERSION_MINOR, SLEPC_VERSION_SUBMINOR)},
  };
  return facts;
}

}  // namespace catapult
