#include "curvature/panel.hpp"

#include <algorithm>

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

template <class Real>
void add_term(const Communicator& width_ranks, const KernelTerm<Real>& rows,
              const KernelTerm<Real>& columns, Index outputs, Vector<Real>& scratch,
              const MatrixRef<Real>& panel) {
  const auto row_samples = static_cast<Index>(rows.inputs.extent(0));
  const auto column_samples = static_cast<Index>(columns.inputs.extent(0));
  const auto height = static_cast<Index>(panel.extent(0)),
             width = static_cast<Index>(panel.extent(1));
  const Index pairs = row_samples * column_samples;
  const Vector<Real> room = room_for(scratch, pairs + height * width);
  const MatrixRef<Real> gram = matrix_over(room.data(), row_samples, column_samples);
  gemm(Op::none, Op::transpose, rows.scale, rows.inputs, columns.inputs, 0.0, gram);
  sum_over(width_ranks, part_of(room, {0, pairs}));
  // The sum over ranks shall count replicated errors once.
  if (rows.replicated && !width_ranks.is_root()) return;
  const MatrixRef<Real> errors = matrix_over(room.data() + pairs, height, width);
  gemm(Op::none, Op::transpose, 1.0, rows.errors, columns.errors, 0.0, errors);
  add_elementwise_product<Real>(gram, static_cast<Real>(rows.offset), errors, outputs, panel);
}

}  // namespace

template <class Real>
void kernel_panel(const Communicator& width_ranks, const std::vector<KernelTerm<Real>>& rows,
                  const std::vector<KernelTerm<Real>>& columns, Index outputs,
                  Vector<Real>& scratch, const MatrixRef<Real>& panel) {
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
  double tiles = 0.0;
  for (int step = 0; step < ring_steps(layout, /*symmetric=*/true); ++step) {
    tiles += static_cast<double>(
        tiles_of(layout, layout, static_cast<Index>(k), 0, step, /*symmetric=*/true).size());
    for (const KernelTile& strip :
         strips_of(layout, layout, static_cast<Index>(k), 0, step, /*symmetric=*/true)) {
      const auto height = static_cast<double>(strip.rows.size());
      const auto own = step == 0 ? overlap(strip.columns, layout.of_rank(0, 0)).size() : 0;
      pairs += height * static_cast<double>(strip.columns.size());
      if (strip.owner == 0) mirrored += height * static_cast<double>(strip.columns.size() - own);
    }
  }
  for (const TermSize& term : sheet.terms()) {
    const double passed = term.features + k * term.neurons;
    sheet.multiply(Product{Op::none, Op::transpose, pairs / all, all, term.features}, tiles);
    sheet.multiply(Product{Op::none, Op::transpose, k * pairs / all, k * all, term.neurons}, tiles);
    sheet.pass(3.0 * k * k * pairs, tiles);  // Gram matrix times errors, added
    sheet.sum("sum grams", grid.width_ranks, pairs);
    sheet.send("pass features and errors", sheet.word() * rows * passed, grid.sample_ranks / 2);
    // Ours, and those of another sample rank.
    sheet.keep(rows * passed * (grid.sample_ranks > 1 ? 2.0 : 1.0));
  }
  sheet.gather("sum panels", grid.width_ranks, k * k * pairs);
  sheet.pass(2.0 * k * k * pairs / grid.width_ranks, tiles);
  sheet.send("mirror panels", sheet.word() * k * k * mirrored, grid.ranks() > 1 ? 1.0 : 0.0);
}

template void kernel_panel(const Communicator&, const std::vector<KernelTerm<float>>&,
                           const std::vector<KernelTerm<float>>&, Index, Vector<float>&,
                           const MatrixRef<float>&);
template void kernel_panel(const Communicator&, const std::vector<KernelTerm<double>>&,
                           const std::vector<KernelTerm<double>>&, Index, Vector<double>&,
                           const MatrixRef<double>&);

}  // namespace catapult
