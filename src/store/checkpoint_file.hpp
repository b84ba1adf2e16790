// All that continues a member, as one file: weights-file layout, optimizer state, counters, series
// so far, vectors that start the next measurement of the kernel.
// defines: open_checkpoint, Standing, FunctionSizes, write_checkpoint, read_state, read_checkpoint
#pragma once

#include <filesystem>

#include "curvature/loss_probe.hpp"
#include "curvature/spikes.hpp"
#include "model/network.hpp"
#include "record/hdf5.hpp"
#include "store/member_record.hpp"
#include "train/state.hpp"
#include "twin/fork.hpp"

namespace catapult {

/// The file, open for reading. Throws DataError where it is no complete checkpoint of this format.
Hdf5File open_checkpoint(const std::filesystem::path& path);

/// What a member has come to besides the state of its training, before the row of its step is
/// measured.
template <class Real>
struct Standing {
  double learning_rate = 0.0;                        ///< at the start
  double lambda_0 = 0.0;                             ///< NaN where never measured
  double lambda_first = 0.0;                         ///< as measured at its first step; likewise
  double lambda_last = 0.0;                          ///< as last measured above 0; likewise
  Index kernel_times = 0;                            ///< entries of kernel_at_times that have come
  std::vector<TrackerState> trackers;                ///< of each kernel batch
  std::vector<ParameterTracker> parameter_trackers;  ///< of the Hessian's eigenvalues
  std::vector<TwinStanding<Real>> twins;
  SpikeState spikes;
  Vector<Real> kernel_reference;  ///< theta of measure.kernel_change's first step; may be empty
};

/// Lengths of vectors of function space: outputs k times samples.
struct FunctionSizes {
  Index kernel = 0;  ///< samples of a kernel batch
  Index batch = 0;   ///< samples of a training batch
};

/// A new file of global arrays that knows no ranks, its completeness marker written last. Throws
/// OutputError, also where the file system has no room for it; a collective write that fails ends
/// the job. Collective over the network's grid.
template <class Real>
void write_checkpoint(const std::filesystem::path& path, const Network<Real>& network,
                      const TrainingState<Real>& state, const Standing<Real>& standing,
                      const MemberRecord& record, const Provenance& provenance);

/// Fills the state of the training alone, from the checkpoint of any member with this network; a
/// velocity that the file does not hold is left as it is. Returns what is known there, without the
/// vectors of kernel batches and twins. Throws DataError. Collective over the network's grid.
template <class Real>
Standing<Real> read_state(const std::filesystem::path& path, const Network<Real>& network,
                          TrainingState<Real>& state);

/// Replaces all but the provenance by what the file holds, on any number of ranks. Throws DataError
/// where the file is missing, corrupt, incomplete or of another network or study; then the
/// arguments hold anything. Collective over the network's grid.
template <class Real>
void read_checkpoint(const std::filesystem::path& path, const Network<Real>& network,
                     const FunctionSizes& sizes, TrainingState<Real>& state,
                     Standing<Real>& standing, MemberRecord& record);

}  // namespace catapult
