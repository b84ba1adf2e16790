#include "store/weights_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/fault.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

/// Which part of a tensor this rank holds. Columns are cut in matrices only.
Slab slab_of(const Tensor& tensor) {
  Slab slab{std::vector<Index>(tensor.shape.size(), 0), tensor.shape};
  slab.start[0] = tensor.rows.begin;
  slab.count[0] = tensor.rows.size();
  if (tensor.shape.size() == 2) {
    slab.start[1] = tensor.columns.begin;
    slab.count[1] = tensor.columns.size();
  }
  if (tensor.columns.size() == 0) slab.count[0] = 0;
  return slab;
}

template <class Real>
Vector<Real> part_of(const Vector<Real>& theta, const Tensor& tensor) {
  return Kokkos::subview(theta, std::pair(tensor.offset, tensor.offset + tensor.size()));
}

/// "layers/00/weight" in the place of `group`: "velocity/00/weight".
std::string name_in(const std::string& group, const Tensor& tensor) {
  return group + tensor.name.substr(tensor.name.find('/'));
}

}  // namespace

template <class Real>
void write_tensors(Hdf5File& file, const std::string& group, const Network<Real>& network,
                   const Vector<const Real>& values) {
  for (const Tensor& tensor : network.tensors()) {
    const auto host = to_host(part_of(values, tensor));
    file.write_slab(name_in(group, tensor), tensor.shape, slab_of(tensor), host.data());
    fault_point("checkpoint-tensor");
  }
}

template <class Real>
void read_tensors(const Hdf5File& file, const std::string& group, const Network<Real>& network,
                  const Vector<Real>& values) {
  for (const Tensor& tensor : network.tensors()) {
    const Vector<Real> part = part_of(values, tensor);
    const auto host = Kokkos::create_mirror_view(part);
    file.read_slab(name_in(group, tensor), slab_of(tensor), host.data());
    Kokkos::deep_copy(part, host);
  }
}

template <class Real>
void check_tensors(const Hdf5File& file, const Network<Real>& network) {
  const std::vector<Tensor>& tensors = network.tensors();
  const auto refuse = [&](const std::string& problem) {
    throw DataError(fmt::format("{}: {}; the model of the deck must be that of the file",
                                file.path().string(), problem));
  };
  for (const Tensor& tensor : tensors) {
    if (!file.has(tensor.name)) refuse(fmt::format("has no dataset {}", tensor.name));
    const std::vector<Index> found = file.shape(tensor.name);
    if (found != tensor.shape) {
      refuse(fmt::format("expected {} of shape ({}), found ({})", tensor.name,
                         fmt::join(tensor.shape, ", "), fmt::join(found, ", ")));
    }
  }
  const std::size_t layers = std::stoul(tensors.back().name.substr(7, 2)) + 1;
  const std::string next = fmt::format("layers/{:02}", layers);
  if (file.has(next)) refuse(fmt::format("expected {} layers, found {} as well", layers, next));
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const std::string bias = fmt::format("layers/{:02}/bias", layer);
    bool known = false;
    for (const Tensor& tensor : tensors) known = known || tensor.name == bias;
    if (!known && file.has(bias)) {
      refuse(fmt::format("found {}, but model.sigma_b = 0 has no biases", bias));
    }
  }
}

template <class Real>
void read_weights_file(const fs::path& path, const Network<Real>& network,
                       const Vector<Real>& theta) {
  on_all(network.grid().all, [&] {
    const Hdf5File file = Hdf5File::open(path);
    check_tensors(file, network);
    read_tensors(file, "layers", network, theta);
  });
}

#define CATAPULT_INSTANTIATE(Real)                                                      \
  template void write_tensors(Hdf5File&, const std::string&, const Network<Real>&,      \
                              const Vector<const Real>&);                               \
  template void read_tensors(const Hdf5File&, const std::string&, const Network<Real>&, \
                             const Vector<Real>&);                                      \
  template void check_tensors(const Hdf5File&, const Network<Real>&);                   \
  template void read_weights_file(const fs::path&, const Network<Real>&, const Vector<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
