#include "spectra/trace.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "spectra/estimate.hpp"
#include "spectra/spread_vectors.hpp"

namespace catapult {
namespace {

constexpr double least_outside = 1e-12;  // of an image: what is smaller is no direction

class Forms {
 public:
  explicit Forms(const SymmetricOperator<double>& op)
      : op_(op), image_(static_cast<std::size_t>(op.local_size())) {}

  /// image <- A x
  const std::vector<double>& image(const double* x) {
    multiply_.apply(op_, x, image_.data(), 1);
    ++products_;
    return image_;
  }
  /// x . A x
  double form(const double* x) {
    const std::vector<double>& ax = image(x);
    return op_.ranks().sum(std::inner_product(ax.begin(), ax.end(), x, 0.0));
  }
  Index products() const { return products_; }

 private:
  const SymmetricOperator<double>& op_;
  HostProducts<double> multiply_;
  std::vector<double> image_;
  Index products_ = 0;
};

/// Orthonormal vectors of the space of A times `count` probes, or of all there is, `size`.
SpreadVectors<double> sketch_of(const SymmetricOperator<double>& op, const Probes& probes,
                                Index count, Index size, Forms& forms) {
  SpreadVectors<double> sketch(op.ranks(), op.local_size(), std::min(count, size));
  std::vector<double> x(static_cast<std::size_t>(op.local_size())), coefficients;
  for (Index number = 0; number < count && sketch.rows() < size; ++number) {
    probes(number, x.data());
    const std::vector<double>& image = forms.image(x.data());
    std::copy(image.begin(), image.end(), sketch.next());
    const double norm = sketch.split(coefficients);
    const double inside = std::sqrt(
        std::inner_product(coefficients.begin(), coefficients.end(), coefficients.begin(), 0.0));
    if (norm > least_outside * inside) sketch.append();
  }
  return sketch;
}

}  // namespace

TraceEstimate estimate_trace(const SymmetricOperator<double>& op, const Probes& probes,
                             Index products) {
  const auto size = static_cast<Index>(op.ranks().sum(static_cast<double>(op.local_size())));
  const Index third = products / 3;
  Forms forms(op);
  SpreadVectors<double> sketch = sketch_of(op, probes, third, size, forms);
  TraceEstimate trace;
  std::vector<double> x(static_cast<std::size_t>(op.local_size())), inside(x.size());
  std::vector<double> coefficients, forms_outside;
  for (Index i = 0; i < sketch.rows(); ++i) {
    coefficients.assign(static_cast<std::size_t>(sketch.rows()), 0.0);
    coefficients[static_cast<std::size_t>(i)] = 1.0;
    sketch.combine(coefficients, x.data());
    trace.captured += forms.form(x.data());
  }
  const bool is_whole = sketch.rows() == size;
  for (Index number = third; !is_whole && forms.products() < products; ++number) {
    probes(number, x.data());
    std::copy(x.begin(), x.end(), sketch.next());
    sketch.split(coefficients);
    sketch.combine(coefficients, inside.data());
    std::transform(x.begin(), x.end(), inside.begin(), x.begin(), std::minus<>());
    forms_outside.push_back(forms.form(x.data()));
  }
  const Estimate outside = estimate_of(forms_outside);
  trace.value = trace.captured + outside.mean;
  trace.error = is_whole ? 0.0 : outside.error;
  trace.products = forms.products();
  require_finite_products(trace.value);
  return trace;
}

}  // namespace catapult
