#include "store/weights_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/fault.hpp"
#include "store/checked_numbers.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr Index buffer_elements = Index{1} << 18;    // put in the order of files
constexpr Index transfer_elements = Index{1} << 22;  // HDF5 keeps a copy while it writes

/// Which part of a tensor these rows of this rank's are (counted from its first).
Slab slab_of(const Tensor& tensor, const Block& rows) {
  Slab slab{std::vector<Index>(tensor.shape.size(), 0), tensor.shape};
  slab.start[0] = tensor.rows.begin + rows.begin;
  slab.count[0] = rows.size();
  if (tensor.shape.size() == 2) {
    slab.start[1] = tensor.columns.begin;
    slab.count[1] = tensor.columns.size();
  }
  if (tensor.columns.size() == 0) slab.count[0] = 0;
  return slab;
}

/// This rank's rows in pieces that go to or from a file one after another, as many on every rank:
/// no second copy of a large tensor need exist.
std::vector<Block> pieces_of(const Tensor& tensor) {
  Index elements = 1;
  for (const Index extent : tensor.shape) elements *= extent;
  const Index most = tensor.order.empty() ? transfer_elements : buffer_elements;
  const Index pieces = std::max<Index>(1, elements / most);
  std::vector<Block> rows;
  for (Index i = 0; i < pieces; ++i) rows.push_back(block_of(tensor.rows.size(), pieces, i));
  return rows;
}

/// Calls copy(element of the whole part in memory, element of the piece in a file) for all elements
/// of a piece.
template <class Copy>
void for_each_element(const Tensor& tensor, const Block& rows, const Copy& copy) {
  const MemoryPlace place(tensor);
  const Index columns = tensor.columns.size();
  for (Index row = rows.begin; row < rows.end; ++row) {
    for (Index column = 0; column < columns; ++column) {
      copy(place(row, column), (row - rows.begin) * columns + column);
    }
  }
}

template <class Real>
Vector<Real> part_of(const Vector<Real>& theta, const Tensor& tensor) {
  return Kokkos::subview(theta, std::pair(tensor.offset, tensor.offset + tensor.size()));
}

/// "layers/00/weight" in the place of `group`: "velocity/00/weight".
std::string name_in(const std::string& group, const Tensor& tensor) {
  return group + tensor.name.substr(tensor.name.find('/'));
}

constexpr const char* advice = "the model of the deck must be that of the file";

void check_shape(const Hdf5File& file, const std::string& name, const Tensor& tensor) {
  if (!file.has(name)) refuse(file, fmt::format("has no dataset {}; {}", name, advice));
  const std::vector<Index> found = file.shape(name);
  if (found == tensor.shape) return;
  refuse(file, fmt::format("expected {} of shape ({}), found ({}); {}", name,
                           fmt::join(tensor.shape, ", "), fmt::join(found, ", "), advice));
}

/// Index of element `i` of a slab in the whole tensor.
std::vector<Index> position_of(Index i, const Slab& slab) {
  std::vector<Index> position(slab.start);
  for (std::size_t axis = position.size(); axis-- > 0; i /= slab.count[axis]) {
    position[axis] += i % slab.count[axis];
  }
  return position;
}

template <class Real>
void check_finite(const Hdf5File& file, const std::string& name, const Slab& slab,
                  const Real* values, Index count) {
  for (Index i = 0; i < count; ++i) {
    if (std::isfinite(values[i])) continue;
    refuse(file, fmt::format("dataset {}: expected finite numbers, found {} at ({})", name,
                             values[i], fmt::join(position_of(i, slab), ", ")));
  }
}

/// Whether a tensor of the network has this name, or lies in the group of this name.
bool is_known(const std::set<std::string>& names, const std::string& name) {
  const auto next = names.lower_bound(name);
  return next != names.end() && (*next == name || next->rfind(name + "/", 0) == 0);
}

}  // namespace

template <class Value, class Real>
void write_tensors(Hdf5File& file, const std::string& group, const Network<Real>& network,
                   const Vector<const Value>& values) {
  std::vector<Value> buffer;
  for (const Tensor& tensor : network.tensors()) {
    const auto host = to_host(part_of(values, tensor));
    for (const Block& rows : pieces_of(tensor)) {
      const Value* piece = host.data() + rows.begin * tensor.columns.size();
      if (!tensor.order.empty()) {
        buffer.resize(static_cast<std::size_t>(rows.size() * tensor.columns.size()));
        for_each_element(tensor, rows, [&](Index in_memory, Index in_file) {
          buffer[static_cast<std::size_t>(in_file)] = host(in_memory);
        });
        piece = buffer.data();
      }
      file.write_slab(name_in(group, tensor), tensor.shape, slab_of(tensor, rows), piece);
    }
    fault_point("checkpoint-tensor");
  }
}

template <class Value, class Real>
void read_tensors(const Hdf5File& file, const std::string& group, const Network<Real>& network,
                  const Vector<Value>& values) {
  std::vector<Value> buffer;
  for (const Tensor& tensor : network.tensors()) {
    const std::string name = name_in(group, tensor);
    const Vector<Value> part = part_of(values, tensor);
    const auto host = host_room(part);
    check_shape(file, name, tensor);
    for (const Block& rows : pieces_of(tensor)) {
      const Slab slab = slab_of(tensor, rows);
      const Index elements = rows.size() * tensor.columns.size();
      Value* piece = host.data() + rows.begin * tensor.columns.size();
      if (!tensor.order.empty()) {
        buffer.resize(static_cast<std::size_t>(elements));
        piece = buffer.data();
      }
      file.read_slab(name, slab, piece);
      check_finite(file, name, slab, piece, elements);
      if (tensor.order.empty()) continue;
      for_each_element(tensor, rows, [&](Index in_memory, Index in_file) {
        host(in_memory) = buffer[static_cast<std::size_t>(in_file)];
      });
    }
    Kokkos::deep_copy(part, host);
  }
}

void require_layers(const Hdf5File& file, const std::vector<Tensor>& tensors) {
  std::set<std::string> names;
  for (const Tensor& tensor : tensors) {
    check_shape(file, tensor.name, tensor);
    names.insert(tensor.name);
  }
  for (const std::string& below : file.descendants("layers")) {
    const std::string name = "layers/" + below;
    if (is_known(names, name)) continue;
    refuse(file, fmt::format("found {} (the deck's model has none: has it fewer layers, or no "
                             "biases, as model.sigma_b is 0?); {}",
                             name, advice));
  }
}

template <class Real>
void read_layers(const Hdf5File& file, const Network<Real>& network, const Vector<Real>& theta) {
  require_layers(file, network.tensors());
  read_tensors(file, "layers", network, theta);
}

template <class Real>
void read_weights_file(const fs::path& path, const Network<Real>& network,
                       const Vector<Real>& theta) {
  on_all(network.grid().all, [&] { read_layers(Hdf5File::open(path), network, theta); });
}

#define CATAPULT_INSTANTIATE(Real)                                                       \
  template void write_tensors(Hdf5File&, const std::string&, const Network<Real>&,       \
                              const Vector<const Real>&);                                \
  template void read_tensors(const Hdf5File&, const std::string&, const Network<Real>&,  \
                             const Vector<Real>&);                                       \
  template void read_layers(const Hdf5File&, const Network<Real>&, const Vector<Real>&); \
  template void read_weights_file(const fs::path&, const Network<Real>&, const Vector<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
template void write_tensors(Hdf5File&, const std::string&, const Network<float>&,
                            const Vector<const double>&);
template void read_tensors(const Hdf5File&, const std::string&, const Network<float>&,
                           const Vector<double>&);
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
