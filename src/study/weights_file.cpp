#include "study/weights_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "record/atomic_file.hpp"

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

/// Whether the file holds these tensors and no further layer.
void check_tensors(const Hdf5File& file, const std::vector<Tensor>& tensors) {
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
void write_tensors(Hdf5File& file, const Network<Real>& network, const Vector<const Real>& theta) {
  for (const Tensor& tensor : network.tensors()) {
    const auto host = to_host(part_of(theta, tensor));
    file.write_slab(tensor.name, tensor.shape, slab_of(tensor), host.data());
  }
}

}  // namespace

template <class Real>
void write_weights_file(const fs::path& path, const Network<Real>& network,
                        const TrainingState<Real>& state, const Provenance& provenance) {
  const Grid& grid = network.grid();
  write_atomically(path, grid.all, [&](const fs::path& temporary) {
    if (!grid.samples.is_root()) return;  // the sample ranks hold the same parameters
    Hdf5File file = Hdf5File::create(temporary, grid.width);
    write_tensors<Real>(file, network, state.theta);
    file.write("step", {1}, std::vector<Index>{state.step});
    file.write("time", {1}, std::vector<double>{state.time});
    write_provenance(file, provenance);
    file.close();
  });
}

template <class Real>
void read_weights_file(const fs::path& path, const Network<Real>& network,
                       const Vector<Real>& theta) {
  on_root(network.grid().all, [&] { check_tensors(Hdf5File::open(path), network.tensors()); });
  const Hdf5File file = Hdf5File::open(path, network.grid().all);
  for (const Tensor& tensor : network.tensors()) {
    const Vector<Real> part = part_of(theta, tensor);
    const auto host = Kokkos::create_mirror_view(part);
    file.read_slab(tensor.name, slab_of(tensor), host.data());
    Kokkos::deep_copy(part, host);
  }
}

#define CATAPULT_INSTANTIATE(Real)                                                 \
  template void write_weights_file(const fs::path&, const Network<Real>&,          \
                                   const TrainingState<Real>&, const Provenance&); \
  template void read_weights_file(const fs::path&, const Network<Real>&, const Vector<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
