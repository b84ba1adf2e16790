#include "store/twin_file.hpp"

#include <fmt/format.h>

#include "store/checked_numbers.hpp"
#include "store/weights_file.hpp"

namespace catapult {
namespace {

using Numbers = std::vector<double>;

void write_dual(Hdf5File& file, const std::string& group, const DualVector& vector) {
  file.write(group + "/sum", {static_cast<Index>(vector.sum.size())}, vector.sum);
  file.write(group + "/of_fork", {2}, Numbers{vector.of_velocity, vector.of_theta});
}

DualVector read_dual(const Hdf5File& file, const std::string& group, Index size) {
  const Numbers of_fork = read_finite(file, group + "/of_fork", 2);
  return {read_finite(file, group + "/sum", size), of_fork[0], of_fork[1]};
}

void write_functions(Hdf5File& file, const std::string& group, const FunctionState& state) {
  file.write(group + "/f", {static_cast<Index>(state.f.size())}, state.f);
  file.write(group + "/u", {static_cast<Index>(state.u.size())}, state.u);
  write_dual(file, group + "/displacement", state.displacement);
  write_dual(file, group + "/velocity", state.velocity);
}

FunctionState read_functions(const Hdf5File& file, const std::string& group, Index size) {
  return {read_finite(file, group + "/f", size), read_finite(file, group + "/u", size),
          read_dual(file, group + "/displacement", size),
          read_dual(file, group + "/velocity", size)};
}

TwinFork read_fork(const Hdf5File& file, const std::string& group) {
  const std::vector<Index> fork = read_counts(file, group + "/fork", 3);
  const Numbers values = file.read<double>(group + "/fork_values", 2);
  const auto last_kind = static_cast<Index>(TwinKind::quadratic);
  if (fork[1] > last_kind) refuse(file, fmt::format("{}/fork: no such model {}", group, fork[1]));
  return {fork[0], static_cast<TwinKind>(fork[1]), values[0], values[1], fork[2] != 0};
}

}  // namespace

template <class Real>
void write_twin(Hdf5File& file, const std::string& group, const Network<Real>& network,
                const TwinStanding<Real>& twin) {
  const TwinFork& fork = twin.fork;
  file.write(group + "/fork", {3},
             std::vector<Index>{fork.at, static_cast<Index>(fork.kind), fork.left ? 1 : 0});
  file.write(group + "/fork_values", {2}, Numbers{fork.loss, fork.eta_lambda});
  const auto write = [&](const char* name, const Vector<Real>& values) {
    if (values.size() == 0) return;
    write_tensors<Real>(file, group + "/" + name, network, values);
  };
  write("theta_0", twin.state.theta_0);
  write("displacement", twin.state.displacement);
  write("velocity", twin.state.velocity);
  if (twin.state.functions) write_functions(file, group + "/functions", *twin.state.functions);
}

template <class Real>
TwinStanding<Real> read_twin(const Hdf5File& file, const std::string& group,
                             const Network<Real>& network, Index batch) {
  TwinStanding<Real> twin{read_fork(file, group),
                          {read_if_there(file, group + "/theta_0", network),
                           read_if_there(file, group + "/displacement", network),
                           read_if_there(file, group + "/velocity", network), std::nullopt}};
  TwinState<Real>& state = twin.state;
  if (file.has(group + "/functions")) {
    state.functions = read_functions(file, group + "/functions", batch);
  }
  if (state.theta_0.size() == 0 || (state.displacement.size() == 0 && !state.functions)) {
    refuse(file, fmt::format("{}: expected theta_0, and displacement or functions", group));
  }
  return twin;
}

template <class Real>
Vector<Real> read_if_there(const Hdf5File& file, const std::string& group,
                           const Network<Real>& network) {
  if (!file.has(group)) return {};
  const Vector<Real> values(group, network.parameters());
  read_tensors(file, group, network, values);
  return values;
}

#define CATAPULT_INSTANTIATE(Real)                                                                 \
  template void write_twin(Hdf5File&, const std::string&, const Network<Real>&,                    \
                           const TwinStanding<Real>&);                                             \
  template TwinStanding<Real> read_twin(const Hdf5File&, const std::string&, const Network<Real>&, \
                                        Index);                                                    \
  template Vector<Real> read_if_there(const Hdf5File&, const std::string&, const Network<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
