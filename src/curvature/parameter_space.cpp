#include "curvature/parameter_space.hpp"

#include "linalg/exchange.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {
namespace {

/// Whether this rank holds all of it.
bool holds_all_of(const Tensor& tensor) {
  Index elements = 1;
  for (const Index extent : tensor.shape) elements *= extent;
  return tensor.size() == elements;
}

}  // namespace

ParameterSpace::ParameterSpace(Grid grid, const std::vector<Tensor>& tensors)
    : grid_(std::move(grid)) {
  const Index holders = grid_.samples.size(), number = grid_.samples.rank();
  std::vector<double> whole;  // on how many width ranks each tensor is
  for (const Tensor& tensor : tensors) whole.push_back(holds_all_of(tensor) ? 1.0 : 0.0);
  grid_.width.sum(whole.data(), static_cast<Index>(whole.size()));
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Index first = tensors[i].offset, size = tensors[i].size();
    const bool replicated = grid_.width.size() > 1 && whole[i] == grid_.width.size();
    const Block mine = replicated ? block_of(size, grid_.all.size(), grid_.all.rank())
                                  : block_of(size, holders, number);
    if (replicated) replicated_.push_back({first, first + size});
    pieces_.push_back({{first + mine.begin, first + mine.end}, own_size_});
    own_size_ += mine.size();
    parameters_ += size;
  }
}

template <class Real, class Own>
void ParameterSpace::gather(const Vector<const Own>& own, const Vector<Real>& whole) const {
  if (own_size_ < parameters_) fill(whole, Real(0));
  for (const Piece& piece : pieces_) {
    const Block part{piece.own, piece.own + piece.of_whole.size()};
    convert<Own, Real>(part_of(own, part), part_of(whole, piece.of_whole));
  }
  sum_over(grid_.samples, whole);
  for (const Block& part : replicated_) sum_over(grid_.width, part_of(whole, part));
}

template <class Real, class Own>
void ParameterSpace::take(const Vector<const Real>& whole, const Vector<Own>& own) const {
  for (const Piece& piece : pieces_) {
    const Block part{piece.own, piece.own + piece.of_whole.size()};
    convert<Real, Own>(part_of(whole, piece.of_whole), part_of(own, part));
  }
}

template <class Real>
double ParameterSpace::dot(const Vector<const Real>& x, const Vector<const Real>& y) const {
  double sum = 0.0;
  for (const Piece& piece : pieces_) {
    sum += catapult::dot<Real>(part_of(x, piece.of_whole), part_of(y, piece.of_whole));
  }
  return grid_.all.sum(sum);
}

template <class Real>
std::vector<double> ParameterSpace::squares(const Vector<const Real>& x) const {
  std::vector<double> all;  // a piece a tensor
  for (const Piece& piece : pieces_) {
    const Vector<const Real> part = part_of(x, piece.of_whole);
    all.push_back(catapult::dot<Real>(part, part));
  }
  grid_.all.sum(all.data(), static_cast<Index>(all.size()));
  return all;
}

#define CATAPULT_INSTANTIATE(Real)                                                                 \
  template double ParameterSpace::dot(const Vector<const Real>&, const Vector<const Real>&) const; \
  template std::vector<double> ParameterSpace::squares(const Vector<const Real>&) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

#define CATAPULT_INSTANTIATE(Real, Own)                                                      \
  template void ParameterSpace::gather(const Vector<const Own>&, const Vector<Real>&) const; \
  template void ParameterSpace::take(const Vector<const Real>&, const Vector<Own>&) const;
CATAPULT_INSTANTIATE(float, float)
CATAPULT_INSTANTIATE(float, double)
CATAPULT_INSTANTIATE(double, double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
