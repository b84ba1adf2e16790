#include "model/chain.hpp"

#include <algorithm>

#include "linalg/exchange.hpp"

namespace catapult {

template <class Real>
Chain<Real>::Chain(const GridShape& grid, const Place& input,
                   std::vector<std::unique_ptr<Layer<Real>>> layers)
    : shape_(grid), input_(input), layers_(std::move(layers)) {
  Index offset = 0;
  for (const auto& layer : layers_) {
    parts_.push_back({offset, offset + layer->parameters()});
    for (Tensor tensor : layer->tensors()) {
      tensor.offset += offset;
      tensors_.push_back(tensor);
    }
    offset = parts_.back().end;
  }
}

template <class Real>
BufferUse Chain<Real>::use() const {
  return {.in_place = false,
          .keeps_input = layers_.front()->use().keeps_input,
          .keeps_output = layers_.back()->use().keeps_output};
}

template <class Real>
bool Chain<Real>::repeats(std::size_t i) const {
  return i + 1 < layers_.size() && layers_[i]->use().repeats;
}

template <class Real>
bool Chain<Real>::shares_values(std::size_t i) const {
  if (!inside(i)) return false;
  const BufferUse use = layers_[i]->use();
  return use.in_place && !use.keeps_input && !layers_[i - 1]->use().keeps_output && !repeats(i - 1);
}

template <class Real>
bool Chain<Real>::shares_tangents(std::size_t i) const {
  return inside(i) && layers_[i]->use().in_place && layers_[i]->tensors().empty();
}

template <class Real>
std::size_t Chain<Real>::first_layer(bool input_moves) const {
  std::size_t first = 0;
  while (!input_moves && first + 1 < layers_.size() && layers_[first]->tensors().empty()) ++first;
  return first;
}

template <class Real>
Index Chain<Real>::most_features() const {
  Index most = 0;
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) most = std::max(most, features_after(i));
  return most;
}

template <class Real>
std::vector<Features<Real>> Chain<Real>::rooms(std::vector<Vector<Real>>& storage,
                                               const Features<Real>& last, Shares shares) const {
  storage.resize(layers_.size());
  std::vector<Features<Real>> rooms(layers_.size());
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
    const Index width = features_after(i);
    rooms[i] = (this->*shares)(i) ? rooms[i - 1]
                                  : Features<Real>(room_for(storage[i], last.rows() * width),
                                                   last.vectors(), last.samples(), {width});
  }
  rooms.back() = last;
  return rooms;
}

template <class Real>
std::vector<Features<Real>> Chain<Real>::turns(const State& state, Room one, Room other,
                                               const Features<Real>& last) const {
  std::vector<Features<Real>> rooms(layers_.size());
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
    const Index width = features_after(i);
    if (shares_tangents(i)) {
      rooms[i] = rooms[i - 1];
      continue;
    }
    rooms[i] = Features<Real>(state.room.room(one, last.rows() * width), last.vectors(),
                              last.samples(), {width});
    std::swap(one, other);
  }
  rooms.back() = last;
  return rooms;
}

template <class Real>
std::vector<Features<Real>> Chain<Real>::errors(State& state, const Features<Real>& last) const {
  if (has_kernel_terms()) return rooms(state.cotangents, last, &Chain::shares_tangents);
  return turns(state, Room::errors, Room::errors_next, last);
}

template <class Real>
std::unique_ptr<LayerState> Chain<Real>::make_state(const Batch& batch,
                                                    const Workspace<Real>& room) const {
  auto state = std::make_unique<State>();
  const Index samples = batch.mine.size(), most = samples * most_features();
  state->samples = samples;
  state->room = room;
  for (const Room each : {Room::tangents, Room::tangents_next}) room.reserve(each, most);
  for (const Room each : {Room::errors, Room::errors_next}) {
    if (!has_kernel_terms()) room.reserve(each, most);
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    state->layers.push_back(layers_[i]->make_state(batch, room));
    if (i + 1 == layers_.size()) break;
    const Index features = features_after(i);
    if (repeats(i)) room.reserve(Room::values, samples * features);
    state->values.push_back(repeats(i) ? Features<Real>()
                            : shares_values(i)
                                ? state->values.back()
                                : Features<Real>("activations", samples, {features}));
  }
  return state;
}

template <class Real>
Features<Real> Chain<Real>::values_after(std::size_t i, const State& state) const {
  if (!repeats(i)) return state.values[i];
  const Index features = features_after(i);
  return {state.room.room(Room::values, state.samples * features), 1, state.samples, {features}};
}

template <class Real>
void Chain<Real>::restore_input(std::size_t i, const Point<Real>& at, State& state) const {
  if (i == 0 || !repeats(i - 1) || !layers_[i]->use().keeps_input) return;
  layers_[i - 1]->repeat(at.part(parts_[i - 1]), *state.layers[i - 1], values_after(i - 1, state));
}

template <class Real>
void Chain<Real>::forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
                          const Features<Real>& output) const {
  State& mine = own(state);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->forward(at.part(parts_[i]), *mine.layers[i],
                        i == 0 ? input : values_after(i - 1, mine),
                        i + 1 == layers_.size() ? output : values_after(i, mine));
  }
}

