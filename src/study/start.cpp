#include "study/start.hpp"

#include "layers/build.hpp"
#include "linalg/lease.hpp"
#include "model/initialize.hpp"
#include "plan/placement.hpp"
#include "plan/sizes.hpp"
#include "store/weights_file.hpp"

namespace catapult {
namespace {

/// Nothing is allocated for sizes that no memory holds.
Grid grid_for(const Deck& deck, const Communicator& ranks, const DatasetCache& cache) {
  require_possible_sizes(deck, ranks);
  int width_ranks = 0;
  on_root(ranks, [&] {
    width_ranks = grid_of(deck, cache.shape_of(deck.data), ranks.size()).width_ranks;
  });
  ranks.broadcast(&width_ranks, 1);
  return make_grid(ranks, width_ranks);
}

template <class Real>
NetworkEnds ends_of(const SpreadSamples<Real>& samples) {
  return {samples.inputs(), samples.outputs(), samples.mine().image};
}

GpuAwareMpi choice_of(const ParallelOptions& options) {
  if (options.gpu_aware_mpi == "auto") return GpuAwareMpi::as_mpi_says;
  return options.gpu_aware_mpi == "on" ? GpuAwareMpi::on : GpuAwareMpi::off;
}

}  // namespace

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Communicator& ranks)
    : MemberStart(deck, grid_for(deck, ranks, DatasetCache())) {}

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Communicator& ranks, DatasetCache& cache)
    : MemberStart(deck, grid_for(deck, ranks, cache), cache) {}

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Grid& grid, DatasetCache& cache)
    : MemberStart(deck, grid, cache.load<Real>(deck.data, grid)) {}

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Grid& grid)
    : MemberStart(deck, grid, load_dataset<Real>(deck.data, grid)) {}

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Grid& grid, Dataset<Real> loaded)
    : data(std::move(loaded)),
      network(build_network<Real>(deck.model, ends_of(data.train), grid)),
      order(data.train.size(), deck.data.batch, deck.data.seed),
      augmentation(augmentation_of(deck.data)),
      model(deck.model) {
  set_gpu_aware_mpi(choice_of(deck.parallel));
  state.theta = Vector<Real>("theta", network.parameters());
  if (deck.train.momentum > 0.0) {
    state.velocity = Vector<Real>("velocity", network.parameters());
  }
  if (deck.model.weights.empty()) {
    initialize(network, deck.model.seed, state.theta);
  } else {
    read_weights_file(deck.model.weights, network, state.theta);
  }
}

template <class Real>
KernelProbe<Real> MemberStart<Real>::kernel_probe(const MeasureOptions& options) const {
  const Grid& grid = network.grid();
  std::unique_ptr<const Network<Real>> alone;
  if (spreads_batches(options, grid)) {
    alone = std::make_unique<const Network<Real>>(
        build_network<Real>(model, ends_of(data.train), make_grid(grid.width, grid.width.size())));
  }
  return KernelProbe<Real>(network, std::move(alone), options, data.train, order.size(),
                           same_batch_at_each_step(order, augmentation));
}

template <class Real>
Samples<Real> MemberStart<Real>::kernel_samples(const MeasureOptions& options) const {
  const Index samples = options.kernel_samples > 0 ? options.kernel_samples : order.size();
  const Communicator& ranks = data.train.ranks();
  return data.train.take(block_of(samples, ranks.size(), ranks.rank()));
}

template struct MemberStart<float>;
template struct MemberStart<double>;

}  // namespace catapult
