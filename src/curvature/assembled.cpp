#include "curvature/assembled.hpp"

#include "curvature/ntk.hpp"
#include "curvature/panel.hpp"
#include "curvature/tiles.hpp"
#include "linalg/element_loops.hpp"
#include "linalg/exchange.hpp"

namespace catapult {
namespace {

template <class Real>
using Terms = std::vector<KernelTerm<Real>>;

template <class Real>
Terms<Real> rows_of(const Terms<Real>& terms, const Block& samples, Index outputs) {
  Terms<Real> part;
  for (const auto& term : terms) part.push_back(term.part(samples, outputs));
  return part;
}

/// A matrix to rank `to`, one of `rows` rows and the same width from rank `from`.
template <class Real>
Matrix<Real> exchange(const Communicator& ranks, const Matrix<const Real>& mine, Index rows, int to,
                      int from) {
  const Matrix<Real> theirs(Kokkos::view_alloc("kernel_factor", Kokkos::WithoutInitializing), rows,
                            mine.extent(1));
  PendingSend<Real> sending(ranks, Vector<const Real>(mine.data(), mine.size()), to);
  receive(ranks, flat(theirs), from);
  sending.wait();
  return theirs;
}

/// Row i, column j of the panel to row `row + i`, column `column + j` of what is stored by columns.
template <class Real>
void scatter_columns(const MatrixRef<const Real>& panel, double scale, const Matrix<double>& to,
                     Index column, Index row) {
  for_tiles(
      "store_panel", static_cast<Index>(panel.extent(1)), static_cast<Index>(panel.extent(0)),
      KOKKOS_LAMBDA(Index j, Index i) {
        to(column + j, row + i) = scale * static_cast<double>(panel(i, j));
      });
}

/// Row i, column j of the piece to column `column + i`, row `row + j`: its mirror image. Unless
/// `whole`, only what lies below the diagonal, j > i + diagonal.
template <class Real>
void store_mirror(const Matrix<Real>& piece, double scale, const Matrix<double>& to, Index column,
                  Index row, bool whole, Index diagonal) {
  for_elements(
      "store_mirror", static_cast<Index>(piece.extent(0)), static_cast<Index>(piece.extent(1)),
      KOKKOS_LAMBDA(Index i, Index j) {
        if (!whole && j <= i + diagonal) return;
        to(column + i, row + j) = scale * static_cast<double>(piece(i, j));
      });
}

/// One kernel in the making: the formula's terms, where rows and columns lie, and this rank's
/// rows, stored by columns. Sample indices are global, elements are sample * outputs + output.
template <class Real>
class Assembly {
 public:
  Assembly(const Network<Real>& network, const SampleLayout& rows, const SampleLayout& columns,
           bool symmetric)
      : network_(network),
        grid_(network.grid()),
        rows_(rows),
        columns_(columns),
        symmetric_(symmetric),
        scale_(kernel_normalization(columns.samples, network.outputs())),
        mine_(rows.of_rank(grid_.samples.rank(), grid_.width.rank())) {}

  SpreadMatrix run(const Terms<Real>& row_terms, const Terms<Real>& column_terms) {
    const Index k = network_.outputs();
    const Block columns = columns_.of_rank(grid_.samples.rank(), grid_.width.rank());
    SpreadMatrix matrix(grid_.all, mine_.size() * k, columns.size() * k);
    local_ = matrix.by_columns();
    for (int step = 0; step < ring_steps(rows_, symmetric_); ++step) {
      add_step(step, row_terms, step == 0 ? column_terms : terms_of_partner(column_terms, step));
    }
    return matrix;
  }

 private:
  int after(int step) const { return (grid_.samples.rank() + step) % grid_.samples.size(); }
  int before(int step) const {
    return (grid_.samples.rank() + grid_.samples.size() - step) % grid_.samples.size();
  }
  int rank_of(int sample_rank, int width_rank) const {
    return sample_rank * grid_.width.size() + width_rank;
  }

