// Owners of PETSc and SLEPc objects.
// defines: PetscOwner, OwnedVec, OwnedMat, OwnedIs, OwnedScatter, OwnedBv, OwnedEps,
// petsc_int
#pragma once

#include <fmt/format.h>
#include <slepceps.h>

#include <limits>
#include <utility>

#include "base/integer.hpp"
#include "base/petsc.hpp"

namespace catapult {

/// Destroys the object it holds. `release` is PETSc's destroy function for the type.
template <class Object, PetscErrorCode (*release)(Object*)>
class PetscOwner {
 public:
  PetscOwner() = default;
  explicit PetscOwner(Object object) : object_(object) {}
  PetscOwner(PetscOwner&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  PetscOwner& operator=(PetscOwner&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~PetscOwner() {
    if (object_) release(&object_);
  }

  Object get() const { return object_; }
  /// Where a PETSc create function puts a new object.
  Object* put() { return &object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  Object object_ = nullptr;
};

using OwnedVec = PetscOwner<Vec, VecDestroy>;
using OwnedMat = PetscOwner<Mat, MatDestroy>;
using OwnedIs = PetscOwner<IS, ISDestroy>;
using OwnedScatter = PetscOwner<VecScatter, VecScatterDestroy>;
using OwnedBv = PetscOwner<BV, BVDestroy>;
using OwnedEps = PetscOwner<EPS, EPSDestroy>;

/// `value` as PETSc counts. Throws UsageError where that is too small; `what` names the count.
inline PetscInt petsc_int(Index value, const char* what) {
  if (value <= static_cast<Index>(std::numeric_limits<PetscInt>::max())) {
    return static_cast<PetscInt>(value);
  }
  throw UsageError(fmt::format(
      "{} is {} (this PETSc counts to {}); use more ranks or fewer samples, or build with 64-bit "
      "PETSc and SLEPc (Debian: libpetsc64-real-dev, libslepc64-real-dev)",
      what, value, std::numeric_limits<PetscInt>::max()));
}

}  // namespace catapult
