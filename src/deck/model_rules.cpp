#include "deck/model_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "deck/data_rules.hpp"
#include "deck/option_list.hpp"
#include "layers/words.hpp"

namespace catapult {
namespace {

std::optional<Finding> widths_agree(const Candidate& member) {
  const ModelOptions& model = member.deck.model;
  if (model.widths.empty() || model.kind != "fc") return std::nullopt;
  const ModelOptions plain;
  const auto same = [&](Index width) { return width == model.width; };
  const bool widths_differ =
      model.width != plain.width && !std::all_of(model.widths.begin(), model.widths.end(), same);
  const auto layers = static_cast<Index>(model.widths.size());
  const bool depths_differ = model.depth != plain.depth && model.depth != layers;
  if (!widths_differ && !depths_differ) return std::nullopt;
  return Finding{widths_differ ? fmt::format("model.widths and model.width = {}", model.width)
                               : fmt::format("model.widths of {} layers and model.depth = {}",
                                             layers, model.depth),
                 "widths take the place of width and depth", "leave one or the other out"};
}

std::optional<Finding> channels_are_whole(const Candidate& member) {
  const Index ranks = member.deck.parallel.width_ranks;
  if (ranks <= 1) return std::nullopt;
  return Finding{fmt::format("parallel.width_ranks is {} with model.kind = \"{}\"", ranks,
                             member.deck.model.kind),
                 "the channels of a convolutional network are not spread, each layer would have to "
                 "gather them all",
                 "leave width_ranks out: ranks share the samples"};
}

std::optional<Finding> shards_fit(const Candidate& member) {
  const ModelOptions& model = member.deck.model;
  if (is_convolutional(model)) return channels_are_whole(member);
  const bool listed = model.kind != "solvable" && !model.widths.empty();
  if (model.kind != "solvable" && !listed && model.depth == 0) return std::nullopt;
  const Index least =
      listed ? *std::min_element(model.widths.begin(), model.widths.end()) : model.width;
  const Index ranks = member.deck.parallel.width_ranks;
  if (ranks <= least) return std::nullopt;
  return Finding{fmt::format("parallel.width_ranks is {}", ranks),
                 fmt::format("a hidden layer has {} neurons and each rank needs one", least),
                 fmt::format("ask for at most {}", least)};
}

std::optional<Finding> activations_can_go(const Candidate& member) {
  if (member.deck.parallel.memory != "recomputed" || can_recompute(member.deck.model)) {
    return std::nullopt;
  }
  return Finding{
      "parallel.memory is \"recomputed\"",
      "only a fully connected network of one hidden layer can do without its activations",
      "set depth = 1, or leave memory out"};
}

std::optional<Finding> solvable_has_one_output(const Candidate& member) {
  const DataOptions& data = member.deck.data;
  if (member.deck.model.kind != "solvable") return std::nullopt;
  const Index outputs = known_outputs(data);
  if (!has_labels(data) && outputs <= 1) return std::nullopt;
  return Finding{
      fmt::format("model.kind = \"solvable\" with data.source = \"{}\"{}", data.source,
                  outputs > 0 ? fmt::format(" of {} outputs", outputs) : ""),
      "f = n^(-1/2) v^T u x is one number",
      data.source == "gaussian" ? "set data.outputs = 1" : "use toy, or gaussian with outputs = 1"};
}

std::optional<Finding> solvable_is_plain(const Candidate& member) {
  const ModelOptions& model = member.deck.model;
  // In a sweep over model.kind these keys are for the other members.
  if (model.kind != "solvable" || member.sweeps("model.kind")) return std::nullopt;
  const ModelOptions plain;
  std::string name;
  if (member.gives("model.activation") && model.activation != "linear") name = "activation";
  if (member.gives("model.depth") && model.depth != 1) name = "depth";
  if (!model.widths.empty()) name = "widths";
  if (model.parametrization != plain.parametrization) name = "parametrization";
  if (model.sigma_w != plain.sigma_w) name = "sigma_w";
  if (model.sigma_b != plain.sigma_b) name = "sigma_b";
  if (name.empty()) return std::nullopt;
  return Finding{fmt::format("model.{} with model.kind = \"solvable\"", name),
                 "f = n^(-1/2) v^T u x has one linear hidden layer, u, v ~ N(0, 1)",
                 fmt::format("leave {} out", name)};
}

std::optional<Finding> gram_is_exact(const Candidate& member) {
  const ModelOptions& model = member.deck.model;
  if (model.kind != "solvable" || model.representation != "gram") return std::nullopt;
  if (model.precision == "f64") return std::nullopt;
  return Finding{"model.representation = \"gram\" with model.precision = \"f32\"",
                 "weights that grow like the root of the width leave single precision nothing to "
                 "move in",
                 "set precision = \"f64\""};
}

std::optional<Finding> layers_are_named(const Candidate& member) {
  const ModelOptions& model = member.deck.model;
  if (model.kind != "cnn") return std::nullopt;
  std::vector<std::string> up_to;
  for (const std::string& layer : model.layers) {
    up_to.push_back(layer);
    try {
      read_layers(up_to);
    } catch (const LayersError& error) {
      return Finding{error.problem, error.reason, error.advice,
                     static_cast<Index>(up_to.size()) - 1};
    }
  }
  return std::nullopt;
}

std::optional<Finding> blocks_are_whole(const Candidate& member) {
  const ModelOptions& model = member.deck.model;
  if (model.kind != "wrn" || (model.depth >= 10 && model.depth % 6 == 4)) return std::nullopt;
  return Finding{fmt::format("model.depth is {}", model.depth),
                 "a wide residual network has 6 b + 4 layers", "choose 10, 16, 22, 28, ..."};
}

std::optional<Finding> images_are_there(const Candidate& member) {
  const DataOptions& data = member.deck.data;
  if (!is_convolutional(member.deck.model)) return std::nullopt;
  const bool no_image = data.source == "gaussian" && data.image.empty();
  if (data.source != "toy" && !no_image) return std::nullopt;
  return Finding{fmt::format("model.kind = \"{}\" with data.source = \"{}\"",
                             member.deck.model.kind, data.source),
                 no_image ? "gaussian inputs are no images unless data.image says so"
                          : "its sample is the number x = 1",
                 no_image ? "set data.image = [channels, height, width]" : "use data of images"};
}

/// Keys that mean nothing for a kind of network.
struct Unused {
  const char* kind;
  std::vector<const char*> keys;
  const char* reason;
};

std::vector<Unused> unused_keys() {
  const std::vector<const char*> of_images = {"layers",
                                              "widen",
                                              "base_channels",
                                              "shortcut",
                                              "batch_norm",
                                              "batch_norm_group",
                                              "batch_norm_test_group"};
  const std::vector<const char*> of_solvable = {"representation"};
  const char* other = "it is of the warm-up model, model.kind = \"solvable\"";
  return {{"fc", of_solvable, other},
          {"cnn", of_solvable, other},
          {"wrn", of_solvable, other},
          {"fc", of_images, "width and depth, or widths, describe a fully connected network"},
          {"solvable", of_images, "f = n^(-1/2) v^T u x has one linear hidden layer"},
          {"solvable", {"residual"}, "f = n^(-1/2) v^T u x has one linear hidden layer"},
          {"cnn",
           {"width", "widths", "depth", "residual", "activation", "base_channels", "shortcut",
            "batch_norm"},
           "model.layers names all of its layers, activations and batch norms among them"},
          {"wrn",
           {"width", "widths", "residual", "layers"},
           "depth, widen and base_channels describe a wide residual network"}};
}

bool is_default(const Deck& deck, const std::string& key) {
  Deck given = deck, plain;
  return find_option(tables_of(given), key)->get() == find_option(tables_of(plain), key)->get();
}

/// One rule a key and kind.
std::vector<Rule> rules_of_unused_keys() {
  std::vector<Rule> all;
  for (const Unused& unused : unused_keys()) {
    for (const std::string name : unused.keys) {
      const std::string kind = unused.kind, reason = unused.reason, key = "model." + name;
      const auto broken = [=](const Candidate& member) -> std::optional<Finding> {
        // In a sweep over model.kind these keys are for the other members.
        const bool unclear = member.sweeps("model.kind") || member.sweeps(key);
        if (member.deck.model.kind != kind || !member.gives(key) || unclear) return std::nullopt;
        if (is_default(member.deck, key)) return std::nullopt;
        return Finding{fmt::format("{} with model.kind = \"{}\"", key, kind), reason,
                       fmt::format("leave {} out", name)};
      };
      all.push_back({{key, "model.kind"}, broken});
    }
  }
  return all;
}

}  // namespace

std::vector<Rule> model_rules() {
  std::vector<Rule> all = {
      {{"model.widths", "model.width", "model.depth", "model.kind"}, widths_agree},
      {{"model.kind", "data.source", "data.outputs", "data.classes"}, solvable_has_one_output},
      {{"model.kind", "model.activation", "model.depth", "model.widths", "model.parametrization",
        "model.sigma_w", "model.sigma_b"},
       solvable_is_plain},
      {{"model.precision", "model.representation", "model.kind"}, gram_is_exact},
      {{"parallel.width_ranks", "model.width", "model.widths", "model.depth", "model.kind"},
       shards_fit},
      {{"parallel.memory", "model.widths", "model.depth", "model.kind"}, activations_can_go},
      {{"model.layers", "model.kind"}, layers_are_named},
      {{"model.depth", "model.kind"}, blocks_are_whole},
      {{"model.kind", "data.source", "data.image"}, images_are_there},
  };
  for (Rule& rule : rules_of_unused_keys()) all.push_back(std::move(rule));
  return all;
}

}  // namespace catapult
