#include "data/dataset.hpp"

#include <array>
#include <cmath>

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
        y("data_y", samples, outputs) {}
};

template <class Real>
struct HostDataset {
  HostSamples<Real> train{0, 0, 0};
  HostSamples<Real> test{0, 0, 0};
};

template <class Real>
HostSamples<Real> convert(const ImagePart& part, Index inputs, Index outputs,
                          const Scaling& scaling) {
  std::array<Real, 256> value_of{};
  for (std::size_t byte = 0; byte < value_of.size(); ++byte) {
    value_of[byte] = static_cast<Real>(scaling(static_cast<double>(byte)));
  }
  HostSamples<Real> samples(static_cast<Index>(part.outputs.size()), inputs, outputs);
  Real* x = samples.x.data();
  for (const unsigned char pixel : part.pixels) *x++ = value_of[pixel];
  for (std::size_t sample = 0; sample < part.outputs.size(); ++sample) {
    samples.y(sample, part.outputs[sample]) = Real{1};
  }
  return samples;
}

template <class Real>
Real represent(double value) {
  const auto result = static_cast<Real>(value);
  if (std::isfinite(result)) return result;
  throw DataError(
      fmt::format("the data hold {} (beyond the range of model.precision); rescale them, or use "
                  "\"f64\"",
                  value));
}

template <class Real>
HostSamples<Real> convert(const TablePart& part, Index inputs, Index outputs,
                          const Scaling& scaling) {
  HostSamples<Real> samples(part.samples, inputs, outputs);
  Real* x = samples.x.data();
  for (const double value : part.x) *x++ = represent<Real>(scaling(value));
  Real* y = samples.y.data();
  for (const double value : part.y) *y++ = represent<Real>(value);
  return samples;
}

const std::vector<unsigned char>& train_inputs(const Images& images) { return images.train.pixels; }
const std::vector<double>& train_inputs(const RawTable& table) { return table.train.x; }

template <class Real>
HostDataset<Real> prepare(const DataOptions& options) {
  // The one input of the warm-up model is x = 1 by definition.
  const std::string preprocessing = options.source == "toy" ? "none" : options.preprocessing;
  return std::visit(
      [&](const auto& raw) -> HostDataset<Real> {
        const Scaling scaling = scaling_of(train_inputs(raw), preprocessing);
        return {convert<Real>(raw.train, raw.inputs, raw.outputs, scaling),
                convert<Real>(raw.test, raw.inputs, raw.outputs, scaling)};
      },
      read_source(options, Depth::content));
}

/// Rank 0's samples on every rank's device. Collective.
template <class Real>
Samples<Real> share(HostSamples<Real> samples, const Communicator& ranks) {
  std::array<Index, 3> sizes = {static_cast<Index>(samples.x.extent(0)),
                                static_cast<Index>(samples.x.extent(1)),
                                static_cast<Index>(samples.y.extent(1))};
  ranks.broadcast(sizes.data(), 3);
  if (!ranks.is_root()) samples = HostSamples<Real>(sizes[0], sizes[1], sizes[2]);
  ranks.broadcast(samples.x.data(), sizes[0] * sizes[1]);
  ranks.broadcast(samples.y.data(), sizes[0] * sizes[2]);
  return {to_device(samples.x), to_device(samples.y)};
}

}  // namespace

template <class Real>
Dataset<Real> load_dataset(const DataOptions& options, const Communicator& ranks) {
  HostDataset<Real> host;
  on_root(ranks, [&] { host = prepare<Real>(options); });
  return {share(host.train, ranks), share(host.test, ranks)};
}

template Dataset<float> load_dataset(const DataOptions&, const Communicator&);
template Dataset<double> load_dataset(const DataOptions&, const Communicator&);

}  // namespace catapult
