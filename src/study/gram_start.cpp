#include "study/gram_start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "linalg/product.hpp"
#include "store/weights_file.hpp"
#include "theory/gram.hpp"

namespace catapult {
namespace {

constexpr Index piece_elements = Index{1} << 22;  // of a file that are in memory at once

/// theta <- the columns of `factor`, (neurons, inputs + 1): those of u, and v.
template <class Real>
void set_weights(const Network<Real>& network, const std::vector<double>& factor,
                 const Vector<Real>& theta) {
  const auto host = host_room(theta);
  const auto& tensors = network.tensors();
  const Tensor &u = tensors[0], &v = tensors[1];
  const Index inputs = u.shape[1];
  const auto element = [&](Index neuron, Index column) {
    return static_cast<Real>(factor[static_cast<std::size_t>(neuron * (inputs + 1) + column)]);
  };
  const MemoryPlace in_u(u), in_v(v);
  for (Index row = 0; row < u.rows.size(); ++row) {
    for (Index column = 0; column < u.columns.size(); ++column) {
      host(u.offset + in_u(row, column)) = element(u.rows.begin + row, column);
    }
  }
  for (Index column = 0; column < v.columns.size(); ++column) {
    host(v.offset + in_v(0, column)) = element(v.columns.begin + column, inputs);
  }
  Kokkos::deep_copy(theta, host);
}

/// (u v)^T (u v) of a file of `width` neurons, (inputs + 1, inputs + 1).
std::vector<double> gram_of_file(const Hdf5File& file, Index width, Index inputs) {
  const Index size = inputs + 1, most = std::max<Index>(1, piece_elements / size);
  const Matrix<double> sum("gram", size, size);
  std::vector<double> u, v, rows;
  for (Index begin = 0; begin < width; begin += most) {
    const Index count = std::min(most, width - begin);
    u.resize(static_cast<std::size_t>(count * inputs));
    v.resize(static_cast<std::size_t>(count));
    file.read_slab("layers/00/weight", {{begin, 0}, {count, inputs}}, u.data());
    file.read_slab("layers/01/weight", {{0, begin}, {1, count}}, v.data());
    rows.clear();
    for (Index row = 0; row < count; ++row) {
      rows.insert(rows.end(), u.begin() + row * inputs, u.begin() + (row + 1) * inputs);
      rows.push_back(v[static_cast<std::size_t>(row)]);
    }
    const Matrix<double> piece("weights", count, size);
    upload(rows.data(), flat(piece));
    gemm(Op::transpose, Op::none, 1.0, piece, piece, 1.0, sum);
  }
  std::vector<double> gram(static_cast<std::size_t>(size * size));
  download<double>(flat(sum), gram.data());
  return gram;
}

bool is_finite(const std::vector<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

}  // namespace

template <class Real>
void initialize_gram(const Network<Real>& network, Index width, Index seed,
                     const Vector<Real>& theta) {
  set_weights(network, draw_gram_factor(width, network.tensors()[0].shape[1], seed), theta);
}

template <class Real>
void read_gram_weights(const std::filesystem::path& path, const Network<Real>& network, Index width,
                       const Vector<Real>& theta) {
  on_all(network.grid().all, [&] {
    const Hdf5File file = Hdf5File::open(path);
    const Index inputs = network.tensors()[0].shape[1];
    const auto has = [&](const char* name, const std::vector<Index>& shape) {
      return file.has(name) && file.shape(name) == shape;
    };
    const bool whole =
        has("layers/00/weight", {width, inputs}) && has("layers/01/weight", {1, width});
    if (!whole) return read_layers(file, network, theta);
    for (const std::string& below : file.descendants("layers")) {
      const std::string known[] = {"00", "00/weight", "01", "01/weight"};
      if (std::find(std::begin(known), std::end(known), below) != std::end(known)) continue;
      throw DataError(fmt::format("{}: found layers/{} (f = n^(-1/2) v^T u x has two matrices)",
                                  path.string(), below));
    }
    const std::vector<double> gram = gram_of_file(file, width, inputs);
    if (!is_finite(gram)) {
      throw DataError(
          fmt::format("{}: expected finite weights, found others", file.path().string()));
    }
    set_weights(network, upper_factor(gram, inputs + 1), theta);
  });
}

std::vector<double> gram_factor_of(const Network<double>& network, const Vector<double>& theta) {
  const auto host = to_host(theta);
  const Tensor &u = network.tensors()[0], &v = network.tensors()[1];
  const Index neurons = u.shape[0], inputs = u.shape[1], size = inputs + 1;
  const MemoryPlace in_u(u), in_v(v);
  std::vector<double> factor(static_cast<std::size_t>(size * size), 0.0);
  for (Index row = 0; row < neurons; ++row) {
    double* const of_row = &factor[static_cast<std::size_t>(row * size)];
    for (Index column = 0; column < inputs; ++column) {
      of_row[column] = host(u.offset + in_u(row, column));
    }
    of_row[inputs] = host(v.offset + in_v(0, row));
  }
  return factor;
}

#define CATAPULT_INSTANTIATE(Real)                                                           \
  template void initialize_gram(const Network<Real>&, Index, Index, const Vector<Real>&);    \
  template void read_gram_weights(const std::filesystem::path&, const Network<Real>&, Index, \
                                  const Vector<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
