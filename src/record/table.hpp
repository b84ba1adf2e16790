// Tables of named columns: series and summaries, as HDF5 and as CSV.
// defines: Cell, as_found, Column, added_later, Table, write_table, read_table, to_csv
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/integer.hpp"
#include "record/hdf5.hpp"

namespace catapult {

using Cell = std::variant<Index, double, std::string, std::vector<double>>;

/// Width of a column of vectors that its first row tells, or the file that it is read from.
constexpr Index as_found = -1;

/// One value a row; `width` numbers a row where it is not 0.
struct Column {
  std::string name;
  std::variant<std::vector<Index>, std::vector<double>, std::vector<std::string>> values;
  Index width = 0;
  bool optional = false;  ///< read as zeros, or empty text, where a file does not have it
};

Column integers(std::string name);
Column numbers(std::string name);
Column texts(std::string name);
Column vectors(std::string name, Index width);
/// One that files of earlier versions do not have.
Column added_later(Column column);

/// Columns of equal length, in memory.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  Index rows() const { return rows_; }
  const std::vector<Column>& columns() const { return columns_; }

  /// One cell a column, of its kind. Throws std::bad_variant_access for another kind.
  void append(const std::vector<Cell>& row);
  /// The value of a column that is no vector. Throws std::out_of_range for an unknown name.
  Cell at(Index row, const std::string& column) const;
  /// All values of a column, T as it holds them. Likewise.
  template <class T>
  const std::vector<T>& column(const std::string& name) const {
    return std::get<std::vector<T>>(find(name).values);
  }

  /// Replaces all columns by those of the same names and kinds in `group` of a file. Throws
  /// DataError where one that is not optional is missing, or of another shape.
  void read(const Hdf5File& file, const std::string& group);

 private:
  const Column& find(const std::string& name) const;

  std::vector<Column> columns_;
  Index rows_ = 0;
};

/// Every column as a dataset GROUP/NAME. Collective where the file is shared.
void write_table(Hdf5File& file, const std::string& group, const Table& table);

/// Names, then rows; numbers to their last digit, NaN as an empty field. A vector column becomes
/// NAME_0, NAME_1, ...
std::string to_csv(const Table& table);

}  // namespace catapult
