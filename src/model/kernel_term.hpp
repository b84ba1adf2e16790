// Terms of the assembled kernel, and the errors that they are made of.
// defines: ErrorForm, OutputErrors, in_full, KernelTerm
#pragma once

#include "base/partition.hpp"
#include "linalg/element_loops.hpp"

namespace catapult {

/// How the errors of all outputs lie. What tells no samples apart leaves one row an output; the
/// first elementwise function adds its slopes at each sample, and until the next layer the errors
/// are products of the two. From there on they are held in full.
enum class ErrorForm { same_for_samples, with_slopes, in_full };

/// Errors of every output at every sample on their way back, of this width rank's features: those
/// of output i begin as e_i.
template <class Real>
struct OutputErrors {
  Index outputs = 0;
  ErrorForm form = ErrorForm::same_for_samples;
  Matrix<Real> units;   // (outputs, features); in full (outputs * samples, features), by outputs
  Matrix<Real> slopes;  // (samples, features), or none
};

/// (outputs * samples, features): row i * samples + a is the error of output i at sample a.
template <class Real>
Matrix<Real> in_full(const OutputErrors<Real>& errors, Index samples) {
  if (errors.form == ErrorForm::in_full) return errors.units;
  const Index features = static_cast<Index>(errors.units.extent(1));
  const Matrix<Real> all(Kokkos::view_alloc("kernel_errors", Kokkos::WithoutInitializing),
                         errors.outputs * samples, features);
  const Matrix<Real> units = errors.units, slopes = errors.slopes;
  const bool has_slopes = errors.form == ErrorForm::with_slopes;
  for_elements(
      "kernel_errors", errors.outputs * samples, features, KOKKOS_LAMBDA(Index row, Index j) {
        const Real unit = units(row / samples, j);
        all(row, j) = has_slopes ? unit * slopes(row % samples, j) : unit;
      });
  return all;
}

/// One term of an assembled kernel, of some samples: the Gram matrix of the inputs, by elements
/// that of the errors,
///   Theta((a, i), (b, j)) = (scale <x_a, x_b> + offset) <e_ai, e_bj>,
/// where e_ai is row a * outputs + i of `errors`; with slopes it is errors(i) o slopes(a). This
/// width rank's features and neurons only; ranks can hand it on. Its inputs may be the tape's.
template <class Real>
struct KernelTerm {
  Matrix<const Real> inputs;  // (samples, features)
  Matrix<const Real> errors;  // (samples * outputs, neurons); with slopes (outputs, neurons)
  Matrix<const Real> slopes;  // (samples, neurons), or none
  bool has_slopes = false;
  double scale = 1.0;
  double offset = 0.0;
  bool replicated = false;  ///< the errors are every width rank's, to be counted once

  /// The term of a block of the samples, not copied.
  KernelTerm part(const Block& samples, Index outputs) const {
    const auto rows = [](const Matrix<const Real>& whole, const Block& block) {
      return Kokkos::subview(whole, std::pair(block.begin, block.end), Kokkos::ALL);
    };
    KernelTerm mine = *this;
    mine.inputs = rows(inputs, samples);
    if (has_slopes) {
      mine.slopes = rows(slopes, samples);
    } else {
      mine.errors = rows(errors, {samples.begin * outputs, samples.end * outputs});
    }
    return mine;
  }
};

}  // namespace catapult
