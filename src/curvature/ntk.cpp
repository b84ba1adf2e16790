#include "curvature/ntk.hpp"

#include "linalg/element_loops.hpp"
#include "linalg/exchange.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {
namespace {

/// Row v of `pieces` <- factor times the elements of vector v from number `first` on; the vectors
/// lie in `whole` one after another, `size` elements each.
template <class Real>
void take_pieces(const Matrix<Real>& whole, Index size, Index first, double factor,
                 const Matrix<double>& pieces) {
  const Real* from = whole.data();
  for_elements(
      "take_pieces", static_cast<Index>(pieces.extent(0)), static_cast<Index>(pieces.extent(1)),
      KOKKOS_LAMBDA(Index v, Index i) {
        pieces(v, i) = factor * static_cast<double>(from[v * size + first + i]);
      });
}

}  // namespace

template <class Real>
NtkOperator<Real>::NtkOperator(const Network<Real>& network, const Vector<const Real>& theta,
                               Tape<Real>& tape, Index samples, const Loss& loss,
                               const Matrix<Real>& y)
    : network_(network),
      theta_(theta),
      tape_(tape),
      loss_(loss),
      y_(y),
      normalization_(loss.normalization(samples, network.outputs())),
      own_(static_cast<std::size_t>(network.grid().width.rank())) {
  for (int rank = 0; rank < network.grid().width.size(); ++rank) {
    const Block block = block_of(tape.samples, network.grid().width.size(), rank);
    counts_.push_back(block.size() * network.outputs());
    if (rank < network.grid().width.rank()) before_ += counts_.back();
  }
}

template <class Real>
void NtkOperator<Real>::apply(const Matrix<const double>& x, const Matrix<double>& y) const {
  const Index size = tape_.samples * network_.outputs();  // of one vector on this sample rank
  const Index vectors = static_cast<Index>(x.extent(0)), own = local_size();
  const Communicator& width = network_.grid().width;
  Matrix<const double> whole = x;
  if (width.size() > 1) {
    const Vector<double> room = room_for(tape_.kernel.gathered, vectors * size);
    for (Index v = 0; v < vectors; ++v) {
      all_gather(width, Vector<const double>(x.data() + v * own, x.extent(1)),
                 part_of(room, {v * size, (v + 1) * size}), counts_);
    }
    whole = Matrix<const double>(room.data(), vectors, size);
  }
  const auto rows_in = [&](Vector<Real>& storage) {
    return Matrix<Real>(room_for(storage, vectors * size).data(), vectors * tape_.samples,
                        network_.outputs());
  };
  const Matrix<Real> cotangents = rows_in(tape_.kernel.cotangents);
  const Matrix<Real> results = rows_in(tape_.kernel.results);
  convert<double, Real>(flat(whole), flat(cotangents));
  apply_loss_root(loss_, tape_.outputs(), y_, /*transposed=*/false, cotangents);
  network_.kernel_product(theta_, tape_, vectors, cotangents, results);
  apply_loss_root(loss_, tape_.outputs(), y_, /*transposed=*/true, results);
  take_pieces(results, size, before_, normalization_, y);
}

template class NtkOperator<float>;
template class NtkOperator<double>;

}  // namespace catapult
