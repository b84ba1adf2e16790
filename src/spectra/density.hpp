// The density of an operator's eigenvalues, by products alone.
// defines: Quadrature, quadrature_of, DensityRequest, SpectralDensity, density_of
#pragma once

#include <vector>

#include "spectra/probes.hpp"
#include "spectra/spread_vectors.hpp"

namespace catapult {

/// sum_i weights_i p(nodes_i) = x . p(A) x / |x|^2 for polynomials p of degree below twice the
/// number of nodes: Gauss's quadrature of the measure that x sees (Golub and Welsch, Math. Comp.
/// 23, 221, 1969).
struct Quadrature {
  std::vector<double> nodes;    ///< largest first
  std::vector<double> weights;  ///< sum to 1
};

/// By as many steps of Lanczos from x (this rank's elements) as `room` has rows, each vector made
/// orthogonal to all before it; fewer where the Krylov space ends. What `room` holds is lost.
/// Throws NotFiniteError. Collective.
Quadrature quadrature_of(const SymmetricOperator<double>& op, const double* x,
                         SpreadVectors<double>& room);

struct DensityRequest {
  Index probes = 10;
  Index steps = 64;  ///< of Lanczos, products a probe
};

/// Mean over the probes of their quadratures: phi(t) = sum_i weights_i N(t; nodes_i, width^2)
/// (Lin, Saad and Yang, SIAM Review 58, 34, 2016; Ghorbani, Krishnan and Xiao, ICML 2019).
struct SpectralDensity {
  std::vector<Quadrature> quadratures;  ///< of each probe
  double width = 0.0;                   ///< standard deviation of the Gaussians
  std::vector<double> grid;             ///< eigenvalues, evenly spaced
  std::vector<double> density;          ///< there; integrates to 1
  std::vector<double> error;            ///< standard error of density; NaN of one probe
  double mean = 0.0;                    ///< of the eigenvalues: trace / size
  double mean_error = 0.0;              ///< standard error; NaN of one probe
  Index products = 0;
};

/// Takes room for `steps` vectors on the host. Throws NotFiniteError where products are not finite.
/// Collective.
SpectralDensity density_of(const SymmetricOperator<double>& op, const Probes& probes,
                           const DensityRequest& request);

}  // namespace catapult
