// Start and stop of the libraries that own the process: MPI, then Kokkos, then PETSc with SLEPc.
// defines: KokkosSession, Session
#pragma once

#include <mpi.h>

namespace catapult {

/// Kokkos alone, for commands that need no MPI.
class KokkosSession {
 public:
  KokkosSession();
  /// Takes the arguments of Kokkos (`--kokkos-*`) out of argv.
  KokkosSession(int& argc, char** argv);
  ~KokkosSession();
  KokkosSession(const KokkosSession&) = delete;
  KokkosSession& operator=(const KokkosSession&) = delete;
};

/// First object of main, destroyed last. Starts MPI, Kokkos, PETSc and SLEPc in this order and
/// stops them in reverse. PETSc reads its options from PETSC_OPTIONS alone: no file of the
/// current or home folder changes a run.
class Session {
 public:
  /// Takes the arguments of the three libraries (`--kokkos-*`) out of argv.
  Session(int& argc, char** argv);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  struct ScopedMpi {
    ScopedMpi(int& argc, char** argv);
    ~ScopedMpi();
  };
  struct ScopedPetsc {
    ScopedPetsc();
    ~ScopedPetsc();
  };
  ScopedMpi mpi_;
  KokkosSession kokkos_;
  ScopedPetsc petsc_;
};

}  // namespace catapult
