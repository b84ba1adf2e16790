#include "commands/bare_products.hpp"

namespace catapult {

template <class Real>
void BareProducts<Real>::add(const CostSheet& sheet) {
  for (const Product& p : sheet.products()) {
    const auto m = static_cast<Index>(p.rows), n = static_cast<Index>(p.columns),
               k = static_cast<Index>(p.inner);
    const bool a_turned = p.op_a == Op::transpose, b_turned = p.op_b == Op::transpose;
    products_.push_back({p, Matrix<Real>("a", a_turned ? k : m, a_turned ? m : k),
                         Matrix<Real>("b", b_turned ? n : k, b_turned ? k : n),
                         Matrix<Real>("c", m, n)});
  }
  for (const Convolved& c : sheet.convolutions()) {
    convolutions_.push_back({c, Convolution<Real>(c.shape, c.images)});
    run(convolutions_.back());  // so that there is room, and the library is ready
  }
  for (const Vector<Real>& numbers : {x_, w_, z_}) fill(numbers, Real(0));
}

template <class Real>
void BareProducts<Real>::run(Mapped& mapped) {
  const auto& [shape, map, images] = mapped.described;
  Convolution<Real>& convolution = mapped.convolution;
  const Vector<Real> x = room_for(x_, images * shape.input.inputs());
  const Vector<Real> w = room_for(w_, shape.weights());
  const Vector<Real> z = room_for(z_, images * shape.output.inputs());
  const Vector<Real> scratch = room_for(scratch_, convolution.scratch_size()), none;
  switch (map) {
    case ConvolutionMap::forward:
      return convolution.forward(1.0, x, w, 0.0, none, 0.0, z, scratch);
    case ConvolutionMap::backward_data:
      return convolution.backward_data(1.0, z, w, x, scratch);
    case ConvolutionMap::backward_weights:
      return convolution.backward_weights(1.0, x, z, 1.0, w, 0.0, none, scratch);
  }
}

template <class Real>
void BareProducts<Real>::run() {
  for (const auto& [product, a, b, c] : products_) {
    for (double i = 0.0; i < product.times; ++i) {
      gemm(product.op_a, product.op_b, 1.0, a, b, 1.0, c);
    }
  }
  for (Mapped& mapped : convolutions_) run(mapped);
}

template class BareProducts<float>;
template class BareProducts<double>;

}  // namespace catapult
