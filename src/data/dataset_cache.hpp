// The data of many members, read once.
// defines: DatasetCache
#pragma once

#include <optional>
#include <variant>

#include "data/dataset.hpp"
#include "data/raw.hpp"
#include "data/shape.hpp"

namespace catapult {

/// The samples that the last member of a group of ranks has loaded. One with the same samples (the
/// order of its batches is its own), on the same grid and in the same precision, gets them as they
/// are; before others are loaded they are let go of.
class DatasetCache {
 public:
  /// Rank 0 of `leaders`, the first ranks of groups, reads what `options` ask for and sends it to
  /// the others; each keeps it until its group loads for the first time. Where it cannot be read,
  /// groups shall find out for themselves. Collective over `leaders`.
  void share(const DataOptions& options, const Communicator& leaders);

  /// As load_dataset. Collective over the grid.
  template <class Real>
  Dataset<Real> load(const DataOptions& options, const Grid& grid);

  /// What probe(options) tells, without looking where it is known. Not collective.
  DataShape shape_of(const DataOptions& options) const;

 private:
  template <class Real>
  struct Loaded {
    DataOptions options;
    GridShape grid;
    Dataset<Real> samples;
  };
  struct Read {
    DataOptions options;
    SourceData data;
  };

  std::variant<std::monostate, Loaded<float>, Loaded<double>> loaded_;
  std::optional<Read> read_;  ///< what `share` has left, on the first rank
};

}  // namespace catapult