template <class Real>
void Chain<Real>::pullback(const Point<Real>& at, LayerState& state,
                           const Features<Real>& cotangent, const Features<Real>& input_cotangent,
                           const GradientTarget<Real>& gradient) const {
  State& mine = own(state);
  const auto behind = errors(mine, cotangent);
  const std::size_t first = first_layer(!input_cotangent.empty());
  for (std::size_t i = layers_.size(); i-- > first;) {
    if (gradient.wanted()) restore_input(i, at, mine);
    layers_[i]->pullback(at.part(parts_[i]), *mine.layers[i], behind[i],
                         i > first ? behind[i - 1] : input_cotangent, gradient.part(parts_[i]));
  }
}

template <class Real>
void Chain<Real>::pushforward(const Point<Real>& at, LayerState& state, const Theta& theta_tangent,
                              const Features<Real>& input_tangent,
                              const Features<Real>& tangent) const {
  State& mine = own(state);
  const auto behind = tangents(mine, tangent);
  const std::size_t first = first_layer(!input_tangent.empty());
  for (std::size_t i = first; i < layers_.size(); ++i) {
    restore_input(i, at, mine);
    layers_[i]->pushforward(at.part(parts_[i]), *mine.layers[i], part_of(theta_tangent, parts_[i]),
                            i > first ? behind[i - 1] : input_tangent, behind[i]);
  }
}

template <class Real>
HiddenSums Chain<Real>::hidden_sums(std::size_t i, const Point<Real>& at, const State& state,
                                    const Features<Real>& errors) const {
  const Place& place = layers_[i]->output();
  HiddenSums layer(state.samples, place.features());
  add_hidden_sums<Real>(values_after(i, state).block(0), errors.block(0), layer.sums);
  if (place.sharded) sum_over(at.grid.width, flat(layer.sums));
  return layer;
}

template <class Real>
void Chain<Real>::add_hidden_layers(const Point<Real>& at, LayerState& state,
                                    const Features<Real>& cotangent,
                                    std::vector<HiddenSums>& all) const {
  State& mine = own(state);
  const auto behind = errors(mine, cotangent);
  const std::size_t first = first_layer(false);
  std::vector<std::vector<HiddenSums>> found(layers_.size());
  for (std::size_t i = layers_.size(); i-- > first;) {
    const Point<Real> here = at.part(parts_[i]);
    layers_[i]->add_hidden_layers(here, *mine.layers[i], behind[i], found[i]);
    if (i == first) break;
    restore_input(i, at, mine);
    layers_[i]->pullback(here, *mine.layers[i], behind[i], behind[i - 1], {});
    if (layers_[i]->tensors().empty()) continue;
    found[i].insert(found[i].begin(), hidden_sums(i - 1, at, mine, behind[i - 1]));
  }
  for (const auto& layers : found) all.insert(all.end(), layers.begin(), layers.end());
}

template <class Real>
void Chain<Real>::second_pushforward(const Point<Real>& at, LayerState& state, const Theta& d,
                                     const Derivatives<Real>& input,
                                     const Derivatives<Real>& output) const {
  State& mine = own(state);
  const auto firsts = rooms(mine.firsts, output.first, &Chain::shares_values);
  const auto seconds = output.second.empty() ? std::vector<Features<Real>>(layers_.size())
                                             : tangents(mine, output.second);
  const std::size_t first = first_layer(!input.first.empty());
  for (std::size_t i = first; i < layers_.size(); ++i) {
    restore_input(i, at, mine);
    const Derivatives<Real> from =
        i > first ? Derivatives<Real>{firsts[i - 1], seconds[i - 1]} : input;
    layers_[i]->second_pushforward(at.part(parts_[i]), *mine.layers[i], part_of(d, parts_[i]), from,
                                   {firsts[i], seconds[i]});
  }
}

template <class Real>
void Chain<Real>::second_pullback(const Point<Real>& at, LayerState& state, const Theta& d,
                                  const MovingErrors<Real>& output, const MovingErrors<Real>& input,
                                  const GradientTarget<Real>& gradient) const {
  State& mine = own(state);
  const auto behind = errors(mine, output.errors);
  const auto moving = turns(mine, Room::error_tangents, Room::error_tangents_next, output.tangents);
  const std::size_t first = first_layer(!input.errors.empty());
  for (std::size_t i = layers_.size(); i-- > first;) {
    restore_input(i, at, mine);
    const MovingErrors<Real> to =
        i > first ? MovingErrors<Real>{behind[i - 1], moving[i - 1]} : input;
    layers_[i]->second_pullback(at.part(parts_[i]), *mine.layers[i], part_of(d, parts_[i]),
                                {behind[i], moving[i], output.again}, to, gradient.part(parts_[i]));
  }
}

template <class Real>
bool Chain<Real>::couples_samples() const {
  return std::any_of(layers_.begin(), layers_.end(),
                     [](const auto& layer) { return layer->couples_samples(); });
}

template class Chain<float>;
template class Chain<double>;

}  // namespace catapult
