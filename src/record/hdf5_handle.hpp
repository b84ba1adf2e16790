// Identifiers and sizes as HDF5's own functions take them; for the sources of Hdf5File alone.
// defines: Handle, product, to_sizes
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

inline std::vector<hsize_t> to_sizes(const std::vector<Index>& values) {
  return {values.begin(), values.end()};
}

}  // namespace catapult
