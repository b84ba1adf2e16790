// Work, messages and memory of a chain of dense layers on a grid of ranks.
// defines: LayerCosts
#pragma once

#include <string>
#include <vector>

#include "plan/cost.hpp"

namespace catapult {

/// All for the largest rank: the first block of neurons and of samples. Counts as in cost_of;
/// what is done where is fixed in model/dense.hpp and kernel/assembled.hpp.
class LayerCosts {
 public:
  LayerCosts(const ModelOptions& model, const DataShape& data, const GridShape& grid);

  Index parameters() const;
  double flops_of_step(Index samples) const;  ///< of all ranks

  /// `calls` gets one entry a kind of collective.
  Work step(Index samples, bool momentum, std::vector<Collective>& calls) const;
  Work product(Index samples, std::vector<Collective>& calls) const;
  Work assembly(Index samples, std::vector<Collective>& calls) const;
  Work grams(Index samples, bool every_layer) const;
  Work forward(Index samples) const;

  double bytes_of_parameters(bool momentum) const;  ///< with the sum of gradients over samples
  double bytes_of_tape(double rows, bool with_tangents) const;
  double bytes_of_forward(double rows) const;
  double bytes_of_grams(Index samples, bool every_layer) const;
  double bytes_of_assembly(Index samples) const;

 private:
  struct Dense {
    double in, out;          ///< of the layer
    double own_in, own_out;  ///< of the largest rank's weight (own_out, own_in)
    double shard;            ///< input features of a rank, were they sharded
    bool first, last;
    double weights() const { return own_in * own_out; }
  };

  /// (m, k) times (k, n)
  Work multiply(double m, double n, double k) const;
  /// Reads and writes so many numbers.
  Work pass(double numbers) const { return {.moved = numbers * word_}; }
  bool by_gram(const Dense& layer, Index samples) const {
    return static_cast<double>(samples) <= layer.in;
  }
  double rows_of(Index samples) const;
  double bias_of(const Dense& layer) const { return bias_ ? layer.own_out : 0.0; }

  std::vector<Dense> layers_;
  GridShape grid_;
  double word_;
  bool bias_;
  bool activation_;
  Index parameters_ = 0;
};

}  // namespace catapult
