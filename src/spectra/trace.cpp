#include "spectra/trace.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "spectra/estimate.hpp"
#include "spectra/spread_vectors.hpp"

namespace catapult {
namespace {

constexpr double rounding = 1e-12;  // of an image: what is smaller is no direction

class Forms {
 public:
  explicit Forms(const SymmetricOperator& op)
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
  const SymmetricOperator& op_;
  HostProducts multiply_;
  std::vector<double> image_;
  Index products_ = 0;
};

/// Orthonormal vectors of the space of A times `count` probes, or of all there is, `size`.
SpreadVectors sketch_of(const SymmetricOperator& op, const Probes& probes, Index count, Index size,
                        Forms& forms) {
  SpreadVectors sketch(op.ranks(), op.local_size(), std::min(count, size));
  std::vector<double> x(static_cast<std::size_t>(op.local_size())), coefficients;
  for (Index number = 0; number < count && sketch.rows() < size; ++number) {
    probes(number, x.data());
    x = forms.image(x.data());
    const double before =
        std::sqrt(op.ranks().sum(std::inner_product(x.begin(), x.end(), x.begin(), 0.0)));
    const double norm = sketch.split(x.data(), coefficients);
    if (norm > rounding * before) sketch.append(x.data(), 1.0 / norm);
  }
  return sketch;
}

}  // namespace

TraceEstimate estimate_trace(const SymmetricOperator& op, const Probes& probes, Index products) {
  const auto size = static_cast<Index>(op.ranks().sum(static_cast<double>(op.local_size())));
  const Index third = products / 3;
  Forms forms(op);
  SpreadVectors sketch = sketch_of(op, probes, third, size, forms);
  TraceEstimate trace;
  for (Index i = 0; i < sketch.rows(); ++i) trace.captured += forms.form(sketch.row(i));
  std::vector<double> x(static_cast<std::size_t>(op.local_size())), coefficients, forms_outside;
  const bool is_whole = sketch.rows() == size;
  for (Index number = third; !is_whole && forms.products() < products; ++number) {
    probes(number, x.data());
    sketch.split(x.data(), coefficients);
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
