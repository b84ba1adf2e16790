// The warm-up model at any width by the Gram matrix of its weights.
// defines: gram_neurons, draw_gram_factor, upper_factor
#pragma once

#include <algorithm>
#include <vector>

#include "base/integer.hpp"

namespace catapult {

/// f = n^(-1/2) v^T u x knows its weights A = (u v), (n, d + 1), by G = A^T A alone, and a step of
/// gradient descent is A' = A M for a matrix M that depends on G, eta and the data. So any matrix B
/// of d + 1 rows with B^T B = G takes the same steps: the model of these few neurons at the
/// prefactor n^(-1/2) is the model of n neurons, exactly, in all that its outputs and its kernel
/// tell. Momentum and weight decay act on A from the right as well.
///
/// Rows of such a B.
inline Index gram_neurons(Index width, Index inputs) { return std::min(width, inputs + 1); }

/// B, (inputs + 1, inputs + 1) upper triangular, of weights drawn from N(0, 1): B^T is Bartlett's
/// factor of a Wishart matrix of n degrees of freedom (Proc. R. Soc. Edinb. 53, 260, 1933): N(0, 1)
/// off the diagonal, chi of n - i degrees of freedom on it. The normal numbers are the same for
/// every width. For width > inputs + 1.
std::vector<double> draw_gram_factor(Index width, Index inputs, Index seed);

/// The upper triangular B with B^T B = gram, (size, size) and positive semidefinite (Cholesky);
/// rows of pivots that are zero up to rounding are zero.
std::vector<double> upper_factor(const std::vector<double>& gram, Index size);

}  // namespace catapult
