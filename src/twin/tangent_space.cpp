#include "twin/tangent_space.hpp"

#include "curvature/assembled.hpp"
#include "linalg/exchange.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {
namespace {

/// A tape, forward and kernel products prepared; `samples` of all ranks.
template <class Real>
Tape<Real> tape_at(const Network<Real>& network, const Vector<const Real>& theta,
                   const Matrix<Real>& x, Index samples) {
  Tape<Real> tape = network.make_tape(samples);
  network.forward(theta, x, tape);
  network.prepare_kernel(theta, tape, samples, /*same_input=*/false, KernelForm::cheapest);
  return tape;
}

}  // namespace

template <class Real>
TangentSpace<Real>::TangentSpace(const Network<Real>& network, const Vector<const Real>& theta_0,
                                 const Vector<const Real>& v_0, const Samples<Real>& batch,
                                 Index samples)
    : network_(network),
      theta_0_(theta_0),
      v_0_(v_0),
      batch_(batch),
      samples_(samples),
      tape_(tape_at(network, theta_0, batch.x, samples)),
      kernel_(network, theta_0, tape_, samples) {
  const Communicator& width = network.grid().width;
  for (int rank = 0; rank < width.size(); ++rank) {
    counts_.push_back(block_of(batch.size(), width.size(), rank).size() * network.outputs());
    if (rank < width.rank()) before_ += counts_.back();
  }
}

template <class Real>
const SymmetricOperator<double>& TangentSpace<Real>::assembled_kernel() {
  if (!assembled_) assembled_ = assemble_kernel(network_, theta_0_, tape_);
  return *assembled_;
}

template <class Real>
std::vector<double> TangentSpace<Real>::pushforward(const Vector<const Real>& tangent) {
  const Matrix<Real> result("tangent_outputs", batch_.size(), network_.outputs());
  network_.pushforward(theta_0_, tape_, tangent, result);
  return piece(result);
}

template <class Real>
FunctionStart TangentSpace<Real>::start(bool with_l2) {
  FunctionStart start;
  start.f = piece(tape_.outputs());
  start.y = piece(batch_.y);
  if (v_0_.size() > 0) start.u = pushforward(v_0_);
  if (with_l2) start.a = pushforward(theta_0_);
  return start;
}

template <class Real>
Vector<Real> TangentSpace<Real>::parameters(const DualVector& d) {
  const Vector<Real> result("parameters", network_.parameters());
  network_.pullback(theta_0_, tape_,
                    outputs(to_device(HostVector<const double>(d.sum.data(), d.sum.size()))),
                    {result, kernel_normalization(samples_, network_.outputs()), 0.0});
  if (v_0_.size() > 0) axpby<Real>(d.of_velocity, v_0_, 1.0, result);
  if (d.of_theta != 0.0) axpby<Real>(d.of_theta, theta_0_, 1.0, result);
  return result;
}

template <class Real>
Matrix<Real> TangentSpace<Real>::outputs(const Vector<const double>& piece) {
  const Communicator& width = network_.grid().width;
  Vector<const double> whole = piece;
  if (width.size() > 1) {
    const Vector<double> room = room_for(whole_, batch_.size() * network_.outputs());
    all_gather(width, piece, room, counts_);
    whole = room;
  }
  if (outputs_.size() != whole.size()) {
    outputs_ = Matrix<Real>("function_rows", batch_.size(), network_.outputs());
  }
  convert<double, Real>(whole, flat(outputs_));
  return outputs_;
}

template <class Real>
std::vector<double> TangentSpace<Real>::piece(const Matrix<Real>& outputs) const {
  const auto rows = to_host(outputs);
  const Real* begin = rows.data() + before_;
  return std::vector<double>(begin, begin + kernel_.local_size());
}

template class TangentSpace<float>;
template class TangentSpace<double>;

}  // namespace catapult
