// Values of a batch at one place of the network.
// defines: Features, vector_rows
#pragma once

#include <numeric>
#include <string>
#include <vector>

#include "linalg/views.hpp"

namespace catapult {

/// (rows, features), rows = vectors x samples of this rank. The features lie in blocks, each a
/// contiguous matrix (rows, features of the block): one block where a rank holds one shard or
/// all, one block a rank where shards were gathered. Nothing is repacked: a product over all
/// features is a sum of products over the blocks.
template <class Real>
class Features {
 public:
  Features() = default;
  Features(const Vector<Real>& data, Index rows, const std::vector<Index>& widths)
      : data_(Kokkos::subview(data, std::pair(Index{0}, rows * total(widths)))),
        rows_(rows),
        widths_(widths) {}
  Features(const std::string& name, Index rows, const std::vector<Index>& widths)
      : Features(Vector<Real>(Kokkos::view_alloc(name, Kokkos::WithoutInitializing),
                              rows * total(widths)),
                 rows, widths) {}
  /// One block: all of a contiguous matrix.
  explicit Features(const Matrix<Real>& matrix)
      : data_(matrix.data(), matrix.size()),
        rows_(static_cast<Index>(matrix.extent(0))),
        widths_{static_cast<Index>(matrix.extent(1))} {}

  bool empty() const { return widths_.empty(); }
  Index rows() const { return rows_; }
  int blocks() const { return static_cast<int>(widths_.size()); }
  Index width(int block) const { return widths_[static_cast<std::size_t>(block)]; }
  /// Number of features before this block.
  Index first(int block) const {
    return std::accumulate(widths_.begin(), widths_.begin() + block, Index{0});
  }
  MatrixRef<Real> block(int block) const {
    return matrix_over(data_.data() + rows_ * first(block), rows_, width(block));
  }
  Vector<Real> flat() const { return data_; }

 private:
  static Index total(const std::vector<Index>& widths) {
    return std::accumulate(widths.begin(), widths.end(), Index{0});
  }

  Vector<Real> data_;
  Index rows_ = 0;
  std::vector<Index> widths_;
};

/// Rows of one vector out of a block of vectors.
template <class Real>
MatrixRef<Real> vector_rows(const MatrixRef<Real>& block, Index vector, Index samples) {
  return Kokkos::subview(block, std::pair(vector * samples, (vector + 1) * samples), Kokkos::ALL);
}

}  // namespace catapult
