#include "data/dataset.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <functional>

#include "data/scaling.hpp"
#include "data/source.hpp"

namespace catapult {
namespace {

template <class Real>
struct HostSamples {
  HostMatrix<Real> x;  // (samples, inputs)
  HostMatrix<Real> y;  // (samples, outputs)

  HostSamples(Index samples, Index inputs, Index outputs)
      : x(Kokkos::view_alloc("data_x", Kokkos::WithoutInitializing), samples, inputs),
        y(Kokkos::view_alloc("data_y", Kokkos::WithoutInitializing), samples, outputs) {}
};

/// What is done to the numbers of all samples alike.
struct Preprocessing {
  Scaling of_inputs;
  double mean_label = 0.0;  ///< what is subtracted from y
};

/// The samples of a block of one part of the data, training or test, as the networks see them; on
/// the rank that has read them.
template <class Real>
using HostPart = std::function<HostSamples<Real>(Block)>;

template <class Real>
struct HostDataset {
  DataShape shape;
  HostPart<Real> train, test;
};

template <class Real>
HostPart<Real> part_of(const ImagePart& part, Index inputs, Index outputs,
                       const Preprocessing& prepared) {
  std::array<Real, 256> value_of{};
  for (std::size_t byte = 0; byte < value_of.size(); ++byte) {
    value_of[byte] = static_cast<Real>(prepared.of_inputs(static_cast<double>(byte)));
  }
  const Real off = static_cast<Real>(0.0 - prepared.mean_label);
  const Real on = static_cast<Real>(1.0 - prepared.mean_label);
  return [=, &part](Block block) {
    HostSamples<Real> samples(block.size(), inputs, outputs);
    const unsigned char* pixel = part.pixels.data() + block.begin * inputs;
    for (Index i = 0; i < block.size() * inputs; ++i) samples.x.data()[i] = value_of[pixel[i]];
    const unsigned char* output = part.outputs.data() + block.begin;
    Kokkos::deep_copy(samples.y, off);
    for (Index i = 0; i < block.size(); ++i) samples.y(i, output[i]) = on;
    return samples;
  };
}

template <class Real>
void require_representable(double value) {
  if (std::isfinite(static_cast<Real>(value))) return;
  throw DataError(
      fmt::format("the data hold {} (beyond the range of model.precision); rescale them, or use "
                  "\"f64\"",
                  value));
}

template <class Real>
HostPart<Real> part_of(const TablePart& part, Index inputs, Index outputs,
                       const Preprocessing& prepared) {
  for (const double value : part.x) require_representable<Real>(prepared.of_inputs(value));
  for (const double value : part.y) require_representable<Real>(value);
  return [=, &part, scaling = prepared.of_inputs, mean_label = prepared.mean_label](Block block) {
    HostSamples<Real> samples(block.size(), inputs, outputs);
    const double* x = part.x.data() + block.begin * inputs;
    for (Index i = 0; i < block.size() * inputs; ++i) {
      samples.x.data()[i] = static_cast<Real>(scaling(x[i]));
    }
    const double* y = part.y.data() + block.begin * outputs;
    std::transform(y, y + block.size() * outputs, samples.y.data(),
                   [&](double value) { return static_cast<Real>(value - mean_label); });
    return samples;
  };
}

const std::vector<unsigned char>& train_inputs(const Images& images) { return images.train.pixels; }
const std::vector<double>& train_inputs(const RawTable& table) { return table.train.x; }

/// Refers to `data`.
template <class Real>
HostDataset<Real> prepare(const SourceData& data, const DataOptions& options) {
  // The one input of the warm-up model is x = 1 by definition.
  const std::string preprocessing = options.source == "toy" ? "none" : options.preprocessing;
  return std::visit(
      [&](const auto& raw) -> HostDataset<Real> {
        const DataShape shape = shape_of(data);
        const Preprocessing prepared = {
            scaling_of(train_inputs(raw), preprocessing),
            options.center_labels ? 1.0 / static_cast<double>(shape.outputs) : 0.0};
        return {shape, part_of<Real>(raw.train, shape.inputs, shape.outputs, prepared),
                part_of<Real>(raw.test, shape.inputs, shape.outputs, prepared)};
      },
      data);
}

/// Each sample rank its block of what rank 0 has read. Collective.
template <class Real>
SpreadSamples<Real> spread(const HostPart<Real>& part, const DataShape& shape, Index all,
                           const Grid& grid) {
  const Index inputs = shape.inputs, outputs = shape.outputs;
  const auto block = [&](int rank) { return block_of(all, grid.samples.size(), rank); };
  HostSamples<Real> mine(0, inputs, outputs);
  if (grid.all.is_root()) {
    for (int rank = 1; rank < grid.samples.size(); ++rank) {
      const HostSamples<Real> piece = part(block(rank));
      grid.samples.start_send(piece.x.data(), static_cast<Index>(piece.x.size()), rank).wait();
      grid.samples.start_send(piece.y.data(), static_cast<Index>(piece.y.size()), rank).wait();
    }
    mine = part(block(0));
  } else {
    mine = HostSamples<Real>(block(grid.samples.rank()).size(), inputs, outputs);
    if (grid.width.is_root()) {
      grid.samples.receive(mine.x.data(), static_cast<Index>(mine.x.size()), 0);
      grid.samples.receive(mine.y.data(), static_cast<Index>(mine.y.size()), 0);
    }
  }
  grid.width.broadcast(mine.x.data(), static_cast<Index>(mine.x.size()));
  grid.width.broadcast(mine.y.data(), static_cast<Index>(mine.y.size()));
  return {{to_device(mine.x), to_device(mine.y), shape.image}, all, grid.samples};
}

}  // namespace

template <class Real>
Dataset<Real> load_dataset(const DataOptions& options, const Grid& grid,
                           const std::function<SourceData()>& read) {
  SourceData raw;
  HostDataset<Real> host;
  on_root(grid.all, [&] {
    raw = read();
    host = prepare<Real>(raw, options);
  });
  const DataShape& found = host.shape;
  std::array<Index, 7> sizes = {found.train_samples, found.test_samples,   found.inputs,
                                found.outputs,       found.image.channels, found.image.height,
                                found.image.width};
  grid.all.broadcast(sizes.data(), 7);
  const DataShape shape{sizes[0], sizes[1], sizes[2], sizes[3], "", {sizes[4], sizes[5], sizes[6]}};
  return {spread(host.train, shape, shape.train_samples, grid),
          spread(host.test, shape, shape.test_samples, grid)};
}

template <class Real>
Dataset<Real> load_dataset(const DataOptions& options, const Grid& grid) {
  return load_dataset<Real>(options, grid, [&] { return read_source(options, Depth::content); });
}

template Dataset<float> load_dataset(const DataOptions&, const Grid&,
                                     const std::function<SourceData()>&);
template Dataset<double> load_dataset(const DataOptions&, const Grid&,
                                      const std::function<SourceData()>&);
template Dataset<float> load_dataset(const DataOptions&, const Grid&);
template Dataset<double> load_dataset(const DataOptions&, const Grid&);

}  // namespace catapult
