// What a tracker starts from, and what continues it.
#include <algorithm>

#include "spectra/tracker.hpp"

namespace catapult {

void TopEigenvalueTracker::allocate(const SymmetricOperator& op) {
  if (basis_) return;
  const Index local = op.local_size();
  size_ = static_cast<Index>(op.ranks().sum(static_cast<double>(local)));
  basis_ = std::make_unique<SpreadVectors>(op.ranks(), local, most_columns);
  for (auto* vector : {&from_, &outside_, &scout_}) {
    vector->assign(static_cast<std::size_t>(local), 0.0);
  }
  const Index before = op.ranks().elements_before(local);
  for (Index vector = 0; vector < state_.kept; ++vector) {
    basis_->append(state_.vectors.data() + vector * size_ + before, 1.0);
  }
  if (state_.scouted > 0) {
    std::copy_n(state_.vectors.begin() + state_.kept * size_ + before, local, scout_.begin());
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

TrackerState TopEigenvalueTracker::state() const {
  TrackerState copy = state_;
  if (!basis_ || state_.kept == 0) return copy;
  const Communicator& ranks = basis_->ranks();
  const Index local = basis_->local_size();
  std::vector<Index> counts(static_cast<std::size_t>(ranks.size()));
  ranks.all_gather(&local, counts.data(), std::vector<Index>(counts.size(), 1));
  copy.vectors.resize(static_cast<std::size_t>((state_.kept + state_.scouted) * size_));
  for (Index vector = 0; vector < state_.kept; ++vector) {
    ranks.all_gather(basis_->row(vector), copy.vectors.data() + vector * size_, counts);
  }
  if (state_.scouted > 0) {
    ranks.all_gather(scout_.data(), copy.vectors.data() + state_.kept * size_, counts);
  }
  const std::vector<double> believed = model_.believed();
  for (Index i = 0; i < state_.kept; ++i) {
    copy.values.push_back(believed[static_cast<std::size_t>(i * (state_.kept + 1))]);
  }
  copy.doubt = model_.doubt();
  return copy;
}

}  // namespace catapult
