// Identifiers and sizes as HDF5's own functions take them; for the sources of Hdf5File alone.
// defines: Handle, product, to_sizes, compact_links
#pragma once

#include <hdf5.h>

#include <utility>
#include <vector>

#include "base/integer.hpp"

namespace catapult {

/// Closes an identifier of HDF5 at the end of its scope. An id that a failed call gave is negative.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  /// Closes now; a full disk may show only here. Negative where it fails.
  herr_t close() { return close_(std::exchange(id_, -1)); }
  operator hid_t() const { return id_; }  // NOLINT: stands in for the id in C calls

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

inline Index product(const std::vector<Index>& sizes) {
  Index all = 1;
  for (const Index size : sizes) all *= size;
  return all;
}

/// Properties of new groups, or of the root group of a new file: `class_id`. Their links stay where
/// a checksum covers them up to so many; HDF5 dies of a damaged table of links, which has none.
inline hid_t compact_links(hid_t class_id) {
  constexpr unsigned most = 4096;  // each is looked for from the first on
  const hid_t properties = H5Pcreate(class_id);
  H5Pset_link_phase_change(properties, most, most / 2);
  return properties;
}

inline std::vector<hsize_t> to_sizes(const std::vector<Index>& values) {
  return {values.begin(), values.end()};
}

}  // namespace catapult
