#include "curvature/assembled.hpp"

#include "curvature/ntk.hpp"
#include "curvature/panel.hpp"
#include "curvature/tiles.hpp"
#include "linalg/exchange.hpp"

namespace catapult {
namespace {

template <class Real>
using Terms = std::vector<KernelTerm<Real>>;

template <class Real>
Terms<Real> part_of(const Terms<Real>& terms, const Block& samples, Index outputs) {
  Terms<Real> part;
  for (const auto& term : terms) part.push_back(term.part(samples, outputs));
  return part;
}

/// A matrix to rank `to`, one of `rows` rows and the same width from rank `from`.
template <class Real>
Matrix<Real> exchange(const Communicator& ranks, const Matrix<Real>& mine, Index rows, int to,
                      int from) {
  const Matrix<Real> theirs(Kokkos::view_alloc("kernel_factor", Kokkos::WithoutInitializing), rows,
                            mine.extent(1));
  const auto out = to_host(mine);
  const auto in = Kokkos::create_mirror_view(Kokkos::HostSpace(), theirs);
  Pending sending = ranks.start_send(out.data(), static_cast<Index>(out.size()), to);
  ranks.receive(in.data(), static_cast<Index>(in.size()), from);
  sending.wait();
  Kokkos::deep_copy(theirs, in);
  return theirs;
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
    local_ = matrix.begin_write();
    for (int step = 0; step < ring_steps(rows_, symmetric_); ++step) {
      add_step(step, row_terms, step == 0 ? column_terms : terms_of_partner(column_terms, step));
    }
    matrix.end_write(local_);
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
      term.errors = exchange(grid_.samples, term.errors, samples * k, before(step), after(step));
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
      HostVector<Real> panel;
      std::vector<HostVector<Real>> pieces;
      std::vector<Pending> sending;
      if (i < tiles.size()) {
        panel = summed_panel(tiles[i], step, rows, columns);
        if (grid_.width.rank() == tiles[i].owner) {
          store(tiles[i], panel);
          if (symmetric_) send_mirror(tiles[i], panel, after(step), pieces, sending);
        }
      }
      if (i < mirrors.size()) receive_mirror(mirrors[i], step);
      for (Pending& piece : sending) piece.wait();
    }
  }

  /// (rows * k, columns * k) of one tile, summed over the width ranks on its owner.
  HostVector<Real> summed_panel(const KernelTile& tile, int step, const Terms<Real>& rows,
                                const Terms<Real>& columns) {
    const Index k = network_.outputs(), height = tile.rows.size() * k;
    const Index width = tile.columns.size() * k;
    const Index first_row = rows_.of_sample_rank(grid_.samples.rank()).begin;
    const Index first_column = columns_.of_sample_rank(after(step)).begin;
    const auto local = [](const Block& block, Index first) {
      return Block{block.begin - first, block.end - first};
    };
    const Vector<Real> panel = room_for(panel_, height * width);
    kernel_panel(grid_.width, part_of(rows, local(tile.rows, first_row), k),
                 part_of(columns, local(tile.columns, first_column), k), k, scratch_,
                 matrix_over(panel.data(), height, width));
    const auto partial = to_host(panel);
    if (grid_.width.size() == 1) return partial;
    HostVector<Real> sum("kernel_panel", grid_.width.rank() == tile.owner ? height * width : 0);
    grid_.width.reduce(partial.data(), sum.data(), height * width, tile.owner);
    return sum;
  }

  void store(const KernelTile& tile, const HostVector<Real>& panel) const {
    const Index k = network_.outputs(), lines = mine_.size() * k, width = tile.columns.size() * k;
    for (Index i = 0; i < tile.rows.size() * k; ++i) {
      double* to =
          local_ + tile.columns.begin * k * lines + (tile.rows.begin - mine_.begin) * k + i;
      for (Index j = 0; j < width; ++j) {
        to[j * lines] = scale_ * static_cast<double>(panel(i * width + j));
      }
    }
  }

  /// Columns of the tile to the ranks of `sample_rank` that hold them as rows.
  void send_mirror(const KernelTile& tile, const HostVector<Real>& panel, int sample_rank,
                   std::vector<HostVector<Real>>& pieces, std::vector<Pending>& sending) const {
    const Index k = network_.outputs(), width = tile.columns.size() * k;
    for (int owner = 0; owner < grid_.width.size(); ++owner) {
      const Block part = overlap(tile.columns, rows_.of_rank(sample_rank, owner));
      if (part.size() == 0) continue;
      const Index size = part.size() * k, height = tile.rows.size() * k;
      const HostVector<Real> piece("kernel_piece", height * size);
      for (Index i = 0; i < height; ++i) {
        const Real* from = panel.data() + i * width + (part.begin - tile.columns.begin) * k;
        std::copy(from, from + size, piece.data() + i * size);
      }
      sending.push_back(
          grid_.all.start_send(piece.data(), height * size, rank_of(sample_rank, owner)));
      pieces.push_back(piece);
    }
  }

  /// This rank's rows out of the mirror image of a tile that another sample rank computed.
  void receive_mirror(const KernelTile& tile, int step) const {
    const Block part = overlap(tile.columns, mine_);
    if (part.size() == 0) return;
    const Index k = network_.outputs(), size = part.size() * k, lines = mine_.size() * k;
    const Index height = tile.rows.size() * k;
    const HostVector<Real> piece("kernel_piece", height * size);
    grid_.all.receive(piece.data(), height * size, rank_of(before(step), tile.owner));
    for (Index i = 0; i < height; ++i) {
      const Index column = tile.rows.begin * k + i;
      double* to = local_ + column * lines + (part.begin - mine_.begin) * k;
      // On the diagonal the tile holds both images of an element: the upper one counts.
      const Index first = step > 0 ? 0 : std::max<Index>(0, column + 1 - part.begin * k);
      for (Index j = first; j < size; ++j) {
        to[j] = scale_ * static_cast<double>(piece(i * size + j));
      }
    }
  }

  const Network<Real>& network_;
  const Grid& grid_;
  SampleLayout rows_, columns_;
  bool symmetric_;
  double scale_;
  Block mine_;               ///< samples whose rows this rank holds
  double* local_ = nullptr;  ///< this rank's rows, by columns
  Vector<Real> panel_, scratch_;
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
    network.prepare_kernel(tape, layout.samples, /*same_input=*/false, KernelForm::cheapest);
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
