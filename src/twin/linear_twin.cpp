#include "twin/linear_twin.hpp"

namespace catapult {

template <class Real>
LinearTwin<Real>::LinearTwin(const TwinSetting<Real>& setting, TwinState<Real> state,
                             const Samples<Real>& batch)
    : Twin<Real>(setting),
      fork_(std::move(state)),
      model_(setting.network, TwinKind::linear, Vector<const Real>(fork_.theta_0)),
      space_(setting.network, fork_.theta_0, fork_.velocity, batch, setting.batch),
      functions_(space_.kernel(), space_.start(setting.train.l2 != 0.0), setting.train.momentum,
                 setting.train.l2) {
  if (fork_.functions) functions_.restore(*fork_.functions);
}

template <class Real>
TwinState<Real> LinearTwin<Real>::state() const {
  return {fork_.theta_0, {}, fork_.velocity, functions_.state()};
}

template <class Real>
Score LinearTwin<Real>::test_score() {
  return model_.score(this->test_, displacement());
}

template class LinearTwin<float>;
template class LinearTwin<double>;

}  // namespace catapult
