// A dense map's term of the assembled kernel.
// defines: ordered_by_samples, contiguous, term_of
#pragma once

#include "layers/scales.hpp"
#include "linalg/element_loops.hpp"
#include "model/kernel_term.hpp"

namespace catapult {

/// Row sample * outputs + i <- row i * samples + sample.
template <class Real>
Matrix<Real> ordered_by_samples(const Matrix<Real>& errors, Index outputs) {
  const auto rows = static_cast<Index>(errors.extent(0)),
             columns = static_cast<Index>(errors.extent(1));
  const Index samples = rows / outputs;
  const Matrix<Real> ordered(Kokkos::view_alloc("kernel_errors", Kokkos::WithoutInitializing), rows,
                             columns);
  for_elements(
      "order_by_samples", rows, columns, KOKKOS_LAMBDA(Index row, Index column) {
        ordered(row, column) = errors((row % outputs) * samples + row / outputs, column);
      });
  return ordered;
}

/// The same numbers: not owned where their rows follow one another, else copied.
template <class Real>
Matrix<const Real> contiguous(const MatrixRef<const Real>& inputs) {
  const auto rows = static_cast<Index>(inputs.extent(0)),
             columns = static_cast<Index>(inputs.extent(1));
  if (inputs.span_is_contiguous()) return Matrix<const Real>(inputs.data(), rows, columns);
  const Matrix<Real> copied(Kokkos::view_alloc("kernel_inputs", Kokkos::WithoutInitializing), rows,
                            columns);
  copy_elements(copied, inputs);
  return copied;
}

/// Of inputs (samples, features) and the errors of what they are multiplied to.
template <class Real>
KernelTerm<Real> term_of(const Matrix<const Real>& inputs, const OutputErrors<Real>& errors,
                         const LayerScales& scales, bool replicated) {
  KernelTerm<Real> term;
  term.scale = scales.weight * scales.weight;
  term.offset = scales.bias * scales.bias;
  term.replicated = replicated;
  term.inputs = inputs;
  term.has_slopes = errors.form == ErrorForm::with_slopes;
  if (term.has_slopes) {
    term.errors = errors.units;
    term.slopes = errors.slopes;
  } else {
    term.errors =
        ordered_by_samples(in_full(errors, static_cast<Index>(inputs.extent(0))), errors.outputs);
  }
  return term;
}

}  // namespace catapult
