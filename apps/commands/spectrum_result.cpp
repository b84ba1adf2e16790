#include "commands/spectrum_result.hpp"

#include <algorithm>

#include "base/standard_streams.hpp"
#include "record/atomic_file.hpp"
#include "record/hdf5.hpp"
#include "record/readable.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

/// Nodes and weights as tables (probes, steps): zeros where a probe has fewer of them.
void write_density(Hdf5File& file, const SpectralDensity& density) {
  std::size_t steps = 0;
  for (const Quadrature& one : density.quadratures) steps = std::max(steps, one.nodes.size());
  std::vector<double> nodes, weights;
  for (const Quadrature& one : density.quadratures) {
    nodes.insert(nodes.end(), one.nodes.begin(), one.nodes.end());
    weights.insert(weights.end(), one.weights.begin(), one.weights.end());
    nodes.resize(nodes.size() + steps - one.nodes.size(), 0.0);
    weights.resize(nodes.size(), 0.0);
  }
  const std::vector<Index> table = {static_cast<Index>(density.quadratures.size()),
                                    static_cast<Index>(steps)};
  const auto points = static_cast<Index>(density.grid.size());
  file.write("density/nodes", table, nodes);
  file.write("density/weights", table, weights);
  file.write("density/width", {1}, std::vector<double>{density.width});
  file.write("density/grid", {points}, density.grid);
  file.write("density/density", {points}, density.density);
  file.write("density/error", {points}, density.error);
  file.write("density/mean", {1}, std::vector<double>{density.mean});
  file.write("density/mean_error", {1}, std::vector<double>{density.mean_error});
}

void write_vectors(Hdf5File& file, const SpectrumResult& result, const Communicator& world) {
  const HostMatrix<double>& vectors = result.spectrum.vectors;
  const auto local = static_cast<Index>(vectors.extent(0));
  const auto count = static_cast<Index>(vectors.extent(1));
  file.write_slab("eigenvectors", {result.size, count},
                  {{world.elements_before(local), 0}, {local, count}}, vectors.data());
}

/// Upper bound of what write_spectrum writes.
double bytes_of(const SpectrumResult& result) {
  const bool vectors = result.spectrum.vectors.extent(1) > 0;
  const double columns = 2.0 + (vectors ? static_cast<double>(result.size) : 0.0);
  double numbers = columns * static_cast<double>(result.spectrum.values.size());
  if (result.density) {
    numbers += 3.0 * static_cast<double>(result.density->grid.size()) +
               2.0 * static_cast<double>(result.density->products);
  }
  return 8.0 * numbers + description_bytes;
}

}  // namespace

void print_spectrum(const SpectrumResult& result) {
  const Spectrum& spectrum = result.spectrum;
  print_out("{} of {} samples at step {}, {} of {} eigenvalues by {}\n",
            result.of == "hessian" ? "Hessian of the loss" : "kernel", result.samples, result.step,
            spectrum.values.size(), result.size, spectrum.solver);
  print_out("{:>8}  {:>16}  {:>9}\n", "number", "eigenvalue", "residual");
  for (std::size_t i = 0; i < spectrum.values.size(); ++i) {
    print_out("{:>8}  {:>16.9e}  {:>9.1e}\n", i, spectrum.values[i], spectrum.residuals[i]);
  }
  if (result.density) {
    const SpectralDensity& density = *result.density;
    print_out(
        "density by {} products from {} probes, Gaussians of width {:.3g}: mean eigenvalue "
        "{:.6g} +- {}\n",
        density.products, density.quadratures.size(), density.width, density.mean,
        with_dash("{:.2g}", density.mean_error));
  }
  if (result.trace) {
    print_out("trace {:.6g} +- {:.2g} by {} products, {:.6g} of it in a subspace exactly\n",
              result.trace->value, result.trace->error, result.trace->products,
              result.trace->captured);
  }
}

void write_spectrum(const fs::path& path, const SpectrumResult& result,
                    const Provenance& provenance, const Communicator& world) {
  const Spectrum& spectrum = result.spectrum;
  const auto count = static_cast<Index>(spectrum.values.size());
  on_root(world, [&] { require_room(path, bytes_of(result)); });
  write_atomically(path, world, [&](const fs::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary, world);
    file.write("operator", {}, std::vector<std::string>{result.of});
    file.write("step", {1}, std::vector<Index>{result.step});
    file.write("samples", {1}, std::vector<Index>{result.samples});
    file.write("size", {1}, std::vector<Index>{result.size});
    file.write("eigenvalues", {count}, spectrum.values);
    file.write("residual", {count}, spectrum.residuals);
    file.write("solver", {}, std::vector<std::string>{spectrum.solver});
    if (spectrum.vectors.extent(1) > 0) write_vectors(file, result, world);
    if (result.density) write_density(file, *result.density);
    if (result.trace) {
      file.write("trace/value", {1}, std::vector<double>{result.trace->value});
      file.write("trace/error", {1}, std::vector<double>{result.trace->error});
      file.write("trace/products", {1}, std::vector<Index>{result.trace->products});
    }
    write_provenance(file, provenance);
    file.close();
  });
}

}  // namespace catapult
