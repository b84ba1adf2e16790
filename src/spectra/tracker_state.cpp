// What a tracker starts from, what continues it, and what its vectors tell of others.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "spectra/tracker.hpp"

namespace catapult {

template <class Real>
void TopEigenvalueTracker<Real>::allocate(const SymmetricOperator<Real>& op) {
  if (basis_) return;
  const Index local = op.local_size();
  size_ = static_cast<Index>(op.ranks().sum(static_cast<double>(local)));
  basis_ = std::make_unique<SpreadVectors<Real>>(op.ranks(), local, room_.directions);
  for (auto* vector : {&from_, &scout_}) {
    vector->assign(static_cast<std::size_t>(local), Real(0));
  }
  // Of a whole vector, whose elements lie in the order of ranks, or of this rank's.
  const Index first = op.ranks().elements_before(local);
  const Index length = own_ ? local : size_, before = own_ ? 0 : first;
  for (Index vector = 0; vector < state_.kept; ++vector) {
    std::copy_n(state_.vectors.begin() + vector * length + before, local, basis_->next());
    basis_->append_as_is();
  }
  if (state_.scouted > 0) {
    std::copy_n(state_.vectors.begin() + state_.kept * length + before, local, scout_.begin());
  }
  if (state_.kept == 0) return;
  std::vector<double> diagonal(state_.doubt.size(), 0.0);
  for (Index i = 0; i < state_.kept; ++i) {
    diagonal[static_cast<std::size_t>(i * (state_.kept + 1))] =
        state_.values[static_cast<std::size_t>(i)];
  }
  model_.reset(state_.kept, diagonal, state_.doubt);
  for (auto* numbers : {&state_.vectors, &state_.values, &state_.doubt}) numbers->clear();
}

template <class Real>
void TopEigenvalueTracker<Real>::restore(TrackerState state) {
  state_ = std::move(state);
  own_ = false;
}

template <class Real>
void TopEigenvalueTracker<Real>::restore_own(TrackerState state) {
  state_ = std::move(state);
  own_ = true;
}

template <class Real>
TrackerState TopEigenvalueTracker<Real>::own_state() const {
  TrackerState copy = state_;
  if (!basis_ || state_.kept == 0) return copy;
  const auto local = static_cast<std::size_t>(basis_->local_size());
  for (Index vector = 0; vector < state_.kept; ++vector) {
    copy.vectors.insert(copy.vectors.end(), basis_->row(vector), basis_->row(vector) + local);
  }
  if (state_.scouted > 0) {
    copy.vectors.insert(copy.vectors.end(), scout_.begin(), scout_.end());
  }
  const std::vector<double> believed = model_.believed();
  for (Index i = 0; i < state_.kept; ++i) {
    copy.values.push_back(believed[static_cast<std::size_t>(i * (state_.kept + 1))]);
  }
  copy.doubt = model_.doubt();
  return copy;
}

template <class Real>
TrackerState TopEigenvalueTracker<Real>::state() const {
  TrackerState all = own_state();
  if (!basis_ || state_.kept == 0) return all;
  const std::vector<double> mine = std::move(all.vectors);
  const Communicator& ranks = basis_->ranks();
  const Index local = basis_->local_size(), vectors = state_.kept + state_.scouted;
  std::vector<Index> counts(static_cast<std::size_t>(ranks.size()));
  ranks.all_gather(&local, counts.data(), std::vector<Index>(counts.size(), 1));
  all.vectors.resize(static_cast<std::size_t>(vectors * size_));
  for (Index vector = 0; vector < vectors; ++vector) {
    ranks.all_gather(mine.data() + vector * local, all.vectors.data() + vector * size_, counts);
  }
  return all;
}

template <class Real>
double TopEigenvalueTracker<Real>::share_on_top(const std::vector<Real>& x, Index count) const {
  const Index vectors = std::min(count, basis_->rows());
  std::vector<double> sums;
  for (Index i = 0; i < vectors; ++i) {
    sums.push_back(std::inner_product(x.begin(), x.end(), basis_->row(i), 0.0));
  }
  sums.push_back(std::inner_product(x.begin(), x.end(), x.begin(), 0.0));
  basis_->ranks().sum(sums.data(), static_cast<Index>(sums.size()));
  const double square = sums.back();
  sums.pop_back();
  const double on_top = std::inner_product(sums.begin(), sums.end(), sums.begin(), 0.0);
  return square > 0.0 ? on_top / square : NAN;
}

template <class Real>
std::vector<Real> TopEigenvalueTracker<Real>::whole_with_top(const std::vector<Real>& x,
                                                             Index count) const {
  const Communicator& ranks = basis_->ranks();
  const auto local = static_cast<Index>(x.size());
  std::vector<Index> counts(static_cast<std::size_t>(ranks.size()));
  ranks.all_gather(&local, counts.data(), std::vector<Index>(counts.size(), 1));
  std::vector<Real> all(static_cast<std::size_t>((1 + count) * size_), Real(0));
  ranks.all_gather(x.data(), all.data(), counts);
  for (Index i = 0; i < std::min(count, basis_->rows()); ++i) {
    ranks.all_gather(basis_->row(i), all.data() + (1 + i) * size_, counts);
  }
  return all;
}

#define CATAPULT_INSTANTIATE(Real)                                                                 \
  template void TopEigenvalueTracker<Real>::allocate(const SymmetricOperator<Real>&);              \
  template void TopEigenvalueTracker<Real>::restore(TrackerState);                                 \
  template void TopEigenvalueTracker<Real>::restore_own(TrackerState);                             \
  template TrackerState TopEigenvalueTracker<Real>::own_state() const;                             \
  template TrackerState TopEigenvalueTracker<Real>::state() const;                                 \
  template double TopEigenvalueTracker<Real>::share_on_top(const std::vector<Real>&, Index) const; \
  template std::vector<Real> TopEigenvalueTracker<Real>::whole_with_top(const std::vector<Real>&,  \
                                                                        Index) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
