#include "plan/sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "plan/layer_sizes.hpp"

namespace catapult {
namespace {

constexpr double bytes_of_layer = 2e3;  // its objects, on every rank and where a study is planned

/// Bytes that come from some sizes; computed in double, which does not overflow.
struct Need {
  const char* what;
  double bytes = 0.0;
  std::vector<Size> sizes;
};

/// Numbers of inputs and outputs, 1 where only the data tell.
struct Ends {
  Index inputs = 1, outputs = 1;
  ImageShape image{1, 1, 1};
};

Ends ends_of(const DataOptions& data) {
  Ends ends;
  if (data.image.size() == 3) ends.image = {data.image[0], data.image[1], data.image[2]};
  if (data.source.rfind("cifar", 0) == 0) ends.image = {3, 32, 32};
  if (data.source != "gaussian") return ends;
  ends.inputs = inputs_of_gaussian(data);
  ends.outputs = data.outputs;
  return ends;
}

/// Keys that say how large a network is.
std::vector<Size> sizes_of(const ModelOptions& model) {
  if (is_convolutional(model)) return sizes_of_images(model);
  if (model.kind == "solvable" && model.representation == "gram") return {};
  if (model.kind == "solvable") return {{"model.width", model.width}};
  if (model.widths.empty()) return {{"model.width", model.width}, {"model.depth", model.depth}};
  return {{"model.widths", *std::max_element(model.widths.begin(), model.widths.end())}};
}

/// The key that tells the number of gaussian inputs.
Size size_of_inputs(const DataOptions& data) {
  if (data.source != "gaussian") return {"data.inputs", Index{1}};
  return {data.image.empty() ? "data.inputs" : "data.image (C*H*W)", inputs_of_gaussian(data)};
}

/// Weights of all layers.
double weights_of(const ModelOptions& model, const Ends& ends) {
  const auto inputs = static_cast<double>(ends.inputs), outputs = static_cast<double>(ends.outputs);
  const auto width = static_cast<double>(model.width);
  if (is_convolutional(model)) return weights_of_images(model, ends.image, ends.outputs);
  if (model.kind == "solvable") {
    const bool gram = model.representation == "gram";
    return (gram ? std::min(width, inputs + 1.0) : width) * (inputs + outputs);
  }
  if (model.widths.empty()) {
    if (model.depth == 0) return inputs * outputs;
    return width * (inputs + static_cast<double>(model.depth - 1) * width + outputs);
  }
  double count = 0.0, fan_in = inputs;
  for (const Index neurons : model.widths) {
    count += fan_in * static_cast<double>(neurons);
    fan_in = static_cast<double>(neurons);
  }
  return count + fan_in * outputs;
}

Need need_of_data(const DataOptions& data, double word) {
  if (data.source != "gaussian") return {"the data", 0.0, {}};
  const auto sum = [](Index a, Index b) { return static_cast<double>(a) + static_cast<double>(b); };
  return {"the data",
          word * sum(data.train_samples, data.test_samples) *
              sum(inputs_of_gaussian(data), data.outputs),
          {{"data.train_samples", data.train_samples},
           {"data.test_samples", data.test_samples},
           size_of_inputs(data),
           {"data.outputs", data.outputs}}};
}

Need need_of_parameters(const Deck& deck, double word) {
  const ModelOptions& model = deck.model;
  const Ends ends = ends_of(deck.data);
  std::vector<Size> sizes = {size_of_inputs(deck.data), {"data.outputs", ends.outputs}};
  const std::vector<Size> of_model = sizes_of(model);
  sizes.insert(sizes.end(), of_model.begin(), of_model.end());
  return {"the parameters", word * weights_of(model, ends), sizes};
}

Need need_of_layers(const ModelOptions& model) {
  const bool listed = model.kind == "cnn" || (model.kind == "fc" && !model.widths.empty());
  if (model.kind == "solvable" || listed) return {"the layers", 0.0, {}};
  return {"the layers",
          bytes_of_layer * static_cast<double>(model.depth),
          {{"model.depth", model.depth}}};
}

std::string problem_of(const Need& need, double room, const char* whose, const char* advice) {
  const Size largest =
      *std::max_element(need.sizes.begin(), need.sizes.end(),
                        [](const Size& a, const Size& b) { return a.value < b.value; });
  return fmt::format("{} ({} need at least {:.4g} GB{}, there are {:.4g} GB); {}", largest.text,
                     need.what, need.bytes / 1e9, whose, room / 1e9, advice);
}

}  // namespace

std::string find_impossible_size(const Deck& deck, const MemoryLimits& limits, int ranks,
                                 int ranks_of_node, RankKind kind) {
  const double nodes = std::ceil(static_cast<double>(ranks) / ranks_of_node);
  const bool on_gpus = kind == RankKind::gpu;
  const double all =
      on_gpus ? ranks * limits.device : std::min(nodes * limits.node, ranks * limits.rank);
  const MemoryLimits here = memory_limits();
  const double rank = std::min({limits.node, limits.rank, here.node, here.rank});
  const double word = deck.model.precision == "f64" ? 8.0 : 4.0;
  for (const Need& need : {need_of_data(deck.data, word), need_of_parameters(deck, word)}) {
    if (need.bytes > all) {
      return problem_of(need, all, on_gpus ? " on the GPUs" : "",
                        "ask for less, or start more ranks on more nodes");
    }
  }
  const Need layers = need_of_layers(deck.model);
  return layers.bytes > rank ? problem_of(layers, rank, " a rank", "ask for fewer") : "";
}

void require_possible_sizes(const Deck& deck, const Communicator& ranks) {
  const int ranks_of_node = ranks.ranks_of_node();
  on_root(ranks, [&] {
    const std::string problem = find_impossible_size(deck, memory_limits(), ranks.size(),
                                                     ranks_of_node, machine_of_build().rank);
    if (!problem.empty()) throw UsageError(problem);
  });
}

}  // namespace catapult
