// `catapult spectrum`: eigenvalues of the kernel or of the loss's Hessian at a checkpoint.
// defines: SpectrumCommand, spectrum_of_checkpoint
#pragma once

#include <string>
#include <vector>

#include "base/communicator.hpp"

namespace catapult {

struct SpectrumCommand {
  std::string checkpoint;             ///< path
  std::vector<std::string> settings;  ///< "key=value", over the deck in the checkpoint
  std::string command_line;           ///< as typed, for the provenance
  std::string of = "ntk";             ///< ntk, hessian
  std::string eigenvalues;  ///< a number or all; "": all of the kernel where nothing else is asked
                            ///< for, else ten
  std::string out;          ///< folder; "": that of the checkpoint's member
  Index samples = 0;        ///< first ones of the training data; 0: as the run measured
  bool vectors = false;     ///< write eigenvectors too, of the kernel
  bool density = false;
  Index probes = 10;         ///< of the density
  Index lanczos_steps = 64;  ///< a probe
  bool trace = false;
  Index products = 60;  ///< for the trace
};

/// Prints number, eigenvalue and residual on rank 0, density and trace in a line where they are
/// asked for, and writes spectrum-step-<12 digits>.h5, or spectrum-hessian-step-<12 digits>.h5.
/// Throws DataError where the file is missing or corrupt, UsageError for what cannot be,
/// NumericalError where an eigenvalue does not converge, OutputError. Collective over `world`.
void spectrum_of_checkpoint(const SpectrumCommand& command, const Communicator& world);

}  // namespace catapult
