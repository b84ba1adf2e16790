// The tables of the phase boundaries that a study has found.
// defines: boundary_table, mean_boundaries, is_seed, sweeps_seeds
#pragma once

#include "study/search.hpp"

namespace catapult {

/// One row a boundary of each combination whose search is over: member and its swept keys,
/// boundary, c, c_low, c_high, members (trainings of this combination, which tell of all
/// boundaries), monotone. c is the middle of the interval found; where a boundary lies outside of
/// `between`, c and the end that is not known are NaN. Throws DataError.
Table boundary_table(Searches& searches);

/// Whether a key is that of a seed.
bool is_seed(const std::string& key);

/// Whether model.seed or data.seed is swept: whether there is anything to take a mean over.
bool sweeps_seeds(const Study& study);

/// Over the seeds of a boundary_table, one row for each combination of the other swept keys and
/// each boundary: these keys, boundary, c_mean, c_sem (standard error of the mean: the standard
/// deviation of c over sqrt(found); NaN of one alone), found (seeds whose boundary is in the range
/// and monotone: those in the mean), seeds (whose search is over).
Table mean_boundaries(const Table& boundaries, const Study& study);

}  // namespace catapult
