// Keys of the deck's [measure] table.
// defines: MeasureOptions, measures, describe
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/integer.hpp"
#include "base/option.hpp"

namespace catapult {

struct MeasureOptions {
  Index every = 1;
  Index kernel_every = 0;
  std::vector<double> kernel_at_times;
  Index kernel_samples = 0;
  Index kernel_batches = 1;
  std::vector<std::string> curvature = {"ntk"};
  Index gradient_batches = 8;
  bool smallest = false;
  Index eigenvalues = 1;
  std::vector<Index> kernel_change;
  double tolerance = 1e-4;
  Index error_modes = 1;
  double spike_rise = 1.0;
  Index spike_window = 20;
  std::string method = "auto";
  std::string solver = "auto";
};

/// Whether `curvature` names it.
inline bool measures(const MeasureOptions& options, const std::string& quantity) {
  const std::vector<std::string>& all = options.curvature;
  return std::find(all.begin(), all.end(), quantity) != all.end();
}

template <class Visitor>
void describe(Visitor& option, MeasureOptions& o) {
  option("every", o.every, at_least(0), "steps",
         "between rows of the series; 0: the last one alone, and members of the warm-up model by "
         "its Gram matrix are trained together, up to ten million, of which the summary tells");
  option("kernel_every", o.kernel_every, at_least(0), "steps",
         "between measurements of lambda; 0: lambda_0 only, and only where it is needed");
  option("kernel_at_times", o.kernel_at_times, at_least(0.0), "t*eta",
         "measure lambda at these physical times as well");
  option("kernel_samples", o.kernel_samples, at_least(0), "samples",
         "in the kernel, always the first ones, so with SGD not the current batch; 0: as many as "
         "the training batch");
  option("kernel_batches", o.kernel_batches, at_least(1), "",
         "lambda averaged over so many disjoint sets of kernel_samples");
  option(
      "curvature", o.curvature,
      one_of({"ntk", "hessian", "gradient", "critical_rate", "preconditioned", "batches",
              "gauss_newton", "alignment", "spikes"}),
      "",
      "what is measured whenever lambda is due, of the same samples: the kernel's largest "
      "eigenvalues (weighted by the loss: those of the Gauss-Newton matrix); those of the loss's "
      "Hessian over parameters; the gradient's norm and the Hessian along it, g.Hg/|g|^2; the "
      "learning rate at which a step along it no longer lowers the loss; of adam the largest "
      "eigenvalue of P^(-1/2) H P^(-1/2), P what adam divides by; of sgd the mean of "
      "g.Hg/|g|^2 over batches, and the trace of the covariance of their gradients; of each hidden "
      "layer of fc and solvable networks the cosine between activations and errors dL/dh, the "
      "share of active neurons, the mean of |h|, and norms of all weights (alignment); spikes of "
      "the loss of these samples, with lambda before and after each and the share of f - y's "
      "growth in the kernel's top error_modes eigenvectors");
  option("gradient_batches", o.gradient_batches, at_least(2), "batches",
         "for curvature = [\"batches\"]: the next ones that training sees, an even number");
  option("smallest", o.smallest, any(), "",
         "the Hessian's smallest (most negative) eigenvalue as well");
  option("eigenvalues", o.eigenvalues, at_least(1), "", "how many, largest first");
  option("kernel_change", o.kernel_change, at_least(0), "steps",
         "[s, t, ...]: |Theta_t - Theta_s|_F / |Theta_s|_F of the first kernel_samples");
  option("tolerance", o.tolerance, between(1e-15, 0.1), "", "relative error bound on lambda");
  option("error_modes", o.error_modes, between(1, 16), "eigenvectors",
         "beside lambda, the share of |f - y|^2 in so many top eigenvectors of the kernel, as they "
         "are followed; measured with eigenvalues = 1 and solver = \"auto\"");
  option(
      "spike_rise", o.spike_rise, between(1e-3, 1e6), "",
      "a spike opens where the loss of these samples exceeds 1 + spike_rise times the lowest of "
      "the spike_window steps before, and ends where half of its rise in ln(loss) is lost again");
  option("spike_window", o.spike_window, at_least(1), "steps", "that a spike may take to open");
  option("method", o.method, one_of({"auto", "matrix-free", "assembled"}), "",
         "auto: matrix-free for a few eigenvalues, assembled for large parts of the spectrum");
  option("solver", o.solver, one_of({"auto", "slepc"}), "",
         "auto: lambda is followed from one measurement to the next; slepc: each is solved for by "
         "itself, by any solver that options -catapult_eps_... in PETSC_OPTIONS name");
}

}  // namespace catapult
