// Convolutions of oneDNN. Images lie as (images, height, width, channels) for it as for us; weights
// are taken into the layout that it likes best, and gradients back from there, scaled on the way.
#include <algorithm>
#include <array>
#include <oneapi/dnnl/dnnl.hpp>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "linalg/backend.hpp"

namespace catapult::backend {
namespace {

using dnnl::memory;
using Forward = dnnl::convolution_forward;
using BackwardData = dnnl::convolution_backward_data;
using BackwardWeights = dnnl::convolution_backward_weights;

const dnnl::engine& host() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

memory lent(const memory::desc& layout, const float* numbers) {
  return {layout, host(), const_cast<float*>(numbers)};
}

void run(const dnnl::primitive& primitive, const std::unordered_map<int, memory>& operands) {
  static dnnl::stream stream(host());
  primitive.execute(stream, operands);
  stream.wait();
}

/// target <- alpha source + beta target, from one layout to another.
class Reorder {
 public:
  Reorder(const memory::desc& from, const memory::desc& to) : from_(from), to_(to) {}

  void operator()(double alpha, const float* source, double beta, float* target) {
    if (!primitive_ || alpha != alpha_ || beta != beta_) prepare(alpha, beta);
    run(*primitive_, {{DNNL_ARG_FROM, lent(from_, source)}, {DNNL_ARG_TO, lent(to_, target)}});
  }

 private:
  /// Factors are part of a primitive; they change with the learning rate.
  void prepare(double alpha, double beta) {
    dnnl::primitive_attr attributes;
    attributes.set_output_scales(0, {static_cast<float>(alpha)});
    if (beta != 0.0) {
      dnnl::post_ops sum;
      sum.append_sum(static_cast<float>(beta));
      attributes.set_post_ops(sum);
    }
    primitive_.emplace(dnnl::reorder::primitive_desc(host(), from_, host(), to_, attributes));
    alpha_ = alpha;
    beta_ = beta;
  }

  memory::desc from_, to_;
  std::optional<dnnl::reorder> primitive_;
  double alpha_ = 0.0, beta_ = 0.0;
};

struct Layouts {
  Layouts(const ConvolutionShape& shape, Index images)
      : x({images, shape.input.channels, shape.input.height, shape.input.width}, f32, nhwc),
        z({images, shape.output.channels, shape.output.height, shape.output.width}, f32, nhwc),
        w({shape.output.channels, shape.input.channels, shape.kernel, shape.kernel}, f32,
          memory::format_tag::hwio),
        best_w(w.dims(), f32, memory::format_tag::any),
        bias({shape.output.channels}, f32, memory::format_tag::x),
        stride{shape.stride, shape.stride},
        before{shape.pad_top, shape.pad_left},
        after{behind(shape.input.height, shape.output.height, shape.pad_top, shape),
              behind(shape.input.width, shape.output.width, shape.pad_left, shape)} {}

  memory::desc bias_if(bool wanted) const { return wanted ? bias : memory::desc(); }

  memory::desc x, z, w, best_w, bias;
  memory::dims stride, before, after;

 private:
  static constexpr auto f32 = memory::data_type::f32;
  static constexpr auto nhwc = memory::format_tag::nhwc;

  static Index behind(Index input, Index output, Index before, const ConvolutionShape& shape) {
    return std::max<Index>((output - 1) * shape.stride + shape.kernel - input - before, 0);
  }
};

constexpr auto direct = dnnl::algorithm::convolution_direct;

Forward::primitive_desc describe_forward(const Layouts& layouts, bool bias, bool add) {
  dnnl::primitive_attr attributes;
  if (add) {
    dnnl::post_ops sum;
    sum.append_sum();
    attributes.set_post_ops(sum);
  }
  return {{dnnl::prop_kind::forward_training, direct, layouts.x, layouts.best_w,
           layouts.bias_if(bias), layouts.z, layouts.stride, layouts.before, layouts.after},
          attributes,
          host()};
}
BackwardData::primitive_desc describe_backward_data(const Layouts& layouts,
                                                    const Forward::primitive_desc& forward) {
  return {
      {direct, layouts.x, layouts.best_w, layouts.z, layouts.stride, layouts.before, layouts.after},
      host(),
      forward};
}
BackwardWeights::primitive_desc describe_backward_weights(const Layouts& layouts, bool bias,
                                                          const Forward::primitive_desc& forward) {
  return {{direct, layouts.x, layouts.best_w, layouts.bias_if(bias), layouts.z, layouts.stride,
           layouts.before, layouts.after},
          host(),
          forward};
}

/// A primitive, made at first use, and the layout of its weights.
template <class Primitive>
struct Map {
  using Description = typename Primitive::primitive_desc;

  const Primitive& get() {
    if (!primitive) primitive.emplace(description);
    return *primitive;
  }

  Description description;
  Reorder weights;  ///< from or to ours
  std::optional<Primitive> primitive = std::nullopt;
};

class Engine final : public ConvolutionEngine {
 public:
  Engine(const ConvolutionShape& shape, Index images)
      : layouts_(shape, images),
        channels_(shape.output.channels),
        forward_{forward_map(false, false), forward_map(false, true), forward_map(true, false),
                 forward_map(true, true)},
        backward_data_(backward_data_map()),
        backward_weights_{backward_weights_map(false), backward_weights_map(true)} {}

