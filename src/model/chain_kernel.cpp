// The chain's share of kernel products and of the assembled kernel.
#include <algorithm>

#include "model/chain.hpp"

namespace catapult {

template <class Real>
bool Chain<Real>::has_kernel_terms() const {
  return !couples_samples() && std::all_of(layers_.begin(), layers_.end(), [](const auto& layer) {
    return layer->has_kernel_terms();
  });
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
  const auto before = errors(mine, cotangent);
  const auto behind = tangents(mine, tangent);
  const std::size_t first = first_layer(!input_tangent.empty());
  for (std::size_t i = first; i < layers_.size(); ++i) {
    layers_[i]->kernel_product(at.part(parts_[i]), *mine.layers[i], before[i],
                               i > first ? behind[i - 1] : input_tangent, behind[i]);
  }
}

template <class Real>
OutputErrors<Real> Chain<Real>::pull_back(std::size_t i, const Point<Real>& at, State& state,
                                          const OutputErrors<Real>& errors) const {
  const auto pulled = [&](const Matrix<Real>& from, Index vectors) {
    const Matrix<Real> to(Kokkos::view_alloc("kernel_errors", Kokkos::WithoutInitializing),
                          from.extent(0), features_after(i - 1));
    layers_[i]->pullback(at.part(parts_[i]), *state.layers[i], Features<Real>(from, vectors),
                         Features<Real>(to, vectors), {});
    return to;
  };
  const ErrorForm form = pulled_back(errors.form, layers_[i]->jacobian());
  if (form == ErrorForm::same_for_samples) {
    return {errors.outputs, form, pulled(errors.units, errors.outputs), {}};
  }
  if (form == ErrorForm::with_slopes) {
    const Matrix<Real> ones(Kokkos::view_alloc("kernel_slopes", Kokkos::WithoutInitializing),
                            state.samples, errors.units.extent(1));
    fill(flat(ones), Real(1));
    return {errors.outputs, form, errors.units, pulled(ones, 1)};
  }
  return {errors.outputs, form, pulled(in_full(errors, state.samples), errors.outputs), {}};
}

template <class Real>
void Chain<Real>::add_kernel_terms(const Point<Real>& at, LayerState& state,
                                   const OutputErrors<Real>& errors,
                                   std::vector<KernelTerm<Real>>& terms) const {
  State& mine = own(state);
  OutputErrors<Real> behind = errors;
  const std::size_t first = first_layer(/*input_moves=*/false);
  for (std::size_t i = layers_.size(); i-- > first;) {
    const OutputErrors<Real> in_front =
        i > first ? pull_back(i, at, mine, behind) : OutputErrors<Real>();
    layers_[i]->add_kernel_terms(at.part(parts_[i]), *mine.layers[i], behind, terms);
    behind = in_front;
  }
  mine.cotangents.clear();  // rooms for all outputs, where this is a branch
}

#define CATAPULT_INSTANTIATE(Real)                                                                \
  template bool Chain<Real>::has_kernel_terms() const;                                            \
  template void Chain<Real>::prepare_kernel(const Point<Real>&, LayerState&, Index, KernelForm,   \
                                            bool) const;                                          \
  template void Chain<Real>::kernel_product(const Point<Real>&, LayerState&,                      \
                                            const Features<Real>&, const Features<Real>&,         \
                                            const Features<Real>&) const;                         \
  template void Chain<Real>::add_kernel_terms(                                                    \
      const Point<Real>&, LayerState&, const OutputErrors<Real>&, std::vector<KernelTerm<Real>>&) \
      const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
