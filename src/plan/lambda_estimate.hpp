// lambda_0 before there is a run.
// defines: LambdaEstimator
#pragma once

#include <map>
#include <string>

#include "data/shape.hpp"
#include "deck/deck.hpp"
#include "plan/steps.hpp"

namespace catapult {

/// Measures the kernel of a member's network with fewer neurons on a few training samples. In every
/// parametrization the largest eigenvalue of J J^T/(k N) depends little on N, for it belongs to
/// what the samples have in common, and little on the width (Jacot, Gabriel and Hongler 2018) but
/// in the standard one, where it grows linearly with it (Karakida, Akaho and Amari 2019).
class LambdaEstimator {
 public:
  /// No estimate of convolutional networks, of weights from files, of what takes long and of data
  /// or numbers that the run will refuse. Each distinct network and data are measured once,
  /// whatever their seeds are. One process, Kokkos must run; needs no MPI.
  LambdaEstimate of(const Deck& deck, const DataShape& data);

 private:
  std::map<std::string, LambdaEstimate> known_;
};

}  // namespace catapult
