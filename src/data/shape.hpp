// The sizes of a data set, before it is read.
// defines: DataShape, probe, bytes_as_read
#pragma once

#include <string>

#include "base/integer.hpp"
#include "data/options.hpp"
#include "linalg/image_shape.hpp"

namespace catapult {

struct DataShape {
  Index train_samples = 0;
  Index test_samples = 0;
  Index inputs = 0;
  Index outputs = 0;
  std::string remark = "";  ///< what the user of these data should know
  ImageShape image = {};    ///< of the inputs

  bool operator==(const DataShape&) const = default;
};

/// What load_dataset would deliver, from headers and labels only. Not collective, needs no MPI.
/// Throws DataError where files are missing or corrupt as far as that shows, UsageError where the
/// deck asks for what the data cannot give: classes, samples or a batch that are not there.
DataShape probe(const DataOptions& options);

/// What rank 0 holds of such data until they are spread over the ranks.
double bytes_as_read(const DataOptions& options, const DataShape& shape);

}  // namespace catapult
