// A mistake that only a compiler for devices sees, and that others tell of by a warning: the call
// is left out of the kernel. The check must find it.
#include "linalg/views.hpp"

namespace catapult {

double of_the_host(double x) { return 2.0 * x; }

void call_the_host(const Vector<double>& values) {
  Kokkos::parallel_for(
      "planted", Range1(0, 1), KOKKOS_LAMBDA(Index i) { values(i) = of_the_host(1.0); });
}

}  // namespace catapult
