// Spectra that are hard on an eigensolver, each in its own way.
// defines: KnownSpectrum, known_spectra
#pragma once

#include <cmath>
#include <ostream>
#include <vector>

#include "spectra/operators.hpp"

namespace catapult::testing {

struct KnownSpectrum {
  const char* name;
  std::vector<double> values;
  Index count;  ///< to be asked for
  Layout layout = Layout::all_ranks;

  Reflected op() const { return Reflected(values, layout); }
  double largest() const { return *std::max_element(values.begin(), values.end()); }
  friend void PrintTo(const KnownSpectrum& known, std::ostream* out) { *out << known.name; }
};

/// values(i) = scale / (1 + i / copies) for i < nonzero, then zeros
inline std::vector<double> decay(Index size, Index copies, Index nonzero, double scale = 1.0) {
  std::vector<double> values(static_cast<std::size_t>(size), 0.0);
  for (Index i = 0; i < nonzero; ++i) {
    values[static_cast<std::size_t>(i)] = scale / static_cast<double>(1 + i / copies);
  }
  return values;
}

/// Five values 1, 1 - gap, ... above a decay from 1/2 on.
inline std::vector<double> cluster(Index size, double gap) {
  std::vector<double> values = decay(size, 1, size, 0.5);
  for (std::size_t i = 0; i < 5; ++i) values[3 * i] = 1.0 - gap * static_cast<double>(i);
  return values;
}

/// The entry of largest modulus is negative, and not wanted.
inline std::vector<double> indefinite(Index size) {
  std::vector<double> values = decay(size, 1, size);
  for (std::size_t i = 1; i < values.size(); i += 3) values[i] = -2.0 * values[i - 1];
  return values;
}

/// Above 512 elements few values come from a Krylov space, below all from LAPACK.
inline std::vector<KnownSpectrum> known_spectra() {
  return {
      {"decay", decay(550, 1, 550), 6},
      {"multiplicity_10", decay(600, 10, 120), 12},
      {"multiplicity_10_whole_copies", decay(600, 10, 120), 30},
      {"multiplicity_3_beyond_the_rank", decay(600, 3, 12), 20},
      {"one_nonzero", decay(540, 1, 1), 3},
      {"all_equal", decay(600, 600, 600), 4},
      {"all_zero", decay(600, 1, 0), 3},
      {"cluster", cluster(560, 1e-3), 7},
      {"tight_cluster", cluster(560, 1e-9), 7},
      {"negative_entries", indefinite(550), 5},
      {"tiny", decay(550, 2, 550, 1e-120), 5},
      {"huge", decay(550, 2, 550, 1e120), 5},
      {"size_1", {2.5}, 1},
      {"size_2", {1.0, 3.0}, 2},
      {"fewer_than_ranks", {0.5, 0.25, 0.0}, 3},
      {"small_multiplicity", decay(40, 10, 20), 15},
      {"more_than_there_are", decay(6, 1, 4), 50},
      {"ranks_without_rows", decay(550, 4, 60), 6, Layout::last_rank},
      {"few_on_the_last_rank", decay(9, 2, 5), 9, Layout::last_rank},
  };
}

}  // namespace catapult::testing
