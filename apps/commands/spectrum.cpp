#include "commands/spectrum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "commands/result_file.hpp"
#include "commands/spectrum_result.hpp"
#include "curvature/assembled.hpp"
#include "curvature/hessian.hpp"
#include "curvature/ntk.hpp"
#include "curvature/parameter_probes.hpp"
#include "deck/print.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"
#include "store/checkpoint_deck.hpp"
#include "store/checkpoints.hpp"
#include "study/start.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr Index few = 10;  // eigenvalues, where all of them were not meant

/// Eigenvalues asked for of `size`.
Index count_of(const SpectrumCommand& command, Index size) {
  const std::string& text = command.eigenvalues;
  const bool kernel_alone = command.of == "ntk" && !command.density && !command.trace;
  if (text == "all" || (text.empty() && kernel_alone)) return size;
  if (text.empty()) return std::min(few, size);
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

void refuse_what_cannot_be(const SpectrumCommand& command) {
  if (command.of == "hessian" && command.vectors) {
    throw UsageError(
        "--vectors (eigenvectors of the Hessian are as large as the network, in an order that "
        "depends on the ranks); leave it out, or ask for --operator ntk");
  }
  if (command.trace && command.products < least_products) {
    throw UsageError(
        fmt::format("--products {} (they are shared by a subspace and two probes); "
                    "use at least {}",
                    command.products, least_products));
  }
}

/// The most that SLEPc and we hold while `count` eigenvectors are sought: its basis twice, and
/// those that have been found.
Index vectors_of_solver(Index count) { return 2 * std::max(2 * count, count + 15) + 4 * count; }

/// Eigenvalues of `op` in one of its forms, and what else is asked for.
template <class Operator>
void measure(const SpectrumCommand& command, const SpectrumRequest& request, const Operator& op,
             const Probes& probes, SpectrumResult& result) {
  const Index vectors = std::max(command.density ? command.lanczos_steps : 0,
                                 command.trace ? command.products / 3 : 0);
  require_memory_of_vectors(std::min(vectors, result.size), op.local_size(), op.ranks());
  result.spectrum = largest_eigenvalues(op, request);
  if (command.density) {
    result.density = density_of(op, probes, {command.probes, command.lanczos_steps});
  }
  if (command.trace) result.trace = estimate_trace(op, probes, command.products);
}

template <class Real>
void measure_kernel(const SpectrumCommand& command, const Deck& deck,
                    const MemberStart<Real>& start, Tape<Real>& tape, SpectrumResult& result) {
  const Network<Real>& network = start.network;
  const SpectrumRequest request{count_of(command, result.size), deck.measure.tolerance,
                                command.vectors};
  const bool whole = whole_is_cheaper(result.size, request.count);
  const bool assembled = whole || deck.measure.method == "assembled";
  if (assembled)
    require_short_assembly(deck, start.shape(), network.grid().shape(), result.samples);
  if (whole) require_memory_of_spectrum(result.size, network.grid().all);
  if (assembled) {
    const MatrixOperator op = assemble_kernel<Real>(network, start.state.theta, tape);
    measure(command, request, op, signs_by_index(op), result);
  } else {
    network.prepare_kernel(start.state.theta, tape, result.samples, /*same_input=*/false,
                           KernelForm::cheapest);
    const NtkOperator<Real> op(network, start.state.theta, tape, result.samples);
    measure<SymmetricOperator<double>>(command, request, op, signs_by_index(op), result);
  }
}

template <class Real>
void measure_hessian(const SpectrumCommand& command, const Deck& deck,
                     const MemberStart<Real>& start, const LossPoint<Real>& at,
                     SpectrumResult& result) {
  const ParameterSpace space(start.network);
  HessianRoom<Real> room;
  const HessianOperator<Real> op(at, space, room);
  const Communicator& world = op.ranks();
  result.size = static_cast<Index>(world.sum(static_cast<double>(space.local_size())));
  const SpectrumRequest request{count_of(command, result.size), deck.measure.tolerance};
  if (whole_is_cheaper(result.size, request.count)) {
    require_memory_of_spectrum(result.size, world);
  } else {
    require_memory_of_vectors(vectors_of_solver(request.count), space.local_size(), world);
  }
  measure<SymmetricOperator<double>>(command, request, op,
                                     signs_of_parameters(start.network, space), result);
}

template <class Real>
SpectrumResult measure_at(const SpectrumCommand& command, const Deck& deck,
                          const Communicator& world) {
  const MemberStart<Real> start(deck, world);
  const Network<Real>& network = start.network;
  SpectrumResult result;
  result.of = command.of;
  result.samples = samples_of(command, deck, start.data.train.size());
  const Communicator& ranks = network.grid().samples;
  const Samples<Real> mine =
      start.data.train.take(block_of(result.samples, ranks.size(), ranks.rank()));
  Tape<Real> tape = network.make_tape(result.samples);
  network.forward(start.state.theta, mine.x, tape);
  if (command.of == "hessian") {
    measure_hessian(command, deck, start,
                    {network, start.state.theta, tape, mine.y, result.samples}, result);
  } else {
    result.size = result.samples * network.outputs();
    measure_kernel(command, deck, start, tape, result);
  }
  return result;
}

}  // namespace

void spectrum_of_checkpoint(const SpectrumCommand& command, const Communicator& world) {
  refuse_what_cannot_be(command);
  const Deck deck = deck_of_checkpoint(command.checkpoint, command.settings, world);
  SpectrumResult result = deck.model.precision == "f64" ? measure_at<double>(command, deck, world)
                                                        : measure_at<float>(command, deck, world);
  if (!result.spectrum.converged) {
    throw NumericalError(fmt::format(
        "the {}'s eigenvalues did not converge (residual {:.1e} of the largest, tolerance "
        "{:.1e}); use --set measure.tolerance={:.1g} or --set model.precision=f64",
        command.of == "hessian" ? "Hessian" : "kernel", result.spectrum.residual,
        deck.measure.tolerance, std::min(0.1, 10.0 * deck.measure.tolerance)));
  }
  result.step = step_of_checkpoint(command.checkpoint, world);
  const fs::path path = folder_of(command.checkpoint, command.out) /
                        fmt::format("spectrum{}-step-{:012}.h5",
                                    command.of == "hessian" ? "-hessian" : "", result.step);
  Provenance provenance = collect_provenance(world, command.command_line, print_resolved(deck, {}));
  provenance.emplace_back("checkpoint", command.checkpoint);
  on_root(world, [&] { print_spectrum(result); });
  write_result(path, world, [&] { write_spectrum(path, result, provenance, world); });
}

}  // namespace catapult
