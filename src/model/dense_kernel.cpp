// The dense layer's share of kernel products and of the assembled kernel.
#include "linalg/exchange.hpp"
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
  // This rank's features only; those of all ranks add up.
  const Block mine = local_features(grid_, {input_.features, /*sharded=*/true});
  MatrixRef<const Real> x = cache.input.block(0);
  if (!input_.sharded) {
    x = Kokkos::subview(x, Kokkos::ALL, std::pair(mine.begin, mine.end));
  } else if (cache.input.blocks() > 1) {
    x = cache.input.block(grid_.width.rank());
  }
  const double square = scales_.weight * scales_.weight;
  if (grid_.samples.size() == 1) {
    gram(square, x, 0.0, cache.gram);
  } else {
    const Matrix<Real> contiguous("own_features", x.extent(0), x.extent(1));
    Kokkos::deep_copy(contiguous, x);
    const Vector<Real> room = room_for(cache.scratch, samples * mine.size());
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
  const Vector<Real> gradient = room_for(cache.scratch, parameters_);
  const Index vectors = vectors_in(grid_, cotangent.rows(), samples);
  for (Index v = 0; v < vectors; ++v) {
    local_gradient(cache.input, vector_rows(cotangent.block(0), v, samples), 1.0, 0.0, gradient);
    sum_over(grid_.samples, gradient);
    apply(gradient, cache.input, overwrite ? 0.0 : 1.0, /*with_bias=*/true,
          vector_rows(tangent.block(0), v, samples));
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
void Dense<Real>::add_kernel_block(Cache<Real>& cache, const Features<Real>& cotangents, Index i,
                                   Index j, const Block& columns,
                                   const MatrixRef<Real>& block) const {
  const Index samples = cache.input.rows(), width = columns.size();
  // Replicated errors are every rank's; the sum over ranks shall count them once.
  if (!output_.sharded && !grid_.width.is_root()) return;
  const MatrixRef<const Real> left = vector_rows(cotangents.block(0), i, samples);
  const MatrixRef<const Real> right =
      Kokkos::subview(vector_rows(cotangents.block(0), j, samples),
                      std::pair(columns.begin, columns.end), Kokkos::ALL);
  const MatrixRef<Real> products =
      matrix_over(room_for(cache.scratch, samples * width).data(), samples, width);
  gemm(Op::none, Op::transpose, 1.0, left, right, 0.0, products);
  const auto gram = cache.gram;
  Kokkos::parallel_for(
      "add_kernel_block", Range1(0, samples * width), KOKKOS_LAMBDA(Index at) {
        const Index row = at / width, column = at % width;
        block(row, column) += gram(row, columns.begin + column) * products(row, column);
      });
}

#define CATAPULT_INSTANTIATE(Real)                                                               \
  template void Dense<Real>::prepare_kernel(Cache<Real>&, KernelForm) const;                     \
  template void Dense<Real>::kernel_product(const Theta&, Cache<Real>&, const Features<Real>&,   \
                                            const Features<Real>&, const Features<Real>&) const; \
  template void Dense<Real>::add_kernel_block(Cache<Real>&, const Features<Real>&, Index, Index, \
                                              const Block&, const MatrixRef<Real>&) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
