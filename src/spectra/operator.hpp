// A symmetric operator on vectors spread over ranks: all that an eigensolver needs to know.
// defines: vectors_at_once, SymmetricOperator, HostProducts
#pragma once

#include "base/communicator.hpp"
#include "linalg/views.hpp"

namespace catapult {

constexpr Index vectors_at_once = 64;  ///< of many that an operator is applied to

/// y = A x for symmetric A. Vectors are spread over the ranks in contiguous pieces of local_size()
/// elements, rank by rank.
template <class Real = double>
class SymmetricOperator {
 public:
  virtual ~SymmetricOperator() = default;

  virtual const Communicator& ranks() const = 0;
  virtual Index local_size() const = 0;
  /// Whether x . A x >= 0 for all x, as of a kernel.
  virtual bool semidefinite() const { return true; }

  /// A block of vectors (vectors, local_size) on the device, one a row. Nothing is waited for.
  /// Collective.
  virtual void apply(const Matrix<const Real>& x, const Matrix<Real>& y) const = 0;
};

/// Products for solvers that work on the host. Keeps the vectors' room on the device; where the
/// device is the host, the solver's own memory is used.
template <class Real = double>
class HostProducts {
 public:
  /// A block of vectors, each local_size() elements, one after another. Collective.
  void apply(const SymmetricOperator<Real>& op, const Real* x, Real* y, Index vectors) {
    const Index local = op.local_size();
    const auto rows = [&](auto* data) {
      return Matrix<std::remove_pointer_t<decltype(data)>>(data, vectors, local);
    };
    if constexpr (device_is_host) {
      op.apply(rows(x), rows(y));
    } else {
      const Vector<Real> from = room_for(x_, vectors * local);
      const Vector<Real> to = room_for(y_, vectors * local);
      upload(x, from);
      op.apply(rows(from.data()), rows(to.data()));
      download<Real>(to, y);
    }
  }

 private:
  Vector<Real> x_, y_;
};

}  // namespace catapult
