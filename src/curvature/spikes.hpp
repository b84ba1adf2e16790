// Spikes of the loss of the kernel samples, and how much of each grows in the kernel's top space.
// defines: Sighting, Spike, SpikeState, bytes_of_spikes, SpikeWatch
#pragma once

#include <optional>
#include <vector>

#include "base/integer.hpp"
#include "curvature/options.hpp"

namespace catapult {

/// What a measurement sees of the kernel samples.
struct Sighting {
  Index step = 0;
  double loss = 0.0;              ///< of these samples, mean squared error
  double lambda = 0.0;            ///< largest eigenvalue of their kernel
  std::vector<double> error;      ///< (size): f - y
  std::vector<double> top_modes;  ///< (modes, size): orthonormal top eigenvectors of the kernel
};

/// The loss rises, peaks, and has lost half of its rise in ln(loss) again at the end.
struct Spike {
  Index start = 0, peak = 0, end = 0;  ///< steps
  bool returned = true;                ///< false where training ended before the spike did
  double loss_before = 0.0, loss_peak = 0.0;
  double lambda_before = 0.0, lambda_after = 0.0;  ///< at start and end
  /// |P d|^2/|d|^2 of the growth d = (f - y)_peak - (f - y)_start, P the projection on the top
  /// eigenvectors of the kernel at the start (Zhu et al., arXiv:2306.04815, who find > 0.9).
  double top_share = 0.0;

  double height() const { return loss_peak / loss_before; }
};

/// All that the next sighting is judged by.
struct SpikeState {
  bool open = false;
  /// Where a spike is open: its start and its peak so far. Else the starts that one may have: each
  /// lower than all that came after it, oldest first.
  std::vector<Sighting> kept;
};

/// Of the state of a rank, at most, where errors have `size` elements.
inline double bytes_of_spikes(const MeasureOptions& options, double size) {
  if (!measures(options, "spikes")) return 0.0;
  const Index vectors = (1 + options.error_modes) * (options.spike_window + 1);
  return sizeof(double) * static_cast<double>(vectors) * size;
}

/// Finds spikes in a sequence of sightings: a spike opens where the loss exceeds 1 + rise times the
/// lowest of the last `window` steps, at which it starts.
class SpikeWatch {
 public:
  SpikeWatch(double rise, Index window) : rise_(rise), window_(window) {}

  /// The spike that ends with it, if one does.
  std::optional<Spike> see(Sighting now);
  /// The one that is open when training ends, as last seen.
  std::optional<Spike> finish(const Sighting& last) const;

  const SpikeState& state() const { return state_; }
  void restore(SpikeState state) { state_ = std::move(state); }

 private:
  Spike spike_until(const Sighting& end, bool returned) const;

  double rise_;
  Index window_;
  SpikeState state_;
};

}  // namespace catapult
