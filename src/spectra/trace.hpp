// The trace of an operator, by products alone.
// defines: TraceEstimate, estimate_trace, least_products
#pragma once

#include "spectra/probes.hpp"

namespace catapult {

struct TraceEstimate {
  double value = 0.0;
  double error = 0.0;     ///< standard error
  double captured = 0.0;  ///< part of value that is known exactly: the trace in the subspace
  Index products = 0;
};

constexpr Index least_products = 6;  ///< two vectors and two probes: fewer tell no error

/// Hutch++ (Meyer, Musco, Musco and Woodruff, SOSA 2021): a third of the products finds a subspace
/// where the large eigenvalues are, another third the trace there, exactly; the rest estimates that
/// of the complement by Hutchinson's way. Exact where the operator's rank is below the first third.
/// Takes room for a third of `products` vectors on the host; products >= least_products. Throws
/// NotFiniteError where products are not finite. Collective.
TraceEstimate estimate_trace(const SymmetricOperator<double>& op, const Probes& probes,
                             Index products);

}  // namespace catapult
