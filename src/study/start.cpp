#include "study/start.hpp"

#include "layers/build.hpp"
#include "linalg/lease.hpp"
#include "model/initialize.hpp"
#include "plan/memory.hpp"
#include "plan/placement.hpp"
#include "plan/sizes.hpp"
#include "store/weights_file.hpp"
#include "study/gram_start.hpp"
#include "train/objective.hpp"
#include "train/update.hpp"

namespace catapult {
namespace {

template <class Real>
NetworkEnds ends_of(const SpreadSamples<Real>& samples) {
  return {samples.inputs(), samples.outputs(), samples.mine().image};
}

GpuAwareMpi choice_of(const ParallelOptions& options) {
  if (options.gpu_aware_mpi == "auto") return GpuAwareMpi::as_mpi_says;
  return options.gpu_aware_mpi == "on" ? GpuAwareMpi::on : GpuAwareMpi::off;
}

/// Whether a few neurons have the Gram matrix of `width`.
template <class Real>
bool stands_for_more(const ModelOptions& model, const Network<Real>& network) {
  return model.representation == "gram" && network.tensors()[0].shape[0] < model.width;
}

/// Drawn, or from a file.
template <class Real>
void set_first_weights(const ModelOptions& model, const Network<Real>& network,
                       const Vector<Real>& theta) {
  if (stands_for_more(model, network)) {
    if (model.weights.empty()) return initialize_gram(network, model.width, model.seed, theta);
    return read_gram_weights(model.weights, network, model.width, theta);
  }
  if (model.weights.empty()) return initialize(network, model.seed, theta);
  read_weights_file(model.weights, network, theta);
}

}  // namespace

TrainOptions training_of(const Deck& deck) {
  TrainOptions options = deck.train;
  if (deck.model.kind == "solvable") {
    options.diverge_above *= static_cast<double>(deck.model.width);
  }
  return options;
}

/// Nothing is allocated for sizes that no memory holds.
template <class Real>
typename MemberStart<Real>::Layout MemberStart<Real>::layout_for(const Deck& deck,
                                                                 const Communicator& ranks,
                                                                 const DatasetCache& cache) {
  require_possible_sizes(deck, ranks);
  const int ranks_of_node = ranks.ranks_of_node();
  int choice[2] = {};  // width ranks, activations
  on_root(ranks, [&] {
    const DataShape data = cache.shape_of(deck.data);
    const GridShape grid = grid_of(deck, data, ranks.size());
    const MemoryLimits limits = memory_limits();
    const MemberCost cost =
        cost_within(deck, data, grid, machine_of_build(),
                    [&](const RankBytes& bytes) { return fits(bytes, ranks_of_node, limits); });
    choice[0] = grid.width_ranks;
    choice[1] = static_cast<int>(cost.activations);
  });
  ranks.broadcast(choice, 2);
  return {make_grid(ranks, choice[0]), static_cast<Activations>(choice[1])};
}

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Communicator& ranks)
    : MemberStart(deck, layout_for(deck, ranks, DatasetCache())) {}

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Layout& layout)
    : MemberStart(deck, layout, load_dataset<Real>(deck.data, layout.grid)) {}

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Communicator& ranks, DatasetCache& cache)
    : MemberStart(deck, layout_for(deck, ranks, cache), cache) {}

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Layout& layout, DatasetCache& cache)
    : MemberStart(deck, layout, cache.load<Real>(deck.data, layout.grid)) {}

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Grid& grid)
    : MemberStart(deck, Layout{grid, activations_named(deck.parallel.memory)}) {}

template <class Real>
MemberStart<Real>::MemberStart(const Deck& deck, const Layout& layout, Dataset<Real> loaded)
    : data(std::move(loaded)),
      network(
          build_network<Real>(deck.model, ends_of(data.train), layout.grid, layout.activations)),
      order(data.train.size(), deck.data.batch, deck.data.seed),
      augmentation(augmentation_of(deck.data)),
      model(deck.model),
      loss(loss_of(deck.train)),
      activations(layout.activations) {
  set_gpu_aware_mpi(choice_of(deck.parallel));
  state.theta = Vector<Real>("theta", network.parameters());
  make_room(deck.train, network.parameters(), state);
  set_first_weights(deck.model, network, state.theta);
}

template <class Real>
KernelProbe<Real> MemberStart<Real>::kernel_probe(const MeasureOptions& options) const {
  const Grid& grid = network.grid();
  std::unique_ptr<const Network<Real>> alone;
  if (spreads_batches(options, grid)) {
    alone = std::make_unique<const Network<Real>>(build_network<Real>(
        model, ends_of(data.train), make_grid(grid.width, grid.width.size()), activations));
  }
  return KernelProbe<Real>(network, std::move(alone), loss, options, data.train, order.size(),
                           same_batch_at_each_step(order, augmentation));
}

template <class Real>
LossProbe<Real> MemberStart<Real>::loss_probe(const MeasureOptions& options) const {
  const Index batch = order.size();
  const Index samples = options.kernel_samples > 0 ? options.kernel_samples : batch;
  const bool shares_tape = samples == batch && same_batch_at_each_step(order, augmentation);
  return {network, loss, options, kernel_samples(options), samples, shares_tape};
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
