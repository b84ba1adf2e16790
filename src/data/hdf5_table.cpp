#include "data/hdf5_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <set>

#include "base/error.hpp"
#include "data/locate.hpp"
#include "data/selection.hpp"
#include "record/hdf5.hpp"

namespace catapult {
namespace {

const std::string advice =
    "data.path names a file with the datasets x (N, d) and y (N, k), x_test and y_test if wanted";

struct Sizes {
  Index rows = 0;
  Index columns = 0;
};

[[noreturn]] void refuse(const Hdf5File& file, const std::string& name,
                         const std::string& problem) {
  throw DataError(fmt::format("{}: dataset {}: {}", file.path().string(), name, problem));
}

Sizes sizes_of(const Hdf5File& file, const std::string& name) {
  const std::vector<Index> shape = file.shape(name);
  if (shape.size() != 2) {
    const char* better = shape.size() > 2          ? "; write x.reshape(len(x), -1)"
                         : name.rfind('y', 0) == 0 ? "; of labels write one column a class"
                                                   : "";
    refuse(
        file, name,
        fmt::format("expected a matrix, found the shape ({}){}", fmt::join(shape, ", "), better));
  }
  if (shape[0] == 0 || shape[1] == 0) {
    refuse(file, name,
           fmt::format("expected at least 1 row and 1 column, found ({}, {})", shape[0], shape[1]));
  }
  return {shape[0], shape[1]};
}

/// The first `rows` rows of a matrix, all finite.
std::vector<double> values_of(const Hdf5File& file, const std::string& name, Index rows,
                              Index columns) {
  std::vector<double> values(static_cast<std::size_t>(rows * columns));
  file.read_slab(name, {{0, 0}, {rows, columns}}, values.data());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    const Index at = static_cast<Index>(i);
    refuse(file, name,
           fmt::format("expected finite numbers, found {} at ({}, {})", values[i], at / columns,
                       at % columns));
  }
  return values;
}

struct Part {
  std::string name, x, y;
  Index limit = 0;  ///< samples wanted; 0: all
};

/// The part, and its numbers of inputs and outputs.
std::tuple<TablePart, Index, Index> read_part(const Hdf5File& file, const Part& part, Depth depth) {
  const Sizes x = sizes_of(file, part.x), y = sizes_of(file, part.y);
  if (y.rows != x.rows) {
    const bool turned = y.columns == x.columns;
    refuse(file, part.y,
           fmt::format("expected {} rows, as in {}, found {}{}", x.rows, part.x, y.rows,
                       turned ? " (both seem to be transposed, as MATLAB writes them)" : ""));
  }
  check_enough_samples(part.name, part.limit, x.rows);
  TablePart result{part.limit > 0 ? part.limit : x.rows, {}, {}};
  if (depth == Depth::content) {
    result.x = values_of(file, part.x, result.samples, x.columns);
    result.y = values_of(file, part.y, result.samples, y.columns);
  }
  return {std::move(result), x.columns, y.columns};
}

/// Where y seems to hold labels, which would be taken as one real output: what to do; else "".
std::string remark_on_labels(const Hdf5File& file, Index rows) {
  const std::vector<double> y = values_of(file, "y", rows, 1);
  std::set<double> labels;
  for (const double label : y) {
    if (label < 0.0 || label != std::floor(label)) return "";
    labels.insert(label);
  }
  if (labels.size() < 3 || *labels.rbegin() > 1e6) return "";
  return fmt::format(
      "y is one column of the whole numbers {} to {} (one real output is trained on them); if they "
      "are labels, write one column a class",
      *labels.begin(), *labels.rbegin());
}

RawTable read(const Hdf5File& file, const DataOptions& options, Depth depth) {
  RawTable table;
  std::tie(table.train, table.inputs, table.outputs) =
      read_part(file, {"train", "x", "y", options.train_samples}, depth);
  if (table.outputs == 1) table.remark = remark_on_labels(file, table.train.samples);
  if (!file.has("x_test") && !file.has("y_test")) {
    check_enough_samples("test", options.test_samples, 0);
    return table;
  }
  Index inputs = 0, outputs = 0;
  std::tie(table.test, inputs, outputs) =
      read_part(file, {"test", "x_test", "y_test", options.test_samples}, depth);
  if (inputs != table.inputs) {
    refuse(file, "x_test",
           fmt::format("expected {} columns, as in x, found {}", table.inputs, inputs));
  }
  if (outputs != table.outputs) {
    refuse(file, "y_test",
           fmt::format("expected {} columns, as in y, found {}", table.outputs, outputs));
  }
  return table;
}

}  // namespace

RawTable read_hdf5_table(const DataOptions& options, Depth depth) {
  const std::filesystem::path path = locate(options, advice);
  try {
    return read(Hdf5File::open(path), options, depth);
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}; {}", error.what(), advice));
  }
}

}  // namespace catapult
