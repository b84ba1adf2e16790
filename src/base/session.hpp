// Start and stop of the libraries that own the process: MPI, then Kokkos, then PETSc with SLEPc.
// defines: MpiSession, KokkosSession, Session
#pragma once

#include <optional>

#include "base/communicator.hpp"

namespace catapult {

/// MPI alone, from construction to destruction: of main, before anything that ranks agree on.
class MpiSession {
 public:
  /// Takes the arguments of MPI out of argv.
  MpiSession(int& argc, char** argv);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;
};

/// Kokkos alone, for commands that need no MPI.
class KokkosSession {
 public:
  /// Throws UsageError where the environment (KOKKOS_*, OMP_NUM_THREADS) asks for what cannot be.
  KokkosSession();
  ~KokkosSession();
  KokkosSession(const KokkosSession&) = delete;
  KokkosSession& operator=(const KokkosSession&) = delete;
};

/// Kokkos, PETSc and SLEPc on the ranks of MPI, started in this order and stopped in reverse. Of
/// PETSC_OPTIONS PETSc sees what own_petsc_options() says, and no file of the current or home
/// folder: neither changes a run, nor ends it.
class Session {
 public:
  /// Throws UsageError as KokkosSession does, on all ranks. Collective.
  explicit Session(const Communicator& world);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  struct ScopedPetsc {
    ScopedPetsc();
    ~ScopedPetsc();
  };
  std::optional<KokkosSession> kokkos_;
  std::optional<ScopedPetsc> petsc_;
};

}  // namespace catapult
