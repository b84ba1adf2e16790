#include "plan/layer_cost.hpp"

#include <algorithm>
#include <cmath>

#include "base/partition.hpp"
#include "model/build.hpp"

namespace catapult {
namespace {

/// Adds up the calls of one phase by their name.
class Calls {
 public:
  Calls(std::string phase, std::vector<Collective>& all) : phase_(std::move(phase)), all_(all) {}

  /// The whole of `bytes` over `ranks`; a sum is a reduce-scatter and an all-gather.
  void add(const std::string& name, int ranks, double bytes, bool sum = false, double times = 1.0) {
    if (ranks == 1 || times == 0.0) return;
    const double turns = sum ? 2.0 : 1.0;
    put({phase_, name, times, times * turns * bytes * (ranks - 1.0) / ranks,
         times * turns * std::ceil(std::log2(ranks))});
  }
  /// To one other rank.
  void add_message(const std::string& name, double bytes, double times) {
    if (times > 0.0) put({phase_, name, times, times * bytes, times});
  }
  /// `work` with the messages of this phase.
  Work join(Work work) const {
    for (const Collective& call : all_) {
      if (call.phase == phase_) work += {.messages = call.messages, .sent = call.sent};
    }
    return work;
  }

 private:
  void put(const Collective& call) {
    for (Collective& known : all_) {
      if (known.phase != call.phase || known.name != call.name) continue;
      known.calls += call.calls;
      known.sent += call.sent;
      known.messages += call.messages;
      return;
    }
    all_.push_back(call);
  }

  std::string phase_;
  std::vector<Collective>& all_;
};

double first_block(Index count, int parts) {
  return static_cast<double>(block_of(count, parts, 0).size());
}

constexpr double rows_of_tile = 256.0;                  // of the kernel, at most (kernel/tiles.cpp)
constexpr double sums_of_score = 2.0 * sizeof(double);  // square error and correct answers

}  // namespace

LayerCosts::LayerCosts(const ModelOptions& model, const DataShape& data, const GridShape& grid)
    : grid_(grid),
      word_(model.precision == "f64" ? 8.0 : 4.0),
      bias_(model.sigma_b > 0.0),
      activation_(model.kind == "fc" && model.activation != "linear") {
  std::vector<Index> sizes = hidden_widths(model);
  sizes.insert(sizes.begin(), data.inputs);
  sizes.push_back(data.outputs);
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    const bool last = i + 2 == sizes.size();
    const double in = static_cast<double>(sizes[i]), out = static_cast<double>(sizes[i + 1]);
    const double shard = first_block(sizes[i], grid.width_ranks);
    layers_.push_back({in, out, last ? shard : in,
                       last ? out : first_block(sizes[i + 1], grid.width_ranks), shard, i == 0,
                       last});
    parameters_ += sizes[i + 1] * (sizes[i] + (bias_ ? 1 : 0));
  }
}

Index LayerCosts::parameters() const { return parameters_; }

double LayerCosts::flops_of_step(Index samples) const {
  double sum = 0.0;
  for (const Dense& l : layers_) sum += (l.first ? 4.0 : 6.0) * l.in * l.out;
  return static_cast<double>(samples) * sum;
}

double LayerCosts::rows_of(Index samples) const { return first_block(samples, grid_.sample_ranks); }

Work LayerCosts::multiply(double m, double n, double k) const {
  return {.flops = 2.0 * m * n * k, .moved = word_ * (m * k + k * n + m * n)};
}

Work LayerCosts::forward(Index samples) const {
  const double rows = rows_of(samples);
  std::vector<Collective> list;
  Calls calls("forward", list);
  Work work;
  for (const Dense& l : layers_) {
    work += multiply(rows, l.own_out, l.own_in);
    if (activation_ && !l.last) work += pass(2.0 * rows * l.own_out);
    if (!l.first && !l.last) calls.add("gather", grid_.width_ranks, word_ * rows * l.in);
    if (l.last) calls.add("sum", grid_.width_ranks, word_ * rows * l.out, true);
  }
  return calls.join(work);
}

Work LayerCosts::step(Index samples, bool momentum, std::vector<Collective>& list) const {
  const double rows = rows_of(samples);
  const int width = grid_.width_ranks, sample = grid_.sample_ranks;
  Calls calls("step", list);
  Work work;
  for (const Dense& l : layers_) {
    work += multiply(rows, l.own_out, l.own_in);  // forward
    work += multiply(l.own_out, l.own_in, rows);  // gradient
    work += pass(l.weights());                    // it is added to what is there
    if (!l.first) work += multiply(rows, l.own_in, l.own_out);
    if (activation_ && !l.last) work += pass(5.0 * rows * l.own_out);  // h in place; slope, error
    if (sample > 1) work += pass(3.0 * l.weights());
    if (momentum) work += pass(3.0 * l.weights());
    if (!l.first && !l.last) {
      calls.add("gather activations", width, word_ * rows * l.in);
      calls.add("scatter errors", width, word_ * rows * l.in);
    }
    if (l.last) calls.add("sum outputs", width, word_ * rows * l.out, true);
    calls.add("sum gradients", sample, word_ * (l.weights() + bias_of(l)), true);
  }
  calls.add("sum scores", sample, sums_of_score, true);
  return calls.join(work);
}

