// What `catapult spectrum` has found: as it is told and written.
// defines: SpectrumResult, print_spectrum, write_spectrum
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "record/provenance.hpp"
#include "spectra/density.hpp"
#include "spectra/spectrum.hpp"
#include "spectra/trace.hpp"

namespace catapult {

struct SpectrumResult {
  std::string of;  ///< ntk, hessian
  Index step = 0;
  Index samples = 0;
  Index size = 0;  ///< of the operator
  Spectrum spectrum;
  std::optional<SpectralDensity> density;
  std::optional<TraceEstimate> trace;
};

void print_spectrum(const SpectrumResult& result);

/// Throws OutputError. Collective over `world`.
void write_spectrum(const std::filesystem::path& path, const SpectrumResult& result,
                    const Provenance& provenance, const Communicator& world);

}  // namespace catapult
