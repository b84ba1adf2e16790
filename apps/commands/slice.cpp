#include "commands/slice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "base/standard_streams.hpp"
#include "commands/result_file.hpp"
#include "deck/print.hpp"
#include "linalg/vector_ops.hpp"
#include "model/initialize.hpp"
#include "record/atomic_file.hpp"
#include "record/hdf5.hpp"
#include "record/provenance.hpp"
#include "store/checkpoint_deck.hpp"
#include "store/checkpoints.hpp"
#include "store/weights_file.hpp"
#include "study/start.hpp"
#include "train/evaluator.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr double reach_beyond = 0.25, reach_at_random = 1.0;

struct Surface {
  std::vector<double> a, b;          ///< b: {0} on a line
  std::vector<double> loss;          ///< (b, a)
  std::vector<double> accuracy;      ///< likewise; NaN of one output
  double barrier = std::nan("");     ///< of a line
  std::vector<std::string> towards;  ///< what the directions lead to
};

std::vector<double> even(double from, double to, Index points) {
  std::vector<double> values;
  for (Index i = 0; i < points; ++i) {
    values.push_back(from + (to - from) * static_cast<double>(i) / static_cast<double>(points - 1));
  }
  return values;
}

/// Random numbers, in each tensor as long as the network's.
template <class Real>
Vector<Real> random_direction(const MemberStart<Real>& start, Index seed, Index number) {
  const Network<Real>& network = start.network;
  const Vector<Real> direction("direction", network.parameters());
  draw_direction(network, seed, number, direction);
  for (const Tensor& tensor : network.tensors()) {
    const Block part{tensor.offset, tensor.offset + tensor.size()};
    const Vector<Real> drawn = part_of(direction, part);
    const auto length = [&](const Vector<const Real>& x) {
      return std::sqrt(network.grid().width.sum(dot<Real>(x, x)));
    };
    const double norm = length(part_of(start.state.theta, part)), now = length(drawn);
    const double factor = now > 0.0 ? norm / now : 0.0;
    axpby<Real>(factor, drawn, 0.0, drawn);
  }
  return direction;
}

template <class Real>
Vector<Real> direction_to(const std::string& checkpoint, const MemberStart<Real>& start) {
  const Vector<Real> direction("direction", start.network.parameters());
  read_weights_file(checkpoint, start.network, direction);
  axpby<Real>(-1.0, start.state.theta, 1.0, direction);
  return direction;
}

double barrier_of(const Surface& line) {
  const auto at = [&](double a) {
    const auto nearest = std::min_element(line.a.begin(), line.a.end(), [&](double x, double y) {
      return std::abs(x - a) < std::abs(y - a);
    });
    return line.loss[static_cast<std::size_t>(nearest - line.a.begin())];
  };
  const double from = at(0.0), to = at(1.0);
  double barrier = 0.0;
  for (std::size_t i = 0; i < line.a.size(); ++i) {
    const double a = line.a[i];
    if (a < 0.0 || a > 1.0) continue;
    if (!std::isfinite(line.loss[i])) return std::numeric_limits<double>::infinity();
    barrier = std::max(barrier, line.loss[i] - (from + a * (to - from)));
  }
  return barrier;
}

template <class Real>
Surface measure(const SliceCommand& command, const Deck& deck, const Communicator& world) {
  MemberStart<Real> start(deck, world);
  const Network<Real>& network = start.network;
  Evaluator<Real> training(network, start.data.train, network.groups().train, start.loss);
  const bool random = command.to.empty();
  const double reach = command.reach > 0.0 ? command.reach
                       : random            ? reach_at_random
                                           : reach_beyond;
  Surface result;
  std::vector<Vector<Real>> directions;
  for (const std::string& checkpoint : command.to) {
    directions.push_back(direction_to(checkpoint, start));
    result.towards.push_back(checkpoint);
  }
  for (Index i = 0; random && i < 2; ++i) {
    directions.push_back(random_direction(start, command.seed, i));
    result.towards.push_back(fmt::format("random direction {} of seed {}", i, command.seed));
  }
  result.a = even(-reach, random ? reach : 1.0 + reach, command.points);
  result.b = directions.size() > 1 ? result.a : std::vector<double>{0.0};
  // The ends themselves, whatever points there are.
  for (const double end : {0.0, 1.0}) {
    if (!random && directions.size() == 1) result.a.push_back(end);
  }
  std::sort(result.a.begin(), result.a.end());
  result.a.erase(std::unique(result.a.begin(), result.a.end()), result.a.end());
  const Vector<Real> theta("theta", network.parameters());
  for (const double b : result.b) {
    for (const double a : result.a) {
      copy<Real>(theta, start.state.theta);
      axpby<Real>(a, directions[0], 1.0, theta);
      if (directions.size() > 1) axpby<Real>(b, directions[1], 1.0, theta);
      const Score score = training.score(theta);
      result.loss.push_back(score.loss);
      result.accuracy.push_back(score.accuracy);
    }
  }
  if (directions.size() == 1) result.barrier = barrier_of(result);
  return result;
}

