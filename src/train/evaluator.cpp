#include "train/evaluator.hpp"

#include <algorithm>

namespace catapult {
namespace {

constexpr Index chunk_rows = 1024;

}  // namespace

template <class Real>
Evaluator<Real>::Evaluator(const Network<Real>& network, const SpreadSamples<Real>& samples,
                           Index group, const Loss& loss)
    : network_(network), samples_(samples), group_(group), loss_(loss), total_(samples.size()) {
  const Index ranks = samples.ranks().size();
  if (network.couples_samples() && total_ > 0) {
    coupled_ = group == 0 ? total_ : group * std::max<Index>(1, chunk_rows * ranks / group);
    chunks_ = (total_ + coupled_ - 1) / coupled_;
    return;
  }
  const Index largest = block_of(total_, ranks, 0).size();
  chunks_ = (largest + chunk_rows - 1) / chunk_rows;
}

template <class Real>
std::pair<Batch, Samples<Real>> Evaluator<Real>::chunk(Index number) const {
  if (coupled_ == 0) {
    const Block mine = block_of(samples_.mine().size(), chunks_, number);
    return {Batch{mine.size(), {0, mine.size()}, 0}, rows(samples_.mine(), mine)};
  }
  const Index first = number * coupled_;
  const Batch batch = batch_on(network_.grid().shape(), std::min(coupled_, total_ - first), group_);
  return {batch, samples_.take(Block{first + batch.mine.begin, first + batch.mine.end})};
}

template <class Real>
Score Evaluator<Real>::score(const OutputsOf<Real>& model) {
  ScoreSums sums;
  for (Index number = 0; number < chunks_; ++number) {
    const auto [batch, part] = chunk(number);
    const ScoreSums more = score_sums(loss_, model(batch, part.x), part.y);
    sums.loss += more.loss;
    sums.correct += more.correct;
  }
  return total_score(loss_, network_.grid(), sums, total_, network_.outputs());
}

template <class Real>
Score Evaluator<Real>::score(const Vector<const Real>& theta) {
  Tape<Real> tape;  // outlives the outputs of a chunk
  return score([&](const Batch& batch, const Matrix<Real>& x) {
    Batch alone = batch;
    alone.outputs_only = true;
    tape = {};  // frees its room before there is a new one
    tape = network_.make_tape(alone);
    network_.forward(theta, x, tape);
    return tape.outputs();
  });
}

template class Evaluator<float>;
template class Evaluator<double>;

}  // namespace catapult
