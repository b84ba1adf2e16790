#include "layers/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace catapult {
namespace {

struct Word {
  std::string text;
  std::size_t column = 0;  ///< in the entry, from 1
};

std::vector<Word> split(const std::string& text) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    if (i == 0 || text[i - 1] == ' ') words.push_back({"", i + 1});
    words.back().text += text[i];
  }
  return words;
}

/// "model.layers has "conv 3" as number 2": entries count from 1 for people.
std::string place_of(const std::string& text, Index number) {
  return fmt::format("model.layers has \"{}\" as number {}", text, number + 1);
}

/// Reads one entry from left to right.
class Reader {
 public:
  Reader(const std::string& text, Index number) : text_(text), number_(number), words_(split(text)) {}

  LayerWords read() {
    using Kind = LayerWords::Kind;
    layer_.text = text_;
    layer_.number = number_;
    if (words_.empty()) refuse("it is empty", "name a layer");
    const std::string first = words_[next_++].text;
    if (first == "conv") {
      read_convolution();
    } else if (first == "maxpool" || first == "avgpool") {
      layer_.kind = first == "maxpool" ? Kind::max_pool : Kind::average_pool;
      read_pool(first);
    } else if (first == "dense") {
      layer_.kind = Kind::dense;
      layer_.channels = count("neurons", "\"dense 256\"");
    } else if (first == "mean" || first == "flatten" || first == "batchnorm") {
      layer_.kind = first == "mean"      ? Kind::mean
                    : first == "flatten" ? Kind::flatten
                                         : Kind::batch_norm;
    } else {
      read_activation(first);
    }
    if (next_ < words_.size()) refuse_word(words_[next_], "nothing follows here", "leave it out");
    return layer_;
  }

 private:
  void read_convolution() {
    const char* example = "\"conv 320 same [kernel 3] [stride 1]\"";
    layer_.kind = LayerWords::Kind::conv;
    layer_.channels = count("channels", example);
    const bool padding = next_ < words_.size() &&
                         (words_[next_].text == "same" || words_[next_].text == "valid");
    if (!padding) missing("same or valid", example);
    layer_.same = words_[next_++].text == "same";
    read_named({"kernel", "stride"}, example);
  }

  void read_pool(const std::string& name) {
    const std::string example = fmt::format("\"{} 2 [stride 2]\"", name);
    layer_.window = layer_.stride = count("pixels of a window", example);
    if (layer_.kind == LayerWords::Kind::max_pool && layer_.window > 16) {
      refuse_word(words_[next_ - 1], "windows have at most 16 x 16 pixels", "choose a smaller one");
    }
    read_named({"stride"}, example);
  }

  /// "kernel K" and "stride S", each at most once.
  void read_named(std::vector<std::string> names, const std::string& example) {
    while (next_ < words_.size()) {
      const Word word = words_[next_];
      const auto found = std::find(names.begin(), names.end(), word.text);
      if (found == names.end()) {
        refuse_word(word, names.empty() ? "nothing follows here"
                                        : fmt::format("{} may follow", fmt::join(names, " or ")),
                    fmt::format("write {}", example));
      }
      ++next_;
      (word.text == "kernel" ? layer_.window : layer_.stride) = count(word.text, example);
      names.erase(found);
    }
  }

  void read_activation(const std::string& name) {
    const auto& names = activation_names();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      refuse_word(words_[0], "no layer has this name",
                  fmt::format("choose conv, maxpool, avgpool, mean, flatten, dense, batchnorm or an "
                              "activation ({})",
                              fmt::join(names, ", ")));
    }
    layer_.kind = LayerWords::Kind::activation;
    layer_.activation = name;
  }

  /// A whole number above 0.
  Index count(const std::string& what, const std::string& example) {
    if (next_ == words_.size()) missing("the number of " + what, example);
    const Word& word = words_[next_];
    const char *begin = word.text.data(), *end = begin + word.text.size();
    Index value = 0;
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || stop != end || value < 1) {
      refuse_word(word, fmt::format("{} are a whole number above 0", what),
                  fmt::format("write {}", example));
    }
    ++next_;
    return value;
  }

  [[noreturn]] void missing(const std::string& what, const std::string& example) const {
    if (next_ < words_.size()) {
      refuse_word(words_[next_], "expected " + what, fmt::format("write {}", example));
    }
    refuse("missing at its end: " + what, fmt::format("write {}", example));
  }
  [[noreturn]] void refuse_word(const Word& word, const std::string& reason,
                                const std::string& advice) const {
    refuse(fmt::format("at column {}, \"{}\": {}", word.column, word.text, reason), advice);
  }
  [[noreturn]] void refuse(const std::string& reason, const std::string& advice) const {
    throw LayersError(place_of(text_, number_), reason, advice);
  }

  const std::string& text_;
  Index number_;
  std::vector<Word> words_;
  std::size_t next_ = 0;
  LayerWords layer_;
};

}  // namespace

LayersError::LayersError(const std::string& what_is_wrong, const std::string& why,
                         const std::string& what_to_do)
    : UsageError(fmt::format("{} ({}); {}", what_is_wrong, why, what_to_do)),
      problem(what_is_wrong),
      reason(why),
      advice(what_to_do) {}

std::vector<LayerWords> read_layers(const std::vector<std::string>& layers) {
  std::vector<LayerWords> all;
  for (const std::string& text : layers) {
    all.push_back(Reader(text, static_cast<Index>(all.size())).read());
  }
  return all;
}

LayersError misplaced(const LayerWords& layer, const std::string& reason,
                      const std::string& advice) {
  return {place_of(layer.text, layer.number), reason, advice};
}

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names = {"relu", "leaky_relu", "tanh", "erf", "linear"};
  return names;
}

}  // namespace catapult
