// How vectors of parameter space are spread over all ranks of a grid, for eigensolvers.
// defines: ParameterSpace
#pragma once

#include <vector>

#include "model/network.hpp"

namespace catapult {

/// A rank holds its part of every tensor (Network::parameters() elements), and others may hold the
/// same: those of its column of the grid, and all ranks where a tensor is not cut over the width
/// ranks. Here each element belongs to one rank alone, so that sums over all ranks count it once:
/// those who hold a tensor's part share it in blocks.
class ParameterSpace {
 public:
  /// Collective over the network's grid.
  template <class Real>
  explicit ParameterSpace(const Network<Real>& network)
      : ParameterSpace(network.grid(), network.tensors()) {}

  const Grid& grid() const { return grid_; }
  Index local_size() const { return own_size_; }    ///< elements that belong to this rank
  Index parameters() const { return parameters_; }  ///< elements that it holds

  /// Whether a vector of it is one in the network's layout: this rank holds all elements.
  bool is_whole() const { return grid_.all.size() == 1; }

  /// whole (parameters) <- the elements of all ranks. Own: precision of the spread vector.
  /// Collective.
  template <class Real, class Own>
  void gather(const Vector<const Own>& own, const Vector<Real>& whole) const;
  /// own (local_size) <- its part of `whole`.
  template <class Real, class Own>
  void take(const Vector<const Real>& whole, const Vector<Own>& own) const;

  /// x . y of two vectors in the network's layout, (parameters) both. Collective.
  template <class Real>
  double dot(const Vector<const Real>& x, const Vector<const Real>& y) const;
  /// |x|^2 of each tensor, in their order. Collective.
  template <class Real>
  std::vector<double> squares(const Vector<const Real>& x) const;

 private:
  ParameterSpace(Grid grid, const std::vector<Tensor>& tensors);

  /// A piece that belongs to this rank.
  struct Piece {
    Block of_whole;
    Index own = 0;  ///< first element of it in a vector of local_size
  };

  Grid grid_;
  std::vector<Piece> pieces_;
  std::vector<Block> replicated_;  ///< parts of the flat buffer that all width ranks hold
  Index own_size_ = 0, parameters_ = 0;
};

}  // namespace catapult