Work LayerCosts::product(Index samples, std::vector<Collective>& list) const {
  const double rows = rows_of(samples), all = static_cast<double>(samples);
  const int width = grid_.width_ranks, sample = grid_.sample_ranks;
  const bool joined = layers_.size() > 1;
  Calls calls("product", list);
  Work work;
  calls.add("gather vectors", width, sizeof(double) * rows * layers_.back().out);
  for (const Dense& l : layers_) {
    if (!l.first) work += multiply(rows, l.own_in, l.own_out);         // errors back
    if (!l.first) work += multiply(rows, l.own_out, l.own_in);         // tangents forward
    if (activation_ && !l.last) work += pass(6.0 * rows * l.own_out);  // slopes, twice
    if (!l.first && !l.last) {
      calls.add("scatter errors", width, word_ * rows * l.in);
      calls.add("gather tangents", width, word_ * rows * l.in);
    }
    if (by_gram(l, samples)) {
      work += multiply(rows, l.own_out, all);
      calls.add("gather errors", sample, word_ * all * l.own_out);
    } else {
      work += multiply(l.own_out, l.own_in, rows);
      work += multiply(rows, l.own_out, l.own_in);
      calls.add("sum gradients", sample, word_ * (l.weights() + bias_of(l)), true);
    }
    if (l.last && (joined || !by_gram(l, samples))) {
      calls.add("sum outputs", width, word_ * rows * l.out, true);
    }
  }
  return calls.join(work);
}

Work LayerCosts::grams(Index samples, bool every_layer) const {
  const double rows = rows_of(samples), all = static_cast<double>(samples);
  // Panels below the diagonal only, where all samples are here.
  const double share = grid_.sample_ranks == 1 ? 0.5625 : 1.0;
  std::vector<Collective> list;
  Calls calls("grams", list);
  Work work;
  for (const Dense& l : layers_) {
    if (!every_layer && !by_gram(l, samples)) continue;
    work += share * multiply(rows, all, l.shard);
    calls.add("gather features", grid_.sample_ranks, word_ * all * l.shard);
    calls.add("sum grams", grid_.width_ranks, word_ * rows * all, true);
  }
  return calls.join(work);
}

Work LayerCosts::assembly(Index samples, std::vector<Collective>& list) const {
  const double rows = rows_of(samples), all = static_cast<double>(samples);
  const double k = layers_.back().out;
  const int width = grid_.width_ranks, sample = grid_.sample_ranks;
  // Of two mirror images one is computed; the tiles on the diagonal are whole.
  const double diagonal = std::min(rows_of_tile, k * all / grid_.ranks()) / (k * all);
  const double half = 0.5 * (1.0 + diagonal);
  const double turns = sample / 2;
  const double panels = half * k * rows * k * all;  // entries computed by the ranks of a row
  Calls calls("assembly", list);
  Work work;
  for (const Dense& l : layers_) {
    if (!l.first) work += multiply(k * rows, l.own_in, l.own_out);  // k unit vectors back
    if (!l.first && !l.last) calls.add("scatter errors", width, word_ * k * rows * l.in);
    if (activation_ && !l.last) work += pass(3.0 * k * rows * l.own_out);
    work += half * multiply(rows, all, l.shard);
    work += half * multiply(k * rows, k * all, l.own_out);
    work += pass(3.0 * panels);  // Gram matrix times errors, added
    calls.add("sum grams", width, word_ * half * rows * all, true);
    calls.add_message("pass features and errors", word_ * rows * (l.shard + k * l.own_out), turns);
  }
  calls.add("sum panels", width, word_ * panels);
  work += pass(2.0 * panels / width);
  calls.add_message("mirror panels", word_ * panels / width, grid_.ranks() > 1 ? 1.0 : 0.0);
  return calls.join(work);
}

double LayerCosts::bytes_of_parameters(bool momentum) const {
  double weights = 0.0;
  for (const Dense& l : layers_) weights += l.weights() + bias_of(l);
  return word_ * weights * (1.0 + (momentum ? 1.0 : 0.0) + (grid_.sample_ranks > 1 ? 1.0 : 0.0));
}

double LayerCosts::bytes_of_forward(double rows) const {
  double numbers = 0.0;
  for (const Dense& l : layers_) {
    numbers += rows * l.own_out;
    if (grid_.width_ranks > 1 && !l.first && !l.last) numbers += rows * l.in;  // gathered
  }
  return word_ * numbers;
}

double LayerCosts::bytes_of_tape(double rows, bool with_tangents) const {
  double numbers = 0.0;
  for (const Dense& l : layers_) {
    numbers += rows * l.own_out * (with_tangents ? 2.0 : 1.0);
    if (grid_.width_ranks > 1 && !l.first && !l.last) numbers += rows * l.in;  // to be scattered
  }
  return bytes_of_forward(rows) + word_ * numbers;
}

double LayerCosts::bytes_of_grams(Index samples, bool every_layer) const {
  double numbers = 0.0;
  for (const Dense& l : layers_) {
    if (every_layer || by_gram(l, samples)) {
      numbers += rows_of(samples) * static_cast<double>(samples);
      // Errors, or features, of all samples while a product needs them.
      if (grid_.sample_ranks > 1) {
        numbers += static_cast<double>(samples) * std::max(l.own_out, l.shard);
      }
    } else {
      numbers += l.weights() + bias_of(l);  // a gradient on the way
    }
  }
  return word_ * numbers;
}

double LayerCosts::bytes_of_assembly(Index samples) const {
  const double k = layers_.back().out, rows = rows_of(samples);
  double numbers = 0.0;
  for (const Dense& l : layers_) {
    // Errors as they come back and by sample, features; those of one other sample rank.
    numbers += rows * (2.0 * k * l.own_out + l.shard);
    if (grid_.sample_ranks > 1) numbers += rows * (k * l.own_out + l.shard);
  }
  const double size = k * static_cast<double>(samples);
  return word_ * numbers + sizeof(double) * size * size / grid_.ranks();
}

}  // namespace catapult