  Terms<Real> terms_of_partner(const Terms<Real>& mine, int step) const {
    const Index samples = columns_.of_sample_rank(after(step)).size(), k = network_.outputs();
    Terms<Real> theirs = mine;
    for (KernelTerm<Real>& term : theirs) {
      term.inputs = exchange(grid_.samples, term.inputs, samples, before(step), after(step));
      auto& told = term.has_slopes ? term.slopes : term.errors;
      const Index rows = term.has_slopes ? samples : samples * k;
      told = exchange(grid_.samples, told, rows, before(step), after(step));
    }
    return theirs;
  }

  /// Computes and sends the tiles of this sample rank and takes the mirror images of another's,
  /// one of each by turns, so that a few are in memory at a time.
  void add_step(int step, const Terms<Real>& rows, const Terms<Real>& columns) {
    const Index k = network_.outputs();
    const auto tiles = tiles_of(rows_, columns_, k, grid_.samples.rank(), step, symmetric_);
    std::vector<KernelTile> mirrors;
    if (symmetric_) mirrors = tiles_of(rows_, columns_, k, before(step), step, true);
    for (std::size_t i = 0; i < std::max(tiles.size(), mirrors.size()); ++i) {
      MatrixRef<const Real> panel;
      std::vector<PendingSend<Real>> sending;
      if (i < tiles.size()) {
        panel = summed_panel(tiles[i], step, rows, columns);
        if (grid_.width.rank() == tiles[i].owner) {
          store(tiles[i], panel);
          if (symmetric_) send_mirror(tiles[i], panel, after(step), sending);
        }
      }
      if (i < mirrors.size()) receive_mirror(mirrors[i], step);
      for (PendingSend<Real>& piece : sending) piece.wait();
    }
  }

  /// (rows * k, columns * k) of one tile, summed over the width ranks on its owner.
  MatrixRef<const Real> summed_panel(const KernelTile& tile, int step, const Terms<Real>& rows,
                                     const Terms<Real>& columns) {
    const Index k = network_.outputs(), height = tile.rows.size() * k;
    const Index width = tile.columns.size() * k;
    const Index first_row = rows_.of_sample_rank(grid_.samples.rank()).begin;
    const Index first_column = columns_.of_sample_rank(after(step)).begin;
    const auto local = [](const Block& block, Index first) {
      return Block{block.begin - first, block.end - first};
    };
    const Vector<Real> panel = room_for(panel_, height * width);
    kernel_panel(grid_.width, rows_of(rows, local(tile.rows, first_row), k),
                 rows_of(columns, local(tile.columns, first_column), k), k, scratch_,
                 matrix_over(panel.data(), height, width));
    if (grid_.width.size() == 1) return matrix_over<const Real>(panel.data(), height, width);
    const bool owner = grid_.width.rank() == tile.owner;
    const Vector<Real> sum = room_for(sum_, owner ? height * width : 0);
    reduce<Real>(grid_.width, panel, sum, tile.owner);
    return matrix_over<const Real>(sum.data(), owner ? height : 0, width);
  }

  void store(const KernelTile& tile, const MatrixRef<const Real>& panel) const {
    const Index k = network_.outputs();
    scatter_columns<Real>(panel, scale_, local_, tile.columns.begin * k,
                          (tile.rows.begin - mine_.begin) * k);
  }

  /// Columns of the tile to the ranks of `sample_rank` that hold them as rows.
  void send_mirror(const KernelTile& tile, const MatrixRef<const Real>& panel, int sample_rank,
                   std::vector<PendingSend<Real>>& sending) const {
    const Index k = network_.outputs();
    for (int owner = 0; owner < grid_.width.size(); ++owner) {
      const Block part = overlap(tile.columns, rows_.of_rank(sample_rank, owner));
      if (part.size() == 0) continue;
      const Index left = (part.begin - tile.columns.begin) * k;
      const Index height = tile.rows.size() * k, width = part.size() * k;
      const Vector<Real> piece("kernel_piece", height * width);  // kept by what sends it
      copy_elements(matrix_over(piece.data(), height, width),
                    Kokkos::subview(panel, Kokkos::ALL, std::pair(left, left + width)));
      sending.emplace_back(grid_.all, piece, rank_of(sample_rank, owner));
    }
  }

