#include "curvature/panel.hpp"

#include <algorithm>
#include <cmath>

#include "curvature/tiles.hpp"
#include "linalg/element_loops.hpp"
#include "linalg/exchange.hpp"
#include "linalg/product.hpp"

namespace catapult {
namespace {

/// panel((a, i), (b, j)) += (gram(a, b) + offset) errors((a, i), (b, j))
template <class Real>
void add_elementwise_product(const MatrixRef<const Real>& gram, Real offset,
                             const MatrixRef<const Real>& errors, Index outputs,
                             const MatrixRef<Real>& panel) {
  for_blocks_of_rows(
      "add_kernel_panel", static_cast<Index>(panel.extent(0)), static_cast<Index>(gram.extent(1)),
      outputs, KOKKOS_LAMBDA(Index row, Index sample, Index output) {
        const Index column = sample * outputs + output;
        panel(row, column) += (gram(row / outputs, sample) + offset) * errors(row, column);
      });
}

/// Products of errors that are units(i) o slopes(a), at `rows` by `columns` samples: those of
/// outputs i and j are those of j and i. Of ten groups of outputs, those with the outputs of this
/// group and the ones behind it are held, a matrix a group: more groups would be smaller products,
/// fewer would be more arithmetic.
struct OutputPairs {
  Index rows = 0, columns = 0, outputs = 0;
  Index group = 0;  ///< outputs of a group; the last one may have fewer

  OutputPairs(Index rows, Index columns, Index outputs)
      : rows(rows), columns(columns), outputs(outputs), group((outputs + 9) / 10) {}

