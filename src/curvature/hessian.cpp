#include "curvature/hessian.hpp"

namespace catapult {
namespace {

/// A matrix of (samples, outputs), kept in `storage` between calls.
template <class Real>
Matrix<Real> matrix_for(Matrix<Real>& storage, const Matrix<Real>& like) {
  if (storage.extent(0) != like.extent(0) || storage.extent(1) != like.extent(1)) {
    storage = Matrix<Real>("hessian_room", like.extent(0), like.extent(1));
  }
  return storage;
}

}  // namespace

template <class Real>
Matrix<Real> loss_cotangent_at(const LossPoint<Real>& at, HessianRoom<Real>& room) {
  const Matrix<Real> cotangent = matrix_for(room.cotangent, at.y);
  loss_cotangent(at.loss, at.tape.outputs(), at.y, at.samples, cotangent);
  return cotangent;
}

template <class Real>
void loss_gradient(const LossPoint<Real>& at, HessianRoom<Real>& room,
                   const Vector<Real>& gradient) {
  const GradientTarget<Real> target{gradient, 1.0, 0.0};
  at.network.pullback(at.theta, at.tape, loss_cotangent_at(at, room), target);
}

template <class Real>
void hessian_product(const LossPoint<Real>& at, HessianRoom<Real>& room, const Vector<Real>& d,
                     bool again) {
  const Matrix<Real> cotangent = again ? room.cotangent : loss_cotangent_at(at, room);
  const Matrix<Real> first = matrix_for(room.first, at.y), not_wanted;
  at.network.second_pushforward(at.theta, at.tape, d, first, not_wanted);
  loss_tangent(at.loss, at.tape.outputs(), at.y, first, at.samples, first);
  const GradientTarget<Real> target{d, 1.0, 0.0};
  at.network.second_pullback(at.theta, at.tape, d, cotangent, first, target, again);
}

template <class Real, class Own>
void HessianOperator<Real, Own>::apply(const Matrix<const Own>& x, const Matrix<Own>& y) const {
  for (Index vector = 0; vector < static_cast<Index>(x.extent(0)); ++vector) {
    const Block row{vector * local_size(), (vector + 1) * local_size()};
    multiply(part_of(flat(x), row), part_of(flat(y), row));
  }
}

template <class Real, class Own>
void HessianOperator<Real, Own>::multiply(const Vector<const Own>& x, const Vector<Own>& y) const {
  const auto form = [&](const Vector<Real>& d) {
    space_.gather<Real, Own>(x, d);
    hessian_product(at_, room_, d, again_);
    again_ = true;
  };
  if constexpr (std::is_same_v<Real, Own>) {
    if (space_.is_whole()) return form(y);
  }
  const Vector<Real> d = room_for(room_.direction, space_.parameters());
  form(d);
  space_.take<Real, Own>(d, y);
}

#define CATAPULT_INSTANTIATE(Real)                                                               \
  template Matrix<Real> loss_cotangent_at(const LossPoint<Real>&, HessianRoom<Real>&);           \
  template void loss_gradient(const LossPoint<Real>&, HessianRoom<Real>&, const Vector<Real>&);  \
  template void hessian_product(const LossPoint<Real>&, HessianRoom<Real>&, const Vector<Real>&, \
                                bool);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE
template class HessianOperator<float, float>;
template class HessianOperator<float, double>;
template class HessianOperator<double, double>;

}  // namespace catapult
