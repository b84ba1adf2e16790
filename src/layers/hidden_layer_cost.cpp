// What the hidden layer's maps cost; what is done where is fixed in the files beside this one.
#include "layers/hidden_layer.hpp"
#include "linalg/product.hpp"

namespace catapult {

/// Numbers of the first rank.
template <class Real>
struct HiddenLayer<Real>::Sizes {
  double rows, samples;  ///< of this rank, of all
  double in, neurons, out;
  double blocks, largest;  ///< of neurons
  double each;             ///< parameters of a neuron
  double shard;            ///< input features of a rank, were they shared out
  double biases;           ///< kernels for the first bias, a block
  double last_biases;      ///< numbers of the last one
  bool by_gram;
};

template <class Real>
typename HiddenLayer<Real>::Sizes HiddenLayer<Real>::sizes(const CostSheet& sheet) const {
  const Index blocks = blocks_of(sheet.batch());
  const auto number = [](Index count) { return static_cast<double>(count); };
  return {.rows = sheet.rows(),
          .samples = sheet.samples(),
          .in = number(inputs()),
          .neurons = number(neurons()),
          .out = number(outputs()),
          .blocks = number(blocks),
          .largest = number(largest_block(blocks)),
          .each = number(each()),
          .shard = number(local_channels(shape_, {.channels = inputs(), .sharded = true}).size()),
          .biases = first_scales_.has_bias() ? 1.0 : 0.0,
          .last_biases = number(last_biases()),
          .by_gram = by_gram(sheet.batch().samples)};
}

template <class Real>
template <class Use>
void HiddenLayer<Real>::for_block_sizes(const Sizes& size, const Use& use) const {
  const double least = std::floor(size.neurons / size.blocks);
  const double larger = size.neurons - least * size.blocks;
  if (larger > 0.0) use(least + 1.0, larger);
  if (least > 0.0) use(least, size.blocks - larger);
}

template <class Real>
void HiddenLayer<Real>::cost_of_function(Phase phase, const Sizes& size, CostSheet& sheet) const {
  const double before = sheet.work().launches;
  function_->cost(phase, sheet);  // of all neurons at once
  sheet.launch((size.blocks - 1.0) * (sheet.work().launches - before));
}

template <class Real>
void HiddenLayer<Real>::cost_of_first(const Sizes& size, CostSheet& sheet) const {
  for_block_sizes(size, [&](double neurons, double times) {
    sheet.multiply(Product{Op::none, Op::transpose, size.rows, neurons, size.in, times});
  });
  sheet.launch(size.blocks * size.biases);
}

template <class Real>
void HiddenLayer<Real>::cost_of_last(const Sizes& size, CostSheet& sheet) const {
  for_block_sizes(size, [&](double neurons, double times) {
    sheet.multiply(Product{Op::none, Op::transpose, size.rows, size.out, neurons, times});
  });
}

template <class Real>
void HiddenLayer<Real>::cost_of_restoring(const Sizes& size, CostSheet& sheet) const {
  if (!stores(sheet.batch())) cost_of_first(size, sheet);
  const bool apart = function_->use().keeps_input;
  if (!stores(sheet.batch()) || apart) cost_of_function(Phase::forward, size, sheet);
}

template <class Real>
void HiddenLayer<Real>::cost_of_gradient(const Sizes& size, CostSheet& sheet) const {
  for_block_sizes(size, [&](double neurons, double times) {
    sheet.multiply(Product{Op::none, Op::none, size.rows, neurons, size.out, times});
    sheet.multiply(Product{Op::transpose, Op::none, size.out, neurons, size.rows, times});
    sheet.multiply(Product{Op::transpose, Op::none, neurons, size.in, size.rows, times});
  });
  sheet.launch(size.blocks * size.biases);
  sheet.share(Room::errors, size.rows * size.largest);
}

template <class Real>
void HiddenLayer<Real>::cost_of_push(const Sizes& size, CostSheet& sheet) const {
  cost_of_first(size, sheet);
  cost_of_last(size, sheet);
  cost_of_last(size, sheet);
  sheet.share(Room::tangents, size.rows * size.largest);
}

template <class Real>
void HiddenLayer<Real>::cost(Phase phase, CostSheet& sheet) const {
  const Sizes size = sizes(sheet);
  const double last_bias = size.last_biases > 0.0 ? 1.0 : 0.0;
  switch (phase) {
    case Phase::forward:
      cost_of_first(size, sheet);
      cost_of_function(phase, size, sheet);
      cost_of_last(size, sheet);
      sheet.launch(last_bias);
      sheet.sum("sum outputs", shape_.width_ranks, size.rows * size.out);
      sheet.keep(size.rows * (stores(sheet.batch()) ? size.neurons : size.largest));
      if (function_->use().keeps_input) sheet.share(Room::values, size.rows * size.largest);
      return;
    case Phase::repeat:
      return;
    case Phase::backward:
      return cost_of_backward(size, sheet);
    case Phase::pushforward:
      cost_of_restoring(size, sheet);
      cost_of_function(phase, size, sheet);
      cost_of_push(size, sheet);
      sheet.launch(last_bias);
      sheet.sum("sum outputs", shape_.width_ranks, size.rows * size.out);
      return;
    case Phase::grams:
      return cost_of_grams(size, sheet);
    case Phase::product:
      return cost_of_product(size, sheet);
    case Phase::assembly:
      return cost_of_assembly(size, sheet);
  }
}

template <class Real>
void HiddenLayer<Real>::cost_of_backward(const Sizes& size, CostSheet& sheet) const {
  cost_of_restoring(size, sheet);
  cost_of_gradient(size, sheet);
  cost_of_function(Phase::backward, size, sheet);
  const double parameters = size.neurons * size.each;
  sheet.pass(parameters, /*launches=*/0.0);  // the products add the gradient to what is there
  if (size.last_biases > 0.0) {
    sheet.launch(2.0);
    sheet.sum("sum gradients", shape_.sample_ranks, size.last_biases);
  }
  if (shape_.sample_ranks == 1) return;
  sheet.pass(3.0 * parameters, size.blocks * (2.0 + size.biases));
  sheet.keep(PendingSums<Real>::rooms * size.largest * size.each);
  sheet.sum("sum gradients", shape_.sample_ranks, parameters, size.blocks);
}

template <class Real>
void HiddenLayer<Real>::cost_of_grams(const Sizes& size, CostSheet& sheet) const {
  if (!size.by_gram) return sheet.keep(size.largest * size.each);  // gradients on the way
  const bool alone = shape_.sample_ranks == 1;
  const auto add = [&](double features, double times) {
    if (alone) {
      for (double i = 0.0; i < times; ++i) sheet.multiply_by_itself(size.rows, features);
      return;
    }
    sheet.multiply(Product{Op::none, Op::transpose, size.rows, size.samples, features, times});
    sheet.launch(times);  // the rows as they are sent
    for (double i = 0.0; i < times; ++i) {
      sheet.gather("gather features", shape_.sample_ranks, size.samples * features);
    }
  };
  add(size.shard, 1.0);
  cost_of_restoring(size, sheet);
  for_block_sizes(size, add);
  const double offsets[] = {size.biases, last_scales_.has_bias() ? 1.0 : 0.0};
  for (const double offset : offsets) {
    sheet.launch(offset);
    sheet.sum("sum grams", shape_.width_ranks, size.rows * size.samples);
  }
  sheet.keep(2.0 * size.rows * size.samples);
  if (packs_signs()) {
    const double words = size.rows * size.neurons / (8.0 * sheet.word());
    sheet.pass(size.rows * size.neurons + words, size.blocks);
    sheet.keep(words);
  }
  // Errors, or features, of all samples while a product needs them.
  if (!alone) sheet.keep(size.samples * std::max({size.largest, size.shard, size.out}));
}

template <class Real>
void HiddenLayer<Real>::cost_of_product(const Sizes& size, CostSheet& sheet) const {
  cost_of_function(Phase::product, size, sheet);
  if (size.by_gram) {
    if (packs_signs()) {
      sheet.pass(size.rows * size.neurons, size.blocks);
      cost_of_function(Phase::forward, size, sheet);
    } else if (!stores(sheet.batch())) {
      cost_of_restoring(size, sheet);
    }
    for_block_sizes(size, [&](double neurons, double times) {
      sheet.multiply(Product{Op::none, Op::none, size.rows, neurons, size.out, times});
      sheet.multiply(Product{Op::none, Op::none, size.rows, neurons, size.samples, times});
      for (double i = 0.0; i < times; ++i) {
        sheet.gather("gather errors", shape_.sample_ranks, size.samples * neurons);
      }
    });
    cost_of_last(size, sheet);
    sheet.multiply(Product{Op::none, Op::none, size.rows, size.out, size.samples});
    sheet.gather("gather errors", shape_.sample_ranks, size.samples * size.out);
    for (const Room room : {Room::errors, Room::tangents}) {
      sheet.share(room, size.rows * size.largest);
    }
  } else {
    cost_of_restoring(size, sheet);
    cost_of_gradient(size, sheet);
    cost_of_push(size, sheet);
    sheet.sum("sum gradients", shape_.sample_ranks, size.neurons * size.each, size.blocks);
    if (size.last_biases > 0.0) {
      sheet.launch(2.0);
      sheet.sum("sum gradients", shape_.sample_ranks, size.last_biases);
    }
  }
  sheet.sum("sum outputs", shape_.width_ranks, size.rows * size.out);
}

template <class Real>
void HiddenLayer<Real>::cost_of_assembly(const Sizes& size, CostSheet& sheet) const {
  cost_of_restoring(size, sheet);
  cost_of_function(Phase::assembly, size, sheet);
  sheet.pass(5.0 * size.rows * size.neurons, 3.0 * size.blocks);  // ones, and the two terms' copies
  sheet.multiply(Product{Op::none, Op::none, size.out, size.neurons, size.out});
  sheet.pass(2.0 * size.out * size.rows * size.out);  // errors of the outputs, put in order
  sheet.share(Room::errors, size.rows * size.largest);
  sheet.add_term(TermSize{size.shard, size.neurons, false, true});
  sheet.add_term(TermSize{size.neurons, size.out, true, false});
}

#define CATAPULT_INSTANTIATE(Real) template void HiddenLayer<Real>::cost(Phase, CostSheet&) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
