#include "spectra/probes.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"

namespace catapult {
namespace {

constexpr std::uint32_t sign_stream = 0x51640000;

}  // namespace

Probes signs_by_index(const SymmetricOperator<double>& op) {
  const Index local = op.local_size(), begin = op.ranks().elements_before(local);
  return [local, begin](Index number, double* x) {
    const RandomStream random(number, sign_stream);
    for (Index i = 0; i < local; ++i) x[i] = random.uniform(begin + i, 0) < 0.5 ? -1.0 : 1.0;
  };
}

void require_finite_products(double number) {
  if (std::isfinite(number)) return;
  throw NotFiniteError(
      "products with the operator hold NaN or inf (parameters or activations beyond the range of "
      "numbers); take an earlier checkpoint, or use model.precision = \"f64\"");
}

}  // namespace catapult
