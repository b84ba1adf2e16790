#include "curvature/parameter_probes.hpp"

#include "model/initialize.hpp"

namespace catapult {
namespace {

constexpr Index stream_of_probes = 2;  // of draw_direction's; 0 and 1 are of slices

}  // namespace

template <class Real>
Probes signs_of_parameters(const Network<Real>& network, const ParameterSpace& space) {
  const Vector<Real> drawn("probe", space.parameters());
  const Vector<double> own("probe", space.local_size());
  return [&network, &space, drawn, own](Index number, double* x) {
    draw_direction(network, number, stream_of_probes, drawn);
    space.take<Real, double>(drawn, own);
    download<double>(own, x);
    for (Index i = 0; i < space.local_size(); ++i) x[i] = x[i] < 0.0 ? -1.0 : 1.0;
  };
}

template Probes signs_of_parameters(const Network<float>&, const ParameterSpace&);
template Probes signs_of_parameters(const Network<double>&, const ParameterSpace&);

}  // namespace catapult
