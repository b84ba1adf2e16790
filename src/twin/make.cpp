#include "twin/make.hpp"

#include "twin/linear_twin.hpp"
#include "twin/weight_twin.hpp"

namespace catapult {
namespace {

template <class Real>
Vector<Real> copy_of(const std::string& name, const Vector<Real>& values) {
  if (values.size() == 0) return {};
  const Vector<Real> copy(Kokkos::view_alloc(name, Kokkos::WithoutInitializing), values.extent(0));
  Kokkos::deep_copy(copy, values);
  return copy;
}

}  // namespace

template <class Real>
TwinState<Real> fork_state(const TrainingState<Real>& state) {
  return {
      copy_of("theta_0", state.theta), {}, copy_of("twin_velocity", state.velocity), std::nullopt};
}

template <class Real>
std::unique_ptr<Twin<Real>> make_twin(TwinKind kind, const TwinSetting<Real>& setting,
                                      TwinState<Real> state, const Samples<Real>& batch) {
  const bool squared = loss_of(setting.train).kind == LossKind::mean_squared;
  if (kind == TwinKind::linear && setting.full && squared) {
    return std::make_unique<LinearTwin<Real>>(setting, std::move(state), batch);
  }
  return std::make_unique<WeightTwin<Real>>(kind, setting, std::move(state));
}

template TwinState<float> fork_state(const TrainingState<float>&);
template TwinState<double> fork_state(const TrainingState<double>&);
template std::unique_ptr<Twin<float>> make_twin(TwinKind, const TwinSetting<float>&,
                                                TwinState<float>, const Samples<float>&);
template std::unique_ptr<Twin<double>> make_twin(TwinKind, const TwinSetting<double>&,
                                                 TwinState<double>, const Samples<double>&);

}  // namespace catapult