  /// Whether all maps have code of their own for this shape and machine that can be trusted.
  bool worth_it() const {
    const auto unfit = [this](const auto& map) {
      const std::string_view name = map.description.impl_info_str();
      return name.starts_with("ref") || name.starts_with("gemm") || overruns(name);
    };
    return !std::any_of(forward_.begin(), forward_.end(), unfit) && !unfit(backward_data_) &&
           !std::any_of(backward_weights_.begin(), backward_weights_.end(), unfit);
  }

  Index scratch_size() const override { return bias_room() + weight_room_; }

  void forward(double alpha, const float* x, const float* w, double bias_factor, const float* bias,
               double beta, float* z, float* scratch) override {
    auto& map = forward_[(bias != nullptr ? 2 : 0) + (beta != 0.0 ? 1 : 0)];
    float* const weights = scratch + bias_room();
    map.weights(alpha, w, 0.0, weights);
    std::unordered_map<int, memory> operands{
        {DNNL_ARG_SRC, lent(layouts_.x, x)},
        {DNNL_ARG_WEIGHTS, lent(map.description.weights_desc(), weights)},
        {DNNL_ARG_DST, lent(layouts_.z, z)}};
    if (bias != nullptr) {
      const float factor = static_cast<float>(bias_factor);
      std::transform(bias, bias + channels_, scratch, [=](float b) { return factor * b; });
      operands.emplace(DNNL_ARG_BIAS, lent(layouts_.bias, scratch));
    }
    run(map.get(), operands);
  }

  void backward_data(double alpha, const float* z, const float* w, float* x,
                     float* scratch) override {
    float* const weights = scratch + bias_room();
    backward_data_.weights(alpha, w, 0.0, weights);
    run(backward_data_.get(),
        {{DNNL_ARG_DIFF_DST, lent(layouts_.z, z)},
         {DNNL_ARG_WEIGHTS, lent(backward_data_.description.weights_desc(), weights)},
         {DNNL_ARG_DIFF_SRC, lent(layouts_.x, x)}});
  }

  void backward_weights(double alpha, const float* x, const float* z, double beta, float* w,
                        double bias_factor, float* bias, float* scratch) override {
    auto& map = backward_weights_[bias != nullptr ? 1 : 0];
    float* const weights = scratch + bias_room();
    std::unordered_map<int, memory> operands{
        {DNNL_ARG_SRC, lent(layouts_.x, x)},
        {DNNL_ARG_DIFF_DST, lent(layouts_.z, z)},
        {DNNL_ARG_DIFF_WEIGHTS, lent(map.description.diff_weights_desc(), weights)}};
    if (bias != nullptr) operands.emplace(DNNL_ARG_DIFF_BIAS, lent(layouts_.bias, scratch));
    run(map.get(), operands);
    map.weights(alpha, weights, beta, w);
    if (bias == nullptr) return;
    const float factor = static_cast<float>(bias_factor), keep = static_cast<float>(beta);
    for (Index c = 0; c < channels_; ++c) {
      bias[c] = factor * scratch[c] + (keep == 0.0F ? 0.0F : keep * bias[c]);
    }
  }

 private:
  /// oneDNN 2.6 gathers the pixels of a 1 x 1 kernel with strides; without AVX-512 eight channels
  /// at a time, past the end of its room where they are no multiple of that (valgrind tells).
  bool overruns(std::string_view name) const {
    const bool gathers = name.starts_with("jit_1x1") && layouts_.stride[0] > 1;
    return gathers && name.find("avx512") == name.npos && layouts_.x.dims()[1] % 8 != 0;
  }

  Map<Forward> forward_map(bool bias, bool add) {
    auto description = describe_forward(layouts_, bias, add);
    fit(description.weights_desc());
    return {description, Reorder(layouts_.w, description.weights_desc())};
  }
  Map<BackwardData> backward_data_map() {
    auto description = describe_backward_data(layouts_, forward_[0].description);
    fit(description.weights_desc());
    return {description, Reorder(layouts_.w, description.weights_desc())};
  }
  Map<BackwardWeights> backward_weights_map(bool bias) {
    auto description = describe_backward_weights(layouts_, bias, forward_[0].description);
    fit(description.diff_weights_desc());
    return {description, Reorder(description.diff_weights_desc(), layouts_.w)};
  }

  void fit(const memory::desc& weights) {
    const auto numbers = static_cast<Index>(weights.get_size() / sizeof(float));
    weight_room_ = std::max(weight_room_, numbers);
  }
  /// The bias first, then weights from a full line of the cache on.
  Index bias_room() const { return (channels_ + 15) / 16 * 16; }

  Layouts layouts_;
  Index channels_;
  Index weight_room_ = 0;
  std::array<Map<Forward>, 4> forward_;  ///< without and with bias, each without and with sum
  Map<BackwardData> backward_data_;
  std::array<Map<BackwardWeights>, 2> backward_weights_;  ///< without and with bias
};

}  // namespace

std::unique_ptr<ConvolutionEngine> convolution_engine(const ConvolutionShape& shape, Index images) {
  try {
    auto engine = std::make_unique<Engine>(shape, images);
    if (engine->worth_it()) return engine;
  } catch (const dnnl::error& error) {
    if (error.status != dnnl_unimplemented) throw;
  }
  return nullptr;
}

}  // namespace catapult::backend
