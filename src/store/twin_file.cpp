#include "store/twin_file.hpp"

#include "store/weights_file.hpp"

namespace catapult {
namespace {

using Numbers = std::vector<double>;

void write_dual(Hdf5File& file, const std::string& group, const DualVector& vector) {
  file.write(group + "/sum", {static_cast<Index>(vector.sum.size())}, vector.sum);
  file.write(group + "/of_fork", {2}, Numbers{vector.of_velocity, vector.of_theta});
}

DualVector read_dual(const Hdf5File& file, const std::string& group) {
  const Numbers of_fork = file.read<double>(group + "/of_fork");
  return {file.read<double>(group + "/sum"), of_fork.at(0), of_fork.at(1)};
}

void write_functions(Hdf5File& file, const std::string& group, const FunctionState& state) {
  file.write(group + "/f", {static_cast<Index>(state.f.size())}, state.f);
  file.write(group + "/u", {static_cast<Index>(state.u.size())}, state.u);
  write_dual(file, group + "/displacement", state.displacement);
  write_dual(file, group + "/velocity", state.velocity);
}

FunctionState read_functions(const Hdf5File& file, const std::string& group) {
  return {file.read<double>(group + "/f"), file.read<double>(group + "/u"),
          read_dual(file, group + "/displacement"), read_dual(file, group + "/velocity")};
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
                             const Network<Real>& network) {
  const auto fork = file.read<Index>(group + "/fork");
  const Numbers values = file.read<double>(group + "/fork_values");
  TwinStanding<Real> twin{
      {fork.at(0), static_cast<TwinKind>(fork.at(1)), values.at(0), values.at(1), fork.at(2) != 0},
      {read_if_there(file, group + "/theta_0", network),
       read_if_there(file, group + "/displacement", network),
       read_if_there(file, group + "/velocity", network), std::nullopt}};
  if (file.has(group + "/functions")) {
    twin.state.functions = read_functions(file, group + "/functions");
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

#define CATAPULT_INSTANTIATE(Real)                                              \
  template void write_twin(Hdf5File&, const std::string&, const Network<Real>&, \
                           const TwinStanding<Real>&);                          \
  template TwinStanding<Real> read_twin(const Hdf5File&, const std::string&,    \
                                        const Network<Real>&);                  \
  template Vector<Real> read_if_there(const Hdf5File&, const std::string&, const Network<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
