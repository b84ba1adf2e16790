// The one place that knows all sources of data.
// defines: read_source, shape_of, holds_images, empty_source
#pragma once

#include "data/options.hpp"
#include "data/raw.hpp"
#include "data/shape.hpp"

namespace catapult {

/// The samples the deck asks for, subset and cut, before preprocessing. Throws DataError where
/// files are missing or corrupt, UsageError where the data cannot give what the deck asks for.
SourceData read_source(const DataOptions& options, Depth depth);

/// Of what has been read, at either depth.
DataShape shape_of(const SourceData& data);

/// Whether the source gives Images, a RawTable otherwise.
bool holds_images(const DataOptions& options);

/// Of the kind that read_source would give.
SourceData empty_source(const DataOptions& options);

}  // namespace catapult
