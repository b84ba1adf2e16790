// The whole kernel as a distributed dense matrix: the plain reference, and for whole spectra.
// defines: assembles_kernel, assemble_kernel, assemble_cross_kernel
#pragma once

#include "curvature/options.hpp"
#include "model/network.hpp"
#include "spectra/matrix_operator.hpp"

namespace catapult {

/// Whether measure.method, or its choice, is the kernel as a matrix: large parts of the spectrum
/// are had from it, few eigenvalues without it, as are all where it would be built by products
/// (`has_kernel_terms` false).
bool assembles_kernel(const MeasureOptions& options, Index kernel_size, bool has_kernel_terms);

/// Theta (k N, k N) of `network` at the theta and samples of the tape (forward done), rows spread
/// over the ranks as NtkOperator's vectors are. Sum over layers of Gram
/// matrix of the inputs times Gram matrix of the errors: Theta = sum_l G_l o (D_l D_l^T) / (k N).
///
/// Each rank holds its rows only. The width ranks of a sample rank compute tiles together, their
/// neurons each; inputs and errors of the other sample ranks come by turns around a ring. Of two
/// mirror images one is computed and sent to the owner of the other. Memory of a rank:
/// (k N)^2 / ranks, its inputs and errors and those of one other sample rank, a few tiles.
/// A network without Gram terms: column by column, kN products, of blocks of unit vectors.
/// Throws UsageError where PETSc's integers are too small. Collective over the grid.
template <class Real>
MatrixOperator assemble_kernel(const Network<Real>& network, const Vector<const Real>& theta,
                               Tape<Real>& tape);

/// J_rows J_columns^T / (k N_columns): the samples of one tape against those of another, both
/// forward at theta. Rows and columns are spread like the vectors of either. Throws UsageError
/// where the network has no Gram terms. Collective.
template <class Real>
SpreadMatrix assemble_cross_kernel(const Network<Real>& network, const Vector<const Real>& theta,
                                   Tape<Real>& rows, Tape<Real>& columns);

}  // namespace catapult
