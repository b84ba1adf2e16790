#include "model/chain.hpp"

#include <algorithm>

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
bool Chain<Real>::shares_values(std::size_t i) const {
  if (!inside(i)) return false;
  const BufferUse use = layers_[i]->use();
  return use.in_place && !use.keeps_input && !layers_[i - 1]->use().keeps_output;
}

template <class Real>
bool Chain<Real>::shares_tangents(std::size_t i) const {
  return inside(i) && layers_[i]->use().in_place && layers_[i]->tensors().empty();
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
std::unique_ptr<LayerState> Chain<Real>::make_state(Index samples) const {
  auto state = std::make_unique<State>();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    state->layers.push_back(layers_[i]->make_state(samples));
    if (i + 1 == layers_.size()) break;
    state->values.push_back(shares_values(i)
                                ? state->values.back()
                                : Features<Real>("activations", samples, {features_after(i)}));
  }
  return state;
}

template <class Real>
void Chain<Real>::forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
                          const Features<Real>& output) const {
  State& mine = own(state);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->forward(at.part(parts_[i]), *mine.layers[i], i == 0 ? input : mine.values[i - 1],
                        i + 1 == layers_.size() ? output : mine.values[i]);
  }
}

template <class Real>
void Chain<Real>::pullback(const Point<Real>& at, LayerState& state,
                           const Features<Real>& cotangent, const Features<Real>& input_cotangent,
                           const GradientTarget<Real>& gradient) const {
  State& mine = own(state);
  const auto errors = rooms(mine.cotangents, cotangent, &Chain::shares_tangents);
  for (std::size_t i = layers_.size(); i-- > 0;) {
    layers_[i]->pullback(at.part(parts_[i]), *mine.layers[i], errors[i],
                         i > 0 ? errors[i - 1] : input_cotangent, gradient.part(parts_[i]));
  }
}

template <class Real>
void Chain<Real>::pushforward(const Point<Real>& at, LayerState& state, const Theta& theta_tangent,
                              const Features<Real>& input_tangent,
                              const Features<Real>& tangent) const {
  State& mine = own(state);
  const auto tangents = rooms(mine.tangents, tangent, &Chain::shares_tangents);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->pushforward(at.part(parts_[i]), *mine.layers[i], part_of(theta_tangent, parts_[i]),
                            i > 0 ? tangents[i - 1] : input_tangent, tangents[i]);
  }
}

template <class Real>
void Chain<Real>::prepare_kernel(const Point<Real>& at, LayerState& state, Index samples,
                                 KernelForm form, bool same_input) const {
  State& mine = own(state);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->prepare_kernel(at.part(parts_[i]), *mine.layers[i], samples, form,
                               same_input && i == 0);
  }
}

template <class Real>
void Chain<Real>::kernel_product(const Point<Real>& at, LayerState& state,
                                 const Features<Real>& cotangent,
                                 const Features<Real>& input_tangent,
                                 const Features<Real>& tangent) const {
  State& mine = own(state);
  const auto errors = rooms(mine.cotangents, cotangent, &Chain::shares_tangents);
  const auto tangents = rooms(mine.tangents, tangent, &Chain::shares_tangents);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->kernel_product(at.part(parts_[i]), *mine.layers[i], errors[i],
                               i > 0 ? tangents[i - 1] : input_tangent, tangents[i]);
  }
}

template <class Real>
void Chain<Real>::second_pushforward(const Point<Real>& at, LayerState& state, const Theta& d,
                                     const Derivatives<Real>& input,
                                     const Derivatives<Real>& output) const {
  State& mine = own(state);
  const auto firsts = rooms(mine.firsts, output.first, &Chain::shares_values);
  const auto seconds = rooms(mine.tangents, output.second, &Chain::shares_tangents);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Derivatives<Real> from = i > 0 ? Derivatives<Real>{firsts[i - 1], seconds[i - 1]} : input;
    layers_[i]->second_pushforward(at.part(parts_[i]), *mine.layers[i], part_of(d, parts_[i]), from,
                                   {firsts[i], seconds[i]});
  }
}

template <class Real>
void Chain<Real>::second_pullback(const Point<Real>& at, LayerState& state, const Theta& d,
                                  const MovingErrors<Real>& output, const MovingErrors<Real>& input,
                                  const GradientTarget<Real>& gradient) const {
  State& mine = own(state);
  const auto errors = rooms(mine.cotangents, output.errors, &Chain::shares_tangents);
  const auto tangents = rooms(mine.error_tangents, output.tangents, &Chain::shares_tangents);
  for (std::size_t i = layers_.size(); i-- > 0;) {
    const MovingErrors<Real> to =
        i > 0 ? MovingErrors<Real>{errors[i - 1], tangents[i - 1]} : input;
    layers_[i]->second_pullback(at.part(parts_[i]), *mine.layers[i], part_of(d, parts_[i]),
                                {errors[i], tangents[i]}, to, gradient.part(parts_[i]));
  }
}

template <class Real>
bool Chain<Real>::couples_samples() const {
  return std::any_of(layers_.begin(), layers_.end(),
                     [](const auto& layer) { return layer->couples_samples(); });
}

template <class Real>
bool Chain<Real>::has_kernel_terms() const {
  return !couples_samples() && std::all_of(layers_.begin(), layers_.end(), [](const auto& layer) {
    return layer->has_kernel_terms();
  });
}

template <class Real>
void Chain<Real>::add_kernel_terms(const Point<Real>& at, LayerState& state,
                                   const Features<Real>& cotangents,
                                   std::vector<KernelTerm<Real>>& terms) const {
  State& mine = own(state);
  const auto errors = rooms(mine.cotangents, cotangents, &Chain::shares_tangents);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->add_kernel_terms(at.part(parts_[i]), *mine.layers[i], errors[i], terms);
  }
  mine.cotangents.clear();
}

template <class Real>
void Chain<Real>::cost(Phase phase, CostSheet& sheet) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->cost(phase, sheet);
    const bool values = phase == Phase::forward;
    const bool shared = values ? shares_values(i) : shares_tangents(i);
    if (phase == Phase::grams || i + 1 == layers_.size() || shared) continue;
    const double vectors = phase == Phase::assembly ? sheet.outputs() : 1.0;
    sheet.keep(vectors * sheet.rows() * static_cast<double>(features_after(i)));
  }
}

template class Chain<float>;
template class Chain<double>;

}  // namespace catapult
