#include "commands/spectrum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/standard_streams.hpp"
#include "commands/result_file.hpp"
#include "curvature/assembled.hpp"
#include "curvature/ntk.hpp"
#include "deck/print.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"
#include "record/atomic_file.hpp"
#include "record/provenance.hpp"
#include "spectra/spectrum.hpp"
#include "store/checkpoint_deck.hpp"
#include "store/checkpoints.hpp"
#include "study/start.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

/// Eigenvalues asked for of `size`.
Index count_of(const std::string& text, Index size) {
  if (text == "all") return size;
  Index count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1) {
    throw UsageError(fmt::format("--eigenvalues {} (neither a number above 0 nor all)", text));
  }
  return std::min(count, size);
}

Index samples_of(const SpectrumCommand& command, const Deck& deck, Index there_are) {
  Index samples = command.samples;
  if (samples == 0) samples = deck.measure.kernel_samples;
  if (samples == 0) samples = deck.data.batch;
  if (samples == 0) samples = there_are;
  if (samples <= there_are) return samples;
  throw UsageError(fmt::format(
      "--samples {} (there are {} training samples); ask for fewer, or --set data.train_samples={}",
      samples, there_are, samples));
}

/// What was measured, and of what.
struct Result {
  Index step = 0;
  Index samples = 0;
  Index size = 0;  ///< of the kernel
  Spectrum spectrum;
};

template <class Real>
Result measure(const SpectrumCommand& command, const Deck& deck, const Communicator& world) {
  const MemberStart<Real> start(deck, world);
  const Network<Real>& network = start.network;
  Result result;
  result.samples = samples_of(command, deck, start.data.train.size());
  result.size = result.samples * network.outputs();
  const SpectrumRequest request{count_of(command.eigenvalues, result.size), deck.measure.tolerance,
                                command.vectors};
  const bool whole = whole_is_cheaper(result.size, request.count);
  const bool assembled = whole || deck.measure.method == "assembled";
  if (assembled)
    require_short_assembly(deck, start.shape(), network.grid().shape(), result.samples);
  if (whole) require_memory_of_spectrum(result.size, world);

  const Communicator& ranks = network.grid().samples;
  const Samples<Real> mine =
      start.data.train.take(block_of(result.samples, ranks.size(), ranks.rank()));
  Tape<Real> tape = network.make_tape(result.samples);
  network.forward(start.state.theta, mine.x, tape);
  if (assembled) {
    result.spectrum =
        largest_eigenvalues(assemble_kernel<Real>(network, start.state.theta, tape), request);
  } else {
    network.prepare_kernel(start.state.theta, tape, result.samples, /*same_input=*/false,
                           KernelForm::cheapest);
    result.spectrum = largest_eigenvalues(
        NtkOperator<Real>(network, start.state.theta, tape, result.samples), request);
  }
  return result;
}

void write(const fs::path& path, const Result& result, bool vectors, const Provenance& provenance,
           const Communicator& world) {
  const Spectrum& spectrum = result.spectrum;
  const auto count = static_cast<Index>(spectrum.values.size());
  const auto local = static_cast<Index>(spectrum.vectors.extent(0));
  std::vector<Index> counts(static_cast<std::size_t>(world.size()));
  world.all_gather(&local, counts.data(), std::vector<Index>(counts.size(), 1));
  Index first = 0;
  for (int rank = 0; rank < world.rank(); ++rank) first += counts[static_cast<std::size_t>(rank)];
  const double columns = 2.0 + (vectors ? static_cast<double>(result.size) : 0.0);
  const double bytes = 8.0 * columns * static_cast<double>(count) + description_bytes;
  on_root(world, [&] { require_room(path, bytes); });
  write_atomically(path, world, [&](const fs::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary, world);
    file.write("step", {1}, std::vector<Index>{result.step});
    file.write("samples", {1}, std::vector<Index>{result.samples});
    file.write("eigenvalues", {count}, spectrum.values);
    file.write("residual", {count}, spectrum.residuals);
    file.write("solver", {}, std::vector<std::string>{spectrum.solver});
    if (vectors) {
      file.write_slab("eigenvectors", {result.size, count}, {{first, 0}, {local, count}},
                      spectrum.vectors.data());
    }
    write_provenance(file, provenance);
    file.close();
  });
}

void print(const Result& result) {
  print_out("kernel of {} samples at step {}, {} of {} eigenvalues by {}\n", result.samples,
            result.step, result.spectrum.values.size(), result.size, result.spectrum.solver);
  print_out("{:>8}  {:>16}  {:>9}\n", "number", "eigenvalue", "residual");
  for (std::size_t i = 0; i < result.spectrum.values.size(); ++i) {
    print_out("{:>8}  {:>16.9e}  {:>9.1e}\n", i, result.spectrum.values[i],
              result.spectrum.residuals[i]);
  }
}

}  // namespace

void spectrum_of_checkpoint(const SpectrumCommand& command, const Communicator& world) {
  const Deck deck = deck_of_checkpoint(command.checkpoint, command.settings, world);
  Result result = deck.model.precision == "f64" ? measure<double>(command, deck, world)
                                                : measure<float>(command, deck, world);
  if (!result.spectrum.converged) {
    throw NumericalError(fmt::format(
        "the kernel's eigenvalues did not converge (residual {:.1e} of the largest, tolerance "
        "{:.1e}); use --set measure.tolerance={:.1g} or --set model.precision=f64",
        result.spectrum.residual, deck.measure.tolerance,
        std::min(0.1, 10.0 * deck.measure.tolerance)));
  }
  result.step = step_of_checkpoint(command.checkpoint, world);
  const fs::path path = folder_of(command.checkpoint, command.out) /
                        fmt::format("spectrum-step-{:012}.h5", result.step);
  Provenance provenance = collect_provenance(world, command.command_line, print_resolved(deck, {}));
  provenance.emplace_back("checkpoint", command.checkpoint);
  on_root(world, [&] { print(result); });
  write_result(path, world, [&] { write(path, result, command.vectors, provenance, world); });
}

}  // namespace catapult
