#include "study/kernel_probe.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "data/batches.hpp"
#include "kernel/assembled.hpp"
#include "kernel/ntk.hpp"
#include "kernel/spectrum.hpp"

namespace catapult {
namespace {

/// Whole spectra come from the assembled kernel, few eigenvalues without it.
bool wants_assembled(const MeasureOptions& options, Index kernel_size) {
  if (options.method != "auto") return options.method == "assembled";
  return options.eigenvalues > 1 && 4 * options.eigenvalues > kernel_size;
}

}  // namespace

template <class Real>
KernelProbe<Real>::KernelProbe(const Network<Real>& network, const MeasureOptions& options,
                               const Samples<Real>& train, Index batch, bool full)
    : network_(network),
      options_(options),
      samples_(options.kernel_samples > 0 ? options.kernel_samples : batch),
      assembled_(wants_assembled(options, samples_ * network.outputs())),
      shares_tape_(full && samples_ == batch && options.kernel_batches == 1) {
  const Communicator& ranks = network.grid().samples;
  const Block mine = block_of(samples_, ranks.size(), ranks.rank());
  for (Index b = 0; b < options.kernel_batches; ++b) {
    const Index first = b * samples_;
    batches_.push_back({rows(train, Block{first + mine.begin, first + mine.end}),
                        shares_tape_ ? Tape<Real>() : network.make_tape(mine.size()),
                        TopEigenvalueTracker(options.tolerance)});
  }
}

template <class Real>
KernelMeasurement KernelProbe<Real>::measure(const Vector<const Real>& theta, Tape<Real>& tape) {
  if (shares_tape_) return measure_batch(theta, batches_[0], tape);
  KernelMeasurement mean;
  mean.converged = true;
  mean.eigenvalues.assign(static_cast<std::size_t>(options_.eigenvalues), 0.0);
  const double share = 1.0 / static_cast<double>(batches_.size());
  for (Batch& batch : batches_) {
    network_.forward(theta, batch.samples.x, batch.tape);
    const KernelMeasurement one = measure_batch(theta, batch, batch.tape);
    mean.lambda += share * one.lambda;
    mean.residual = std::max(mean.residual, one.residual);
    mean.products += one.products;
    mean.converged = mean.converged && one.converged;
    for (std::size_t i = 0; i < mean.eigenvalues.size(); ++i) {
      mean.eigenvalues[i] += share * one.eigenvalues[i];
    }
  }
  return mean;
}

template <class Real>
KernelMeasurement KernelProbe<Real>::measure(const Vector<const Real>& theta) {
  if (!shares_tape_) return measure(theta, batches_[0].tape);
  Tape<Real> tape = network_.make_tape(batches_[0].samples.size());
  network_.forward(theta, batches_[0].samples.x, tape);
  return measure_batch(theta, batches_[0], tape);
}

template <class Real>
KernelMeasurement KernelProbe<Real>::measure_batch(const Vector<const Real>& theta, Batch& batch,
                                                   Tape<Real>& tape) {
  if (!assembled_) {
    network_.prepare_kernel(tape, /*same_input=*/batch.measured, KernelForm::cheapest);
    batch.measured = true;
  }
  const auto solve = [&](const auto& op) -> KernelMeasurement {
    if (options_.eigenvalues == 1) {
      const TopEigenvalue top = batch.tracker.measure(op);
      return {top.value, top.residual, top.products, top.converged, {top.value}};
    }
    const Spectrum all = largest_eigenvalues(op, {options_.eigenvalues, options_.tolerance});
    const double lambda = all.values.empty() ? 0.0 : all.values[0];
    return {lambda, all.residual, all.products, all.converged, all.values};
  };
  const KernelMeasurement result = assembled_
                                       ? solve(assemble_kernel<Real>(network_, theta, tape))
                                       : solve(NtkOperator<Real>(network_, theta, tape, samples_));
  if (!result.converged) {
    throw NumericalError(fmt::format(
        "the kernel's eigenvalues did not converge within {} products (residual {:.1e}, tolerance "
        "{:.1e}); raise measure.tolerance or use precision = \"f64\"",
        result.products, result.residual, options_.tolerance));
  }
  return result;
}

template <class Real>
std::vector<TrackerState> KernelProbe<Real>::state() const {
  std::vector<TrackerState> all;
  for (const Batch& batch : batches_) all.push_back(batch.tracker.state());
  return all;
}

template <class Real>
void KernelProbe<Real>::restore(const std::vector<TrackerState>& state) {
  const std::size_t known = std::min(state.size(), batches_.size());
  for (std::size_t i = 0; i < known; ++i) batches_[i].tracker.restore(state[i]);
}

template class KernelProbe<float>;
template class KernelProbe<double>;

}  // namespace catapult
