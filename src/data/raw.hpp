// Samples as a source delivers them, on the host, before preprocessing.
// defines: Depth, ImagePart, Images, TablePart, RawTable, SourceData
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/integer.hpp"
#include "linalg/image_shape.hpp"

namespace catapult {

/// What is read: headers and labels only, or everything. Values stay empty in the first case.
enum class Depth { shape, content };

/// Labelled samples of one byte a value.
struct ImagePart {
  std::vector<unsigned char> pixels;   // (samples, inputs)
  std::vector<unsigned char> outputs;  // (samples), which output is 1
};
struct Images {
  ImageShape image = {};
  Index outputs = 0;
  ImagePart train;
  ImagePart test;
  std::string remark = "";  ///< what its user should know; "" where there is nothing
};

/// Samples of real numbers.
struct TablePart {
  Index samples = 0;
  std::vector<double> x;  // (samples, inputs)
  std::vector<double> y;  // (samples, outputs)
};
struct RawTable {
  Index inputs = 0;
  Index outputs = 0;
  TablePart train;
  TablePart test;
  std::string remark = "";  ///< likewise
  ImageShape image = {};    ///< of the inputs, where they are images
};

using SourceData = std::variant<Images, RawTable>;

}  // namespace catapult
