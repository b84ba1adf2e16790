#include "twin/twin.hpp"

#include <cmath>

namespace catapult {

template <class Real>
TwinScore score_twin(Twin<Real>& twin, const Samples<Real>& batch, const Matrix<Real>& f) {
  const Matrix<Real> f_twin = twin.evaluate(batch);
  const Grid& grid = twin.setting().network.grid();
  const Index outputs = twin.setting().network.outputs();
  const Loss loss = loss_of(twin.setting().train);
  const Score score =
      total_score(loss, grid, score_sums(loss, f_twin, batch.y), twin.setting().batch, outputs);
  const double square = grid.samples.sum(square_distance(f_twin, f));
  return {score.loss, score.accuracy, std::sqrt(square)};
}

template TwinScore score_twin(Twin<float>&, const Samples<float>&, const Matrix<float>&);
template TwinScore score_twin(Twin<double>&, const Samples<double>&, const Matrix<double>&);

}  // namespace catapult