  Index groups() const { return (outputs + group - 1) / group; }
  /// Outputs of group g, and those with which they are multiplied.
  Index height(Index g) const { return std::min(group, outputs - g * group); }
  KOKKOS_INLINE_FUNCTION Index width(Index g) const { return outputs - g * group; }
  /// Of group g, (height * rows, width * columns), by outputs.
  KOKKOS_INLINE_FUNCTION Index begin(Index g) const {
    return rows * columns * group * (g * outputs - group * (g * (g - 1) / 2));
  }
  KOKKOS_INLINE_FUNCTION Index at(Index a, Index i, Index b, Index j) const {
    const Index low = i < j ? i : j, high = i < j ? j : i;
    const Index g = low / group, first = g * group;
    return begin(g) + ((low - first) * rows + a) * width(g) * columns + (high - first) * columns +
           b;
  }
  /// Products of two outputs, in all.
  Index pairs() const {
    Index sum = 0;
    for (Index g = 0; g < groups(); ++g) sum += height(g) * width(g);
    return sum;
  }
};

/// panel((a, i), (b, j)) += (gram(a, b) + offset) products of the pair
template <class Real>
void add_elementwise_product(const MatrixRef<const Real>& gram, Real offset,
                             const Vector<const Real>& products, const OutputPairs& pairs,
                             const MatrixRef<Real>& panel) {
  const Index outputs = pairs.outputs;
  for_blocks_of_rows(
      "add_kernel_panel", static_cast<Index>(panel.extent(0)), pairs.columns, outputs,
      KOKKOS_LAMBDA(Index row, Index sample, Index output) {
        const Index a = row / outputs;
        panel(row, sample * outputs + output) +=
            (gram(a, sample) + offset) * products(pairs.at(a, row % outputs, sample, output));
      });
}

/// Neurons whose errors are multiplied out at a time.
constexpr Index most_neurons = 512;

/// errors (outputs * samples, neurons) of these neurons, by outputs, out of their two factors
template <class Real>
void multiply_out(const KernelTerm<Real>& term, const Block& neurons,
                  const MatrixRef<Real>& errors) {
  const Matrix<const Real> units = term.errors, slopes = term.slopes;
  const Index first = neurons.begin, samples = static_cast<Index>(slopes.extent(0));
  for_elements(
      "kernel_errors", static_cast<Index>(errors.extent(0)), neurons.size(),
      KOKKOS_LAMBDA(Index row, Index neuron) {
        errors(row, neuron) =
            units(row / samples, first + neuron) * slopes(row % samples, first + neuron);
      });
}

/// products <- errors errors^T of terms with slopes. `storage`: for errors.
template <class Real>
void multiply_errors(const KernelTerm<Real>& rows, const KernelTerm<Real>& columns,
                     const OutputPairs& pairs, Vector<Real>& storage,
                     const Vector<Real>& products) {
  const Index height = pairs.rows * pairs.outputs, width = pairs.columns * pairs.outputs;
  const auto all = static_cast<Index>(rows.slopes.extent(1));
  if (all == 0) return fill(products, Real(0));
  const Vector<Real> room = room_for(storage, (height + width) * std::min(all, most_neurons));
  for (Index begin = 0; begin < all; begin += most_neurons) {
    const Block neurons{begin, std::min(all, begin + most_neurons)};
    const Index count = neurons.size();
    Real* const left = room.data();
    Real* const right = left + height * count;
    multiply_out(rows, neurons, matrix_over(left, height, count));
    multiply_out(columns, neurons, matrix_over(right, width, count));
    for (Index g = 0; g < pairs.groups(); ++g) {
      const Index first = g * pairs.group, ours = pairs.height(g) * pairs.rows,
                  others = pairs.width(g) * pairs.columns;
      gemm(Op::none, Op::transpose, 1.0,
           matrix_over<const Real>(left + first * pairs.rows * count, ours, count),
           matrix_over<const Real>(right + first * pairs.columns * count, others, count),
           begin > 0 ? 1.0 : 0.0, matrix_over(products.data() + pairs.begin(g), ours, others));
    }
  }
}

template <class Real>
void add_term(const Communicator& width_ranks, const KernelTerm<Real>& rows,
              const KernelTerm<Real>& columns, Index outputs, PanelRoom<Real>& scratch,
              const MatrixRef<Real>& panel) {
  const auto row_samples = static_cast<Index>(rows.inputs.extent(0));
  const auto column_samples = static_cast<Index>(columns.inputs.extent(0));
  const auto height = static_cast<Index>(panel.extent(0)),
             width = static_cast<Index>(panel.extent(1));
  const Index pairs = row_samples * column_samples;
  const Vector<Real> room = room_for(scratch.products, pairs + height * width);
  const MatrixRef<Real> gram = matrix_over(room.data(), row_samples, column_samples);
  gemm(Op::none, Op::transpose, rows.scale, rows.inputs, columns.inputs, 0.0, gram);
  sum_over(width_ranks, part_of(room, {0, pairs}));
  // The sum over ranks shall count replicated errors once.
  if (rows.replicated && !width_ranks.is_root()) return;
  const auto offset = static_cast<Real>(rows.offset);
  if (rows.has_slopes) {
    const OutputPairs of_outputs(row_samples, column_samples, outputs);
    const Vector<Real> products = part_of(room, {pairs, pairs + pairs * of_outputs.pairs()});
    multiply_errors(rows, columns, of_outputs, scratch.errors, products);
    add_elementwise_product<Real>(gram, offset, products, of_outputs, panel);
  } else {
    const MatrixRef<Real> products = matrix_over(room.data() + pairs, height, width);
    gemm(Op::none, Op::transpose, 1.0, rows.errors, columns.errors, 0.0, products);
    add_elementwise_product<Real>(gram, offset, products, outputs, panel);
  }
}

}  // namespace

template <class Real>
void kernel_panel(const Communicator& width_ranks, const std::vector<KernelTerm<Real>>& rows,
                  const std::vector<KernelTerm<Real>>& columns, Index outputs,
                  PanelRoom<Real>& scratch, const MatrixRef<Real>& panel) {
  fill(flat(panel), Real(0));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    add_term(width_ranks, rows[i], columns[i], outputs, scratch, panel);
  }
}

