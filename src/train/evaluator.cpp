#include "train/evaluator.hpp"

namespace catapult {
namespace {

constexpr Index chunk_rows = 1024;

}  // namespace

template <class Real>
Evaluator<Real>::Evaluator(const Network<Real>& network, const SpreadSamples<Real>& samples)
    : network_(network), mine_(samples.mine()), total_(samples.size()) {
  const Index largest = block_of(total_, samples.ranks().size(), 0).size();
  chunks_ = (largest + chunk_rows - 1) / chunk_rows;
}

template <class Real>
Score Evaluator<Real>::score(const OutputsOf<Real>& model) {
  ScoreSums sums;
  for (Index chunk = 0; chunk < chunks_; ++chunk) {
    const Samples<Real> part = rows(mine_, block_of(mine_.size(), chunks_, chunk));
    const ScoreSums more = score_sums(model(part.x), part.y);
    sums.square += more.square;
    sums.correct += more.correct;
  }
  return total_score(network_.grid(), sums, total_, network_.outputs());
}

template <class Real>
Score Evaluator<Real>::score(const Vector<const Real>& theta) {
  Tape<Real> tape;  // outlives the outputs of a chunk
  return score([&](const Matrix<Real>& x) {
    tape = network_.make_tape(static_cast<Index>(x.extent(0)));
    network_.forward(theta, x, tape);
    return tape.outputs();
  });
}

template class Evaluator<float>;
template class Evaluator<double>;

}  // namespace catapult