  /// This rank's rows out of the mirror image of a tile that another sample rank computed.
  void receive_mirror(const KernelTile& tile, int step) const {
    const Block part = overlap(tile.columns, mine_);
    if (part.size() == 0) return;
    const Index k = network_.outputs();
    const Matrix<Real> piece("kernel_piece", tile.rows.size() * k, part.size() * k);
    receive(grid_.all, flat(piece), rank_of(before(step), tile.owner));
    // On the diagonal the tile holds both images of an element: the upper one counts.
    const Index diagonal = step > 0 ? -1 : (tile.rows.begin - part.begin) * k;
    store_mirror(piece, scale_, local_, tile.rows.begin * k, (part.begin - mine_.begin) * k,
                 step > 0, diagonal);
  }

  const Network<Real>& network_;
  const Grid& grid_;
  SampleLayout rows_, columns_;
  bool symmetric_;
  double scale_;
  Block mine_;            ///< samples whose rows this rank holds
  Matrix<double> local_;  ///< this rank's rows, by columns
  Vector<Real> panel_, sum_;
  PanelRoom<Real> scratch_;
};

template <class Real>
SampleLayout layout_of(const Grid& grid, const Tape<Real>& tape) {
  return {grid.shape(), static_cast<Index>(grid.samples.sum(static_cast<double>(tape.samples)))};
}

}  // namespace

bool assembles_kernel(const MeasureOptions& options, Index kernel_size, bool has_kernel_terms) {
  if (options.method != "auto") return options.method == "assembled";
  return has_kernel_terms && options.eigenvalues > 1 && 4 * options.eigenvalues > kernel_size;
}

template <class Real>
MatrixOperator assemble_kernel(const Network<Real>& network, const Vector<const Real>& theta,
                               Tape<Real>& tape) {
  const SampleLayout layout = layout_of(network.grid(), tape);
  if (!network.has_kernel_terms()) {
    network.prepare_kernel(theta, tape, layout.samples, /*same_input=*/false, KernelForm::cheapest);
    return matrix_of(NtkOperator<Real>(network, theta, tape, layout.samples));
  }
  const Terms<Real> terms = network.kernel_terms(theta, tape);
  return MatrixOperator(
      Assembly<Real>(network, layout, layout, /*symmetric=*/true).run(terms, terms));
}

template <class Real>
SpreadMatrix assemble_cross_kernel(const Network<Real>& network, const Vector<const Real>& theta,
                                   Tape<Real>& rows, Tape<Real>& columns) {
  if (!network.has_kernel_terms()) {
    throw UsageError(
        "this network's kernel between different samples cannot be assembled (a layer has no Gram "
        "terms, or couples the samples of a batch); use the matrix-free form");
  }
  const SampleLayout height = layout_of(network.grid(), rows);
  const SampleLayout width = layout_of(network.grid(), columns);
  const Terms<Real> row_terms = network.kernel_terms(theta, rows);
  return Assembly<Real>(network, height, width, /*symmetric=*/false)
      .run(row_terms, network.kernel_terms(theta, columns));
}

#define CATAPULT_INSTANTIATE(Real)                                                             \
  template MatrixOperator assemble_kernel(const Network<Real>&, const Vector<const Real>&,     \
                                          Tape<Real>&);                                        \
  template SpreadMatrix assemble_cross_kernel(const Network<Real>&, const Vector<const Real>&, \
                                              Tape<Real>&, Tape<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
