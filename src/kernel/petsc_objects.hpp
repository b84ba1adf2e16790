// Owners of PETSc and SLEPc objects.
// defines: PetscOwner, OwnedVec, OwnedMat, OwnedBv, OwnedEps
#pragma once

#include <slepceps.h>

#include <utility>

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
using OwnedBv = PetscOwner<BV, BVDestroy>;
using OwnedEps = PetscOwner<EPS, EPSDestroy>;

}  // namespace catapult
