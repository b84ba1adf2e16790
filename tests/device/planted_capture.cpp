// A kernel that reads its object through a pointer of the host. The check must find it.
#include "linalg/views.hpp"

namespace catapult {

class Scaled {
 public:
  void capture_this(const Vector<double>& values) const {
    Kokkos::parallel_for(
        "planted", Range1(0, 1), KOKKOS_LAMBDA(Index i) { values(i) = factor_; });
  }

 private:
  double factor_ = 2.0;
};

void use(const Vector<double>& values) { Scaled().capture_this(values); }

}  // namespace catapult
