// Values of a batch at one place of the network.
// defines: Features
#pragma once

#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "linalg/views.hpp"

namespace catapult {

/// (vectors * samples, features): a block of vectors, vector by vector, each with the samples of
/// this rank. The features lie in blocks, each a contiguous matrix (rows, features of the block):
/// one block where a rank holds one shard or all, one block a rank where shards were gathered.
/// Nothing is repacked: a product over all features is a sum of products over the blocks.
template <class Real>
class Features {
 public:
  Features() = default;
  Features(const Vector<Real>& data, Index vectors, Index samples, std::vector<Index> widths)
      : data_(Kokkos::subview(data, std::pair(Index{0}, vectors * samples * total(widths)))),
        vectors_(vectors),
        samples_(samples),
        widths_(std::move(widths)) {}
  /// One vector, in storage of its own.
  Features(const std::string& name, Index samples, const std::vector<Index>& widths)
      : Features(Vector<Real>(Kokkos::view_alloc(name, Kokkos::WithoutInitializing),
                              samples * total(widths)),
                 1, samples, widths) {}
  /// One block: all of a contiguous matrix (vectors * samples, features), which must outlive this.
  explicit Features(const Matrix<Real>& matrix, Index vectors = 1)
      : data_(matrix.data(), matrix.size()),
        vectors_(vectors),
        samples_(vectors > 0 ? static_cast<Index>(matrix.extent(0)) / vectors : 0),
        widths_{static_cast<Index>(matrix.extent(1))} {}

  bool empty() const { return widths_.empty(); }
  Index vectors() const { return vectors_; }
  Index samples() const { return samples_; }
  Index rows() const { return vectors_ * samples_; }
  int blocks() const { return static_cast<int>(widths_.size()); }
  Index width(int block) const { return widths_[static_cast<std::size_t>(block)]; }
  /// Number of features before this block.
  Index first(int block) const {
    return std::accumulate(widths_.begin(), widths_.begin() + block, Index{0});
  }
  /// All vectors of a block of features.
  MatrixRef<Real> block(int block) const {
    return matrix_over(data_.data() + rows() * first(block), rows(), width(block));
  }
  /// One of the vectors, where the features lie in one block.
  Features vector(Index number) const {
    const Index size = samples_ * width(0);
    return {Kokkos::subview(data_, std::pair(number * size, (number + 1) * size)), 1, samples_,
            widths_};
  }
  Vector<Real> flat() const { return data_; }

 private:
  static Index total(const std::vector<Index>& widths) {
    return std::accumulate(widths.begin(), widths.end(), Index{0});
  }

  Vector<Real> data_;
  Index vectors_ = 1;
  Index samples_ = 0;
  std::vector<Index> widths_;
};

}  // namespace catapult
