// Random vectors by which all eigenvalues of an operator are asked at once.
// defines: Probes, signs_by_index, require_finite_products
#pragma once

#include <functional>

#include "spectra/operator.hpp"

namespace catapult {

/// x (this rank's elements of a vector) <- probe `number`: elements +1 and -1, independent and
/// equally likely. Of all such vectors x . A x, whose mean is the trace of A, varies least
/// (Hutchinson, Commun. Stat. 18, 1059, 1989). Collective.
using Probes = std::function<void(Index number, double* x)>;

/// An element's sign depends on its place in the whole vector, so not on the ranks. Refers to
/// nothing. Collective.
Probes signs_by_index(const SymmetricOperator<double>& op);

/// Throws NotFiniteError where `number`, which products with an operator have given, is NaN or inf.
void require_finite_products(double number);

}  // namespace catapult