void write(const fs::path& path, const Surface& result, Index step, const Provenance& provenance) {
  require_room(path, description_bytes + 16.0 * static_cast<double>(result.loss.size()));
  write_atomically(path, [&](const fs::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary);
    const auto columns = static_cast<Index>(result.a.size());
    const auto rows = static_cast<Index>(result.b.size());
    file.write("step", {1}, std::vector<Index>{step});
    file.write("a", {columns}, result.a);
    file.write("b", {rows}, result.b);
    file.write("loss", {rows, columns}, result.loss);
    file.write("accuracy", {rows, columns}, result.accuracy);
    file.write("barrier", {1}, std::vector<double>{result.barrier});
    file.write("towards", {static_cast<Index>(result.towards.size())}, result.towards);
    write_provenance(file, provenance);
    file.close();
  });
}

/// "random-0", "to-0003-step-000000000012"
std::string name_of_directions(const SliceCommand& command) {
  if (command.to.empty()) return fmt::format("random-{}", command.seed);
  std::string name = "to";
  for (const fs::path path : command.to) {
    const std::string member = path.parent_path().parent_path().filename().string();
    name += fmt::format("-{}{}{}", member, member.empty() ? "" : "-", path.stem().string());
  }
  return name;
}

void print(const Surface& result, Index step) {
  double least = std::numeric_limits<double>::infinity(), most = 0.0;
  for (const double loss : result.loss) {
    least = std::min(least, std::isnan(loss) ? least : loss);
    most = std::isnan(loss) ? std::numeric_limits<double>::infinity() : std::max(most, loss);
  }
  if (result.b.size() == 1) {
    print_out("the line from step {} to {}: loss barrier {:.6g}\n", step, result.towards[0],
              result.barrier);
    print_out("{:>8}  {:>12}  {:>9}\n", "a", "loss", "accuracy");
    for (std::size_t i = 0; i < result.a.size(); ++i) {
      print_out("{:>8.4f}  {:>12.6g}  {:>9.4f}\n", result.a[i], result.loss[i], result.accuracy[i]);
    }
    return;
  }
  print_out("the plane about step {} towards {} and {}: {} x {} points, loss {:.6g} to {:.6g}\n",
            step, result.towards[0], result.towards[1], result.a.size(), result.b.size(), least,
            most);
}

}  // namespace

void slice_through_checkpoints(const SliceCommand& command, const Communicator& world) {
  if (command.to.size() > 2) {
    throw UsageError(
        fmt::format("--to names {} checkpoints (two span a plane with the first); name two at most",
                    command.to.size()));
  }
  if (command.points < 2) throw UsageError("--points is below 2; a line has two ends");
  const Deck deck = deck_of_checkpoint(command.checkpoint, command.settings, world);
  const Surface result = deck.model.precision == "f64" ? measure<double>(command, deck, world)
                                                       : measure<float>(command, deck, world);
  const Index step = step_of_checkpoint(command.checkpoint, world);
  const fs::path path = folder_of(command.checkpoint, command.out) /
                        fmt::format("slice-step-{:012}-{}.h5", step, name_of_directions(command));
  Provenance provenance = collect_provenance(world, command.command_line, print_resolved(deck, {}));
  provenance.emplace_back("checkpoint", command.checkpoint);
  on_root(world, [&] { print(result, step); });
  write_result(path, world,
               [&] { on_root(world, [&] { write(path, result, step, provenance); }); });
}

}  // namespace catapult