void add_panel_costs(const GridShape& grid, CostSheet& sheet) {
  const double rows = sheet.rows(), all = sheet.samples(), k = sheet.outputs();
  const SampleLayout layout(grid, static_cast<Index>(all));
  double pairs = 0.0;     // of samples, computed by the width ranks of the first sample rank
  double mirrored = 0.0;  // of those, what the first rank sends to the owners of mirror images
  double tiles = 0.0, edges = 0.0, longest = 0.0;  // samples at the edges of a tile
  for (int step = 0; step < ring_steps(layout, /*symmetric=*/true); ++step) {
    for (const KernelTile& tile :
         tiles_of(layout, layout, static_cast<Index>(k), 0, step, /*symmetric=*/true)) {
      const auto edge = static_cast<double>(tile.rows.size() + tile.columns.size());
      longest = std::max(longest, edge);
      edges += edge;
      tiles += 1.0;
    }
    for (const KernelTile& strip :
         strips_of(layout, layout, static_cast<Index>(k), 0, step, /*symmetric=*/true)) {
      const auto height = static_cast<double>(strip.rows.size());
      const auto own = step == 0 ? overlap(strip.columns, layout.of_rank(0, 0)).size() : 0;
      pairs += height * static_cast<double>(strip.columns.size());
      if (strip.owner == 0) mirrored += height * static_cast<double>(strip.columns.size() - own);
    }
  }
  double widest = 0.0;
  for (const TermSize& term : sheet.terms()) {
    const double passed = term.features + (term.has_slopes ? 1.0 : k) * term.neurons;
    sheet.multiply(Product{Op::none, Op::transpose, pairs / all, all, term.features}, tiles);
    const OutputPairs of_outputs(1, 1, static_cast<Index>(k));
    const double groups = term.has_slopes ? static_cast<double>(of_outputs.groups()) : 1.0,
                 products = term.has_slopes ? static_cast<double>(of_outputs.pairs()) : k * k;
    sheet.multiply(Product{Op::none, Op::transpose, k / groups * pairs / all, products / k * all,
                           term.neurons, /*times=*/groups},
                   tiles);
    if (term.has_slopes) {
      const double blocks = std::ceil(term.neurons / static_cast<double>(most_neurons));
      sheet.pass(k * edges * term.neurons, ((2.0 + groups) * blocks - groups) * tiles);
      sheet.pass(2.0 * products * pairs * (blocks - 1.0), 0.0);  // added to what is there
      sheet.keep(k * term.neurons);
      widest = std::max(widest, std::min(term.neurons, static_cast<double>(most_neurons)));
    }
    sheet.pass(3.0 * k * k * pairs, tiles);  // Gram matrix times errors, added
    sheet.sum("sum grams", grid.width_ranks, pairs);
    sheet.send("pass features and errors", sheet.word() * rows * passed, grid.sample_ranks / 2);
    // Ours, and those of another sample rank.
    sheet.keep(rows * passed * (grid.sample_ranks > 1 ? 2.0 : 1.0));
  }
  sheet.keep(k * longest * widest);
  sheet.gather("sum panels", grid.width_ranks, k * k * pairs);
  sheet.pass(2.0 * k * k * pairs / grid.width_ranks, tiles);
  sheet.send("mirror panels", sheet.word() * k * k * mirrored, grid.ranks() > 1 ? 1.0 : 0.0);
}

template void kernel_panel(const Communicator&, const std::vector<KernelTerm<float>>&,
                           const std::vector<KernelTerm<float>>&, Index, PanelRoom<float>&,
                           const MatrixRef<float>&);
template void kernel_panel(const Communicator&, const std::vector<KernelTerm<double>>&,
                           const std::vector<KernelTerm<double>>&, Index, PanelRoom<double>&,
                           const MatrixRef<double>&);

}  // namespace catapult
