#include "curvature/kernel_probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "curvature/assembled.hpp"
#include "curvature/top_guess.hpp"
#include "spectra/spectrum.hpp"

namespace catapult {
namespace {

/// Rank `root`'s state on all ranks.
void broadcast(TrackerState& state, const Communicator& ranks, int root) {
  for (Index* counter : state.counters()) ranks.broadcast(counter, 1, root);
  for (double* factor : state.factors()) ranks.broadcast(factor, 1, root);
  auto elements = static_cast<Index>(state.vectors.size());
  ranks.broadcast(&elements, 1, root);
  const auto kept = static_cast<std::size_t>(state.kept);
  state.vectors.resize(static_cast<std::size_t>(elements));
  state.values.resize(kept);
  state.doubt.resize(kept * kept);
  for (std::vector<double>* numbers : {&state.vectors, &state.values, &state.doubt}) {
    ranks.broadcast(numbers->data(), static_cast<Index>(numbers->size()), root);
  }
}

/// This rank's part of f - y, spread as the kernel's vectors are.
template <class Real>
std::vector<double> own_error(const Network<Real>& network, const Tape<Real>& tape,
                              const Samples<Real>& samples) {
  const Communicator& width = network.grid().width;
  const Index outputs = network.outputs();
  const Block rows = block_of(tape.samples, width.size(), width.rank());
  const Block mine{rows.begin * outputs, rows.end * outputs};
  std::vector<Real> f(static_cast<std::size_t>(mine.size())), y(f.size());
  download<Real>(part_of(flat(tape.outputs()), mine), f.data());
  download<Real>(part_of(flat(samples.y), mine), y.data());
  std::vector<double> error(f.size());
  for (std::size_t i = 0; i < f.size(); ++i) {
    error[i] = static_cast<double>(f[i]) - static_cast<double>(y[i]);
  }
  return error;
}

}  // namespace

template <class Real>
KernelProbe<Real>::KernelProbe(const Network<Real>& network,
                               std::unique_ptr<const Network<Real>> alone, const Loss& loss,
                               const MeasureOptions& options, const SpreadSamples<Real>& train,
                               Index batch, bool same_inputs)
    : network_(network),
      alone_(std::move(alone)),
      loss_(loss),
      options_(options),
      samples_(options.kernel_samples > 0 ? options.kernel_samples : batch),
      assembled_(
          loss.kind == LossKind::mean_squared &&
          assembles_kernel(options, samples_ * network.outputs(), network.has_kernel_terms())),
      few_(samples_of_guess(
          options, samples_, network.outputs(),
          loss.kind == LossKind::mean_squared && network.has_kernel_terms() && !assembled_)),
      shares_tape_(same_inputs && samples_ == batch && options.kernel_batches == 1) {
  const Communicator& ranks = measured().grid().samples;
  const Block mine = block_of(samples_, ranks.size(), ranks.rank());
  const Block of_guess = block_of(few_, ranks.size(), ranks.rank());
  const Communicator& sharing = network.grid().samples;
  for (Index b = 0; b < options.kernel_batches; ++b) {
    const Index first = b * samples_;
    const bool takes_part = !alone_ || b % sharing.size() == sharing.rank();
    const bool needs_tape = takes_part && !shares_tape_;
    const auto taken = [&](Block block) {
      if (!takes_part) block = {0, 0};
      return train.take(Block{first + block.begin, first + block.end});
    };
    batches_.push_back({taken(mine), few_ > 0 ? taken(of_guess) : Samples<Real>(),
                        needs_tape ? measured().make_tape(samples_) : Tape<Real>(),
                        TopEigenvalueTracker(options.tolerance), false, takes_part});
  }
}

template <class Real>
KernelMeasurement KernelProbe<Real>::measure(const Vector<const Real>& theta, Tape<Real>& tape) {
  return checked(shares_tape_ ? measure_batch(theta, batches_[0], tape) : mean_of_batches(theta));
}

template <class Real>
KernelMeasurement KernelProbe<Real>::measure(const Vector<const Real>& theta) {
  if (!shares_tape_) return checked(mean_of_batches(theta));
  Tape<Real> tape = network_.make_tape(samples_);
  network_.forward(theta, batches_[0].samples.x, tape);
  return checked(measure_batch(theta, batches_[0], tape));
}

template <class Real>
KernelMeasurement KernelProbe<Real>::mean_of_batches(const Vector<const Real>& theta) {
  // Of each batch: lambda, residual, products, converged, error share, eigenvalues; zeros where
  // another sample rank measures it.
  const auto width = static_cast<std::size_t>(5 + options_.eigenvalues);
  std::vector<double> table(batches_.size() * width, 0.0);
  for (std::size_t b = 0; b < batches_.size(); ++b) {
    if (!batches_[b].mine) continue;
    measured().forward(theta, batches_[b].samples.x, batches_[b].tape);
    const KernelMeasurement one = measure_batch(theta, batches_[b], batches_[b].tape);
    double* row = table.data() + b * width;
    row[0] = one.lambda;
    row[1] = one.residual;
    row[2] = static_cast<double>(one.products);
    row[3] = one.converged ? 1.0 : 0.0;
    row[4] = one.error_share;
    std::copy(one.eigenvalues.begin(), one.eigenvalues.end(), row + 5);
  }
  if (alone_) network_.grid().samples.sum(table.data(), static_cast<Index>(table.size()));

  KernelMeasurement mean;
  mean.converged = true;
  mean.error_share = 0.0;
  mean.eigenvalues.assign(static_cast<std::size_t>(options_.eigenvalues), 0.0);
  const double share = 1.0 / static_cast<double>(batches_.size());
  for (std::size_t b = 0; b < batches_.size(); ++b) {
    const double* row = table.data() + b * width;
    mean.lambda += share * row[0];
    mean.residual = std::max(mean.residual, row[1]);
    mean.products += static_cast<Index>(row[2]);
    mean.converged = mean.converged && row[3] > 0.0;
    mean.error_share += share * row[4];
    for (std::size_t i = 0; i < mean.eigenvalues.size(); ++i) {
      mean.eigenvalues[i] += share * row[5 + i];
    }
  }
  return mean;
}

template <class Real>
KernelMeasurement KernelProbe<Real>::measure_batch(const Vector<const Real>& theta, Batch& batch,
                                                   Tape<Real>& tape) {
  const auto solve = [&](const auto& op) -> KernelMeasurement {
    if (options_.eigenvalues == 1 && options_.solver == "auto") {
      const TopEigenvalue top = batch.tracker.measure(op);
      const bool squared = loss_.kind == LossKind::mean_squared;  // f - y is the error there
      const double share =
          top.converged && squared && top.value > 0.0
              ? batch.tracker.share_on_top(own_error(measured(), tape, batch.samples),
                                           options_.error_modes)
              : NAN;
      return {top.value, top.residual, top.products, top.converged, {top.value}, share};
    }
    const Spectrum all = largest_eigenvalues(op, {options_.eigenvalues, options_.tolerance});
    const double lambda = all.values.empty() ? 0.0 : all.values[0];
    return {lambda, all.residual, all.products, all.converged, all.values};
  };
  if (assembled_) return solve(assemble_kernel<Real>(measured(), theta, tape));
  measured().prepare_kernel(theta, tape, samples_, /*same_input=*/batch.measured,
                            KernelForm::cheapest);
  batch.measured = true;
  const NtkOperator<Real> ntk(measured(), theta, tape, samples_, loss_, batch.samples.y);
  if (few_ == 0 || !batch.tracker.is_new()) return solve(ntk);
  batch.tracker.restore_own(guess(theta, batch, ntk));
  KernelMeasurement first = solve(ntk);
  first.products += products_of_guess;
  return first;
}

template <class Real>
TrackerState KernelProbe<Real>::guess(const Vector<const Real>& theta, const Batch& batch,
                                      const NtkOperator<Real>& whole) const {
  Tape<Real> tape = measured().make_tape(few_);
  measured().forward(theta, batch.few.x, tape);
  measured().prepare_kernel(theta, tape, few_, /*same_input=*/false, KernelForm::cheapest);
  return guess_top(NtkOperator<Real>(measured(), theta, tape, few_, loss_, batch.few.y), whole,
                   measured().outputs());
}

template <class Real>
KernelMeasurement KernelProbe<Real>::checked(KernelMeasurement result) const {
  result.samples = samples_;
  if (result.converged) return result;
  if (!std::isfinite(result.lambda)) {
    throw NotFiniteError(
        "the kernel holds NaN or inf (parameters or activations beyond the range of numbers); "
        "start from smaller weights, or use model.precision = \"f64\"");
  }
  throw NumericalError(fmt::format(
      "the kernel's eigenvalues did not converge within {} products (residual {:.1e}, tolerance "
      "{:.1e}); raise measure.tolerance or use model.precision = \"f64\"",
      result.products, result.residual, options_.tolerance));
}

template <class Real>
Sighting KernelProbe<Real>::sighting(Index step, double lambda, const Tape<Real>& tape) const {
  const Batch& batch = batches_[0];
  const Tape<Real>& forward = shares_tape_ ? tape : batch.tape;
  std::vector<double> modes = batch.tracker.whole_with_top(
      own_error(measured(), forward, batch.samples), options_.error_modes);
  const auto size = samples_ * measured().outputs();
  std::vector<double> error(modes.begin(), modes.begin() + size);
  modes.erase(modes.begin(), modes.begin() + size);
  const double square = std::inner_product(error.begin(), error.end(), error.begin(), 0.0);
  return {step, loss_.mean_of(square, samples_, measured().outputs()), lambda, std::move(error),
          std::move(modes)};
}

template <class Real>
std::vector<TrackerState> KernelProbe<Real>::state() const {
  std::vector<TrackerState> all;
  for (const Batch& batch : batches_) all.push_back(batch.tracker.state());
  if (!alone_) return all;
  const Communicator& sharing = network_.grid().samples;
  for (std::size_t b = 0; b < all.size(); ++b) {
    broadcast(all[b], sharing, static_cast<int>(b) % sharing.size());
  }
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
