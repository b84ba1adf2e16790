#include "curvature/top_guess.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "linalg/symmetric_eigen.hpp"

namespace catapult {
namespace {

using Numbers = std::vector<double>;

Index all_elements(const SymmetricOperator<double>& op) {
  return static_cast<Index>(op.ranks().sum(static_cast<double>(op.local_size())));
}

/// Products with `vectors` (local_size each) of this rank.
Numbers product(const SymmetricOperator<double>& op, const Numbers& vectors, Index count) {
  Numbers images(vectors.size());
  HostProducts().apply(op, vectors.data(), images.data(), count);
  return images;
}

/// sum_a x_i(a) y_j(a) over the samples a of all ranks, x and y of (samples, size).
Numbers sums_over_samples(const Communicator& ranks, const Numbers& x, const Numbers& y,
                          Index size) {
  const auto k = static_cast<std::size_t>(size);
  Numbers sums(k * k, 0.0);
  for (std::size_t row = 0; row < x.size(); row += k) {
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) sums[i * k + j] += x[row + i] * y[row + j];
    }
  }
  ranks.sum(sums.data(), size * size);
  return sums;
}

bool finite(const Numbers& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

/// (outputs, outputs): the kernel between the vectors 1 (x) e_i.
Numbers between_outputs(const SymmetricOperator<double>& op, Index outputs) {
  const auto k = static_cast<std::size_t>(outputs);
  const auto local = static_cast<std::size_t>(op.local_size());
  const double samples = static_cast<double>(all_elements(op) / outputs);
  Numbers units(k * local, 0.0), sums(k * k, 0.0);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t row = 0; row < local; row += k) units[i * local + row + i] = 1.0;
  }
  const Numbers images = product(op, units, outputs);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t at = 0; at < local; ++at) sums[i * k + at % k] += images[i * local + at];
  }
  op.ranks().sum(sums.data(), outputs * outputs);
  Numbers symmetric(sums);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      symmetric[i * k + j] = 0.5 * (sums[i * k + j] + sums[j * k + i]) / samples;
    }
  }
  return symmetric;
}

/// u (this rank's samples) of the matrix u c^T nearest to the image of 1 (x) e; nothing where that
/// is not finite or zero.
std::optional<Numbers> over_samples(const SymmetricOperator<double>& op, const double* e,
                                    Index outputs) {
  const auto k = static_cast<std::size_t>(outputs);
  Numbers x(static_cast<std::size_t>(op.local_size()));
  for (std::size_t at = 0; at < x.size(); ++at) x[at] = e[at % k];
  const Numbers image = product(op, x, 1);
  Numbers right = sums_over_samples(op.ranks(), image, image, outputs);
  if (!finite(right)) return std::nullopt;
  const double square = symmetric_eigen(right, outputs)[0];
  if (!(square > 0.0)) return std::nullopt;
  Numbers mine;
  for (std::size_t row = 0; row < image.size(); row += k) {
    double along = 0.0;
    for (std::size_t i = 0; i < k; ++i) along += image[row + i] * right[i];
    mine.push_back(along / std::sqrt(square));
  }
  return mine;
}

}  // namespace

template <class Real>
TrackerState guess_top(const NtkOperator<Real>& few, const NtkOperator<Real>& whole,
                       Index outputs) {
  const auto k = static_cast<std::size_t>(outputs);
  Numbers of_outputs = between_outputs(few, outputs);
  if (!finite(of_outputs)) return {};
  TrackerState guess;
  guess.values = symmetric_eigen(of_outputs, outputs);  // of_outputs: an eigenvector a row
  const auto u = over_samples(whole, of_outputs.data(), outputs);
  if (!u || !(guess.values[0] > 0.0)) return {};
  guess.kept = outputs;
  guess.doubt.assign(k * k, 0.0);
  for (std::size_t i = 0; i < k; ++i) {
    for (const double of_sample : *u) {
      for (std::size_t j = 0; j < k; ++j) {
        guess.vectors.push_back(of_sample * of_outputs[i * k + j]);
      }
    }
  }
  return guess;
}

template TrackerState guess_top(const NtkOperator<float>&, const NtkOperator<float>&, Index);
template TrackerState guess_top(const NtkOperator<double>&, const NtkOperator<double>&, Index);

}  // namespace catapult
