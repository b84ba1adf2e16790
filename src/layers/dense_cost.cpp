// What the dense layer's maps cost; what is done where is fixed in the files beside this one.
#include "layers/dense.hpp"
#include "linalg/product.hpp"

namespace catapult {

/// Numbers of the first rank: its weight is (own_out, own_in).
template <class Real>
struct Dense<Real>::Sizes {
  double in, out;  ///< of the layer
  double own_in, own_out;
  double shard;           ///< input features of a rank, were they sharded
  double parameters;      ///< of this rank
  double blocks;          ///< in which gradients are summed
  double block_elements;  ///< of such a block
  bool between;           ///< shards are gathered: neither first nor last
  double shards;          ///< in which gathered features lie, a product each
  double biases;          ///< 1 where this rank adds any, else 0
};

template <class Real>
typename Dense<Real>::Sizes Dense<Real>::sizes() const {
  const auto rows = static_cast<double>(weight().rows.size());
  const auto columns = static_cast<double>(weight().columns.size());
  const auto block = static_cast<double>(gradient_block());
  const bool between = input_.sharded && output_.sharded;
  return {.in = static_cast<double>(input_.features()),
          .out = static_cast<double>(output_.features()),
          .own_in = columns,
          .own_out = rows,
          .shard = static_cast<double>(
              local_channels(shape_, {.channels = input_.features(), .sharded = true}).size()),
          .parameters = static_cast<double>(this->parameters()),
          .blocks = std::ceil(rows / block),
          .block_elements = block * (columns + 1.0),
          .between = between,
          .shards = between ? static_cast<double>(shape_.width_ranks) : 1.0,
          .biases = has_bias() && bias().size() > 0 ? 1.0 : 0.0};
}

template <class Real>
void Dense<Real>::cost(Phase phase, CostSheet& sheet) const {
  const Sizes size = sizes();
  const double rows = sheet.rows();
  switch (phase) {
    case Phase::forward:
      sheet.multiply(Product{Op::none, Op::transpose, rows, size.own_out, size.own_in},
                     size.shards);
      sheet.launch(size.biases);
      if (size.between) sheet.gather("gather activations", shape_.width_ranks, rows * size.in);
      if (size.between && shape_.width_ranks > 1) sheet.keep(rows * size.in);
      if (!output_.sharded) sheet.sum("sum outputs", shape_.width_ranks, rows * size.out);
      return;
    case Phase::repeat:
      return;
    case Phase::backward:
      return cost_of_backward(size, sheet);
    case Phase::pushforward:
      return cost_of_pushforward(size, sheet);
    case Phase::grams:
      if (!by_gram(static_cast<Index>(sheet.samples()))) {
        return sheet.keep(PendingSums<Real>::rooms * size.block_elements);  // gradients on the way
      }
      if (shape_.sample_ranks == 1) {
        sheet.multiply_by_itself(rows, size.shard);
      } else {
        sheet.multiply(Product{Op::none, Op::transpose, rows, sheet.samples(), size.shard});
        sheet.launch(1.0);  // the rows as they are sent
      }
      sheet.launch(has_bias() ? 1.0 : 0.0);
      sheet.gather("gather features", shape_.sample_ranks, sheet.samples() * size.shard);
      sheet.sum("sum grams", shape_.width_ranks, rows * sheet.samples());
      sheet.keep(rows * sheet.samples());
      // Errors, or features, of all samples while a product needs them.
      if (shape_.sample_ranks > 1) sheet.keep(sheet.samples() * std::max(size.own_out, size.shard));
      return;
    case Phase::product:
      return cost_of_product(size, sheet);
    case Phase::assembly:
      return cost_of_assembly(size, sheet);
  }
}

template <class Real>
void Dense<Real>::cost_of_backward(const Sizes& size, CostSheet& sheet) const {
  const double rows = sheet.rows(), weights = size.own_in * size.own_out;
  const double blocks = shape_.sample_ranks > 1 ? size.blocks : 1.0;
  sheet.multiply(Product{Op::transpose, Op::none, size.own_out, size.own_in, rows},
                 blocks * size.shards);
  sheet.launch(blocks * size.biases);
  sheet.pass(weights, /*launches=*/0.0);  // the product adds the gradient to what is there
  if (input_.sharded) {
    sheet.multiply(Product{Op::none, Op::none, rows, size.own_in, size.own_out}, size.shards);
  }
  if (shape_.sample_ranks > 1) {
    sheet.pass(3.0 * weights, blocks * (1.0 + size.biases));
    sheet.keep(PendingSums<Real>::rooms * size.block_elements);
  }
  if (size.between) sheet.gather("scatter errors", shape_.width_ranks, rows * size.in);
  if (size.between && shape_.width_ranks > 1) sheet.keep(rows * size.in);
  sheet.sum("sum gradients", shape_.sample_ranks, size.parameters, size.blocks);
}

template <class Real>
void Dense<Real>::cost_of_pushforward(const Sizes& size, CostSheet& sheet) const {
  const double rows = sheet.rows();
  const Product product{Op::none, Op::transpose, rows, size.own_out, size.own_in};
  if (input_.sharded) sheet.multiply(product, size.shards);
  sheet.multiply(product, size.shards);
  sheet.launch(size.biases);
  if (size.between) sheet.gather("gather tangents", shape_.width_ranks, rows * size.in);
  if (!output_.sharded) sheet.sum("sum outputs", shape_.width_ranks, rows * size.out);
}

template <class Real>
void Dense<Real>::cost_of_product(const Sizes& size, CostSheet& sheet) const {
  const double rows = sheet.rows();
  const bool gram_form = by_gram(static_cast<Index>(sheet.samples()));
  if (input_.sharded) {
    // Errors back, tangents forth.
    sheet.multiply(Product{Op::none, Op::none, rows, size.own_in, size.own_out}, size.shards);
    sheet.multiply(Product{Op::none, Op::transpose, rows, size.own_out, size.own_in}, size.shards);
  }
  if (size.between) {
    sheet.gather("scatter errors", shape_.width_ranks, rows * size.in);
    sheet.gather("gather tangents", shape_.width_ranks, rows * size.in);
  }
  if (gram_form) {
    sheet.multiply(Product{Op::none, Op::none, rows, size.own_out, sheet.samples()});
    sheet.gather("gather errors", shape_.sample_ranks, sheet.samples() * size.own_out);
  } else {
    const double products = size.blocks * size.shards;
    sheet.multiply(Product{Op::transpose, Op::none, size.own_out, size.own_in, rows}, products);
    sheet.multiply(Product{Op::none, Op::transpose, rows, size.own_out, size.own_in}, products);
    sheet.launch(2.0 * size.blocks * size.biases);
    sheet.sum("sum gradients", shape_.sample_ranks, size.parameters, size.blocks);
  }
  if (!output_.sharded && (input_.sharded || !gram_form)) {
    sheet.sum("sum outputs", shape_.width_ranks, rows * size.out);
  }
}

template <class Real>
void Dense<Real>::cost_of_assembly(const Sizes& size, CostSheet& sheet) const {
  const double rows = rows_pulled_back(sheet, jacobian());
  if (input_.sharded) {
    sheet.multiply(Product{Op::none, Op::none, rows, size.own_in, size.own_out}, size.shards);
  }
  const bool has_slopes = sheet.errors() == ErrorForm::with_slopes;
  const double all = sheet.outputs() * sheet.rows() * size.own_out;
  if (!has_slopes) sheet.pass(2.0 * all);                   // put in order
  if (has_slopes && input_.sharded) sheet.pass(2.0 * all);  // multiplied out
  if (size.between) sheet.gather("scatter errors", shape_.width_ranks, rows * size.in);
  sheet.add_term(TermSize{size.shard, size.own_out, !output_.sharded, has_slopes});
}

#define CATAPULT_INSTANTIATE(Real) template void Dense<Real>::cost(Phase, CostSheet&) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
