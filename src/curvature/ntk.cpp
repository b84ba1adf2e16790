#include "curvature/ntk.hpp"

namespace catapult {

template <class Real>
NtkOperator<Real>::NtkOperator(const Network<Real>& network, const Vector<const Real>& theta,
                               Tape<Real>& tape, Index samples)
    : network_(network),
      theta_(theta),
      tape_(tape),
      normalization_(kernel_normalization(samples, network.outputs())),
      own_(static_cast<std::size_t>(network.grid().width.rank())) {
  for (int rank = 0; rank < network.grid().width.size(); ++rank) {
    const Block block = block_of(tape.samples, network.grid().width.size(), rank);
    counts_.push_back(block.size() * network.outputs());
    if (rank < network.grid().width.rank()) before_ += counts_.back();
  }
}

template <class Real>
void NtkOperator<Real>::apply(const double* x, double* y, Index vectors) const {
  const Index size = tape_.samples * network_.outputs();  // of one vector on this sample rank
  HostVector<double> gathered(Kokkos::view_alloc("kernel_vector", Kokkos::WithoutInitializing),
                              size);
  HostMatrix<Real> in(Kokkos::view_alloc("kernel_vectors", Kokkos::WithoutInitializing),
                      vectors * tape_.samples, network_.outputs());
  for (Index v = 0; v < vectors; ++v) {
    network_.grid().width.all_gather(x + v * local_size(), gathered.data(), counts_);
    for (Index i = 0; i < size; ++i) in.data()[v * size + i] = static_cast<Real>(gathered(i));
  }
  const Matrix<Real> cotangents = to_device(in);
  const Matrix<Real> results(Kokkos::view_alloc("kernel_products", Kokkos::WithoutInitializing),
                             vectors * tape_.samples, network_.outputs());
  network_.kernel_product(theta_, tape_, vectors, cotangents, results);
  const HostMatrix<Real> out = to_host(results);
  for (Index v = 0; v < vectors; ++v) {
    for (Index i = 0; i < local_size(); ++i) {
      y[v * local_size() + i] =
          normalization_ * static_cast<double>(out.data()[v * size + before_ + i]);
    }
  }
}

template class NtkOperator<float>;
template class NtkOperator<double>;

}  // namespace catapult
