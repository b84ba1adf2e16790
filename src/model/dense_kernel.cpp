// The dense layer's share of kernel products and of the assembled kernel.
#include "linalg/gemm.hpp"
#include "model/dense.hpp"

namespace catapult {
namespace {

/// Vectors in a block of rows = vectors * samples: those of the other ranks where this rank has no
/// sample. Collective over the sample ranks.
Index vectors_in(const Grid& grid, Index rows, Index samples) {
  const Index own = samples > 0 ? rows / samples : 0;
  return grid.samples.size() == 1 ? own
                                  : static_cast<Index>(grid.samples.max(static_cast<double>(own)));
}

}  // namespace

template <class Real>
MatrixRef<const Real> Dense<Real>::own_features(const Cache<Real>& cache) const {
  const MatrixRef<const Real> first = cache.input.block(0);
  if (!input_.sharded) {
    const Block mine = local_features(grid_, {input_.features, /*sharded=*/true});
    return Kokkos::subview(first, Kokkos::ALL, std::pair(mine.begin, mine.end));
  }
  return cache.input.blocks() > 1 ? cache.input.block(grid_.width.rank()) : first;
}

template <class Real>
void Dense<Real>::prepare_kernel(Cache<Real>& cache, KernelForm form) const {
  const auto rows = cache.input.rows();
  const auto samples = static_cast<Index>(grid_.samples.sum(static_cast<double>(rows)));
  if (form == KernelForm::cheapest && samples > input_.features) {
    cache.gram = Matrix<Real>();
    return;
  }
  if (static_cast<Index>(cache.gram.extent(0)) != rows ||
      static_cast<Index>(cache.gram.extent(1)) != samples) {
    cache.gram = Matrix<Real>("gram", rows, samples);
  }
  const MatrixRef<const Real> x = own_features(cache);
  const double square = scales_.weight * scales_.weight;
  if (grid_.samples.size() == 1) {
    gram(square, x, 0.0, cache.gram);
  } else {
    const Matrix<Real> contiguous("own_features", x.extent(0), x.extent(1));
    Kokkos::deep_copy(contiguous, x);
    const Vector<Real> room = room_for(cache.scratch, samples * static_cast<Index>(x.extent(1)));
    gemm(Op::none, Op::transpose, square, x, gather_rows<Real>(grid_.samples, contiguous, room),
         0.0, cache.gram);
  }
  const Vector<Real> flat(cache.gram.data(), cache.gram.size());
  sum_over(grid_.width, flat);
  if (!has_bias()) return;
  const Real bias = static_cast<Real>(scales_.bias * scales_.bias);
  Kokkos::parallel_for(
      "gram_bias", Range1(0, rows * samples), KOKKOS_LAMBDA(Index i) { flat(i) += bias; });
}

template <class Real>
void Dense<Real>::add_gram_product(Cache<Real>& cache, const Features<Real>& cotangent,
                                   bool overwrite, const Features<Real>& tangent) const {
  const Index samples = cache.input.rows();
  const auto all = static_cast<Index>(cache.gram.extent(1));
  const Index vectors = vectors_in(grid_, cotangent.rows(), samples);
  for (Index v = 0; v < vectors; ++v) {
    MatrixRef<const Real> errors = vector_rows(cotangent.block(0), v, samples);
    if (grid_.samples.size() > 1) {
      const Vector<Real> room =
          room_for(cache.scratch, all * local_features(grid_, output_).size());
      errors = gather_rows<Real>(grid_.samples, errors, room);
    }
    gemm(Op::none, Op::none, 1.0, cache.gram, errors, overwrite ? 0.0 : 1.0,
         vector_rows(tangent.block(0), v, samples));
  }
}

template <class Real>
void Dense<Real>::add_parameter_product(Cache<Real>& cache, const Features<Real>& cotangent,
                                        bool overwrite, const Features<Real>& tangent) const {
  const Index samples = cache.input.rows();
  const Index vectors = vectors_in(grid_, cotangent.rows(), samples);
  for (Index v = 0; v < vectors; ++v) {
    const MatrixRef<Real> errors = vector_rows(cotangent.block(0), v, samples);
    const MatrixRef<Real> z = vector_rows(tangent.block(0), v, samples);
    for_gradient_blocks(cache, errors, 1.0, [&](const Block& neurons, const auto& gradient) {
      apply(gradient, cache.input, overwrite ? 0.0 : 1.0, /*with_bias=*/true,
            Kokkos::subview(z, Kokkos::ALL, std::pair(neurons.begin, neurons.end)));
    });
  }
}

template <class Real>
void Dense<Real>::kernel_product(const Theta& theta, Cache<Real>& cache,
                                 const Features<Real>& cotangent,
                                 const Features<Real>& input_tangent,
                                 const Features<Real>& tangent) const {
  const bool from_input = !input_tangent.empty(), by_gram = cache.gram.extent(1) > 0;
  if (from_input) {
    apply(own(theta), gather_features(input_tangent, cache.scratch), 0.0, /*with_bias=*/false,
          tangent.block(0));
  }
  if (!by_gram) add_parameter_product(cache, cotangent, !from_input, tangent);
  if (!output_.sharded && (from_input || !by_gram)) sum_over(grid_.width, tangent.flat());
  if (by_gram) add_gram_product(cache, cotangent, !from_input, tangent);
}

template <class Real>
KernelFactors<Real> Dense<Real>::kernel_factors(const Cache<Real>& cache,
                                                const Features<Real>& cotangents) const {
  const MatrixRef<const Real> x = own_features(cache);
  const Matrix<Real> inputs("kernel_inputs", x.extent(0), x.extent(1));
  Kokkos::deep_copy(inputs, x);

  // Vector by vector becomes sample by sample.
  const MatrixRef<const Real> from = cotangents.block(0);
  const auto rows = static_cast<Index>(from.extent(0)),
             neurons = static_cast<Index>(from.extent(1));
  const auto samples = cache.input.rows();
  const Index outputs = samples > 0 ? rows / samples : 0;
  const Matrix<Real> errors(Kokkos::view_alloc("kernel_errors", Kokkos::WithoutInitializing), rows,
                            neurons);
  Kokkos::parallel_for(
      "kernel_errors", Range1(0, rows), KOKKOS_LAMBDA(Index row) {
        const Index source = (row % outputs) * samples + row / outputs;
        for (Index j = 0; j < neurons; ++j) errors(row, j) = from(source, j);
      });
  return {inputs, errors};
}

template <class Real>
void Dense<Real>::add_kernel_panel(const KernelFactors<Real>& rows,
                                   const KernelFactors<Real>& columns, Vector<Real>& scratch,
                                   const MatrixRef<Real>& panel) const {
  const auto height = static_cast<Index>(panel.extent(0)),
             width = static_cast<Index>(panel.extent(1));
  const auto row_samples = static_cast<Index>(rows.inputs.extent(0));
  const auto column_samples = static_cast<Index>(columns.inputs.extent(0));
  const Index outputs = height / row_samples, products_of_inputs = row_samples * column_samples;
  const Vector<Real> room = room_for(scratch, products_of_inputs + height * width);
  const Vector<Real> flat = Kokkos::subview(room, std::pair(Index{0}, products_of_inputs));
  const MatrixRef<Real> gram = matrix_over(room.data(), row_samples, column_samples);
  gemm(Op::none, Op::transpose, scales_.weight * scales_.weight, rows.inputs, columns.inputs, 0.0,
       gram);
  sum_over(grid_.width, flat);
  // Replicated errors are every rank's; the sum over ranks shall count them once.
  if (!output_.sharded && !grid_.width.is_root()) return;
  const MatrixRef<Real> errors = matrix_over(room.data() + products_of_inputs, height, width);
  gemm(Op::none, Op::transpose, 1.0, rows.errors, columns.errors, 0.0, errors);
  const Real bias = static_cast<Real>(scales_.bias * scales_.bias);
  Kokkos::parallel_for(
      "add_kernel_panel", Range1(0, height * column_samples), KOKKOS_LAMBDA(Index i) {
        const Index row = i / column_samples, sample = i % column_samples;
        const Real inputs = gram(row / outputs, sample) + bias;
        for (Index j = sample * outputs; j < (sample + 1) * outputs; ++j) {
          panel(row, j) += inputs * errors(row, j);
        }
      });
}

#define CATAPULT_INSTANTIATE(Real)                                                               \
  template void Dense<Real>::prepare_kernel(Cache<Real>&, KernelForm) const;                     \
  template void Dense<Real>::kernel_product(const Theta&, Cache<Real>&, const Features<Real>&,   \
                                            const Features<Real>&, const Features<Real>&) const; \
  template KernelFactors<Real> Dense<Real>::kernel_factors(const Cache<Real>&,                   \
                                                           const Features<Real>&) const;         \
  template void Dense<Real>::add_kernel_panel(const KernelFactors<Real>&,                        \
                                              const KernelFactors<Real>&, Vector<Real>&,         \
                                              const MatrixRef<Real>&) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
