#include "study/ensemble_start.hpp"

#include "study/gram_start.hpp"
#include "study/start.hpp"
#include "theory/gram.hpp"

namespace catapult {
namespace {

/// All elements of `values` from rank 0, whose number the others do not know.
template <class T>
void broadcast(std::vector<T>& values, const Communicator& world) {
  auto size = static_cast<Index>(values.size());
  world.broadcast(&size, 1);
  values.resize(static_cast<std::size_t>(size));
  world.broadcast(values.data(), size);
}

template <class View>
std::vector<double> numbers_of(const View& view) {
  const auto host = to_host(view);
  return std::vector<double>(host.data(), host.data() + host.size());
}

}  // namespace

EnsembleStart::EnsembleStart(const EnsemblePart& part, const Communicator& world,
                             DatasetCache& cache)
    : from_file_(!part.deck().model.weights.empty()) {
  on_root(world, [&] { read(part, cache); });
  world.broadcast(&data_.inputs, 1);
  broadcast(data_.x, world);
  broadcast(data_.y, world);
  std::vector<Index> keys;
  std::vector<double> weights;
  for (const auto& [key, factor] : weights_) {
    keys.insert(keys.end(), {key.first, key.second});
    weights.insert(weights.end(), factor.begin(), factor.end());
  }
  broadcast(keys, world);
  broadcast(weights, world);
  const auto size = static_cast<std::ptrdiff_t>((data_.inputs + 1) * (data_.inputs + 1));
  for (std::size_t i = 0; i < keys.size() / 2; ++i) {
    const auto begin = weights.begin() + static_cast<std::ptrdiff_t>(i) * size;
    weights_[{keys[2 * i], keys[2 * i + 1]}] = std::vector<double>(begin, begin + size);
  }
}

EnsembleStart::Key EnsembleStart::key_of(const TrajectoryKeys& keys) const {
  return {keys.width, from_file_ ? 0 : keys.seed};
}

void EnsembleStart::read(const EnsemblePart& part, DatasetCache& cache) {
  const Communicator self = Communicator::self();
  const MemberStart<double> any(part.deck(), self, cache);
  data_.inputs = any.data.train.inputs();
  data_.x = numbers_of(any.data.train.mine().x);
  data_.y = numbers_of(any.data.train.mine().y);
  Deck deck = part.deck();
  for (Index i = 0; i < part.size(); ++i) {
    const TrajectoryKeys keys = part[i];
    if (drawn(keys.width) || weights_.count(key_of(keys)) > 0) continue;
    deck.model.width = keys.width;
    deck.model.seed = keys.seed;
    const MemberStart<double> start(deck, self, cache);
    weights_[key_of(keys)] = gram_factor_of(start.network, start.state.theta);
  }
}

TrajectoryStarts EnsembleStart::of(const EnsemblePart& part, Block members) const {
  TrajectoryStarts starts;
  const bool by_c = part.deck().train.learning_rate_c > 0.0;
  for (Index i = members.begin; i < members.end; ++i) {
    const TrajectoryKeys keys = part[i];
    const std::vector<double> weights = drawn(keys.width)
                                            ? draw_gram_factor(keys.width, data_.inputs, keys.seed)
                                            : weights_.at(key_of(keys));
    starts.weights.insert(starts.weights.end(), weights.begin(), weights.end());
    starts.width.push_back(static_cast<double>(keys.width));
    starts.rate.push_back(by_c ? keys.learning_rate_c : keys.learning_rate);
  }
  return starts;
}

}  // namespace catapult
