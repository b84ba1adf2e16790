#include "record/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <iterator>
#include <stdexcept>

#include "base/error.hpp"

namespace catapult {
namespace {

using Integers = std::vector<Index>;
using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;

Index length(const Column& column) {
  const auto count = std::visit([](const auto& all) { return all.size(); }, column.values);
  return static_cast<Index>(count) / (column.width > 0 ? column.width : 1);
}

std::vector<Index> shape_of(const Column& column, Index rows) {
  return column.width > 0 ? std::vector<Index>{rows, column.width} : std::vector<Index>{rows};
}

// Appended to one text: a table may have millions of rows.
void append(std::string& text, Index value) { text += fmt::format_int(value).c_str(); }
void append(std::string& text, double value) {
  if (!std::isnan(value)) fmt::format_to(std::back_inserter(text), "{}", value);
}
void append(std::string& text, const std::string& value) {
  const bool plain = value.find_first_of(",\"\n") == std::string::npos;
  if (plain) {
    text += value;
    return;
  }
  text += '"';
  for (const char c : value) text.append(c == '"' ? 2 : 1, c);
  text += '"';
}

void append_heading(std::string& text, const Column& column) {
  if (column.width == 0) return append(text, column.name);
  for (Index i = 0; i < column.width; ++i) {
    text += fmt::format("{}{}_{}", i == 0 ? "" : ",", column.name, i);
  }
}

void append_fields(std::string& text, const Column& column, Index row) {
  const Index width = column.width > 0 ? column.width : 1;
  std::visit(
      [&](const auto& all) {
        for (Index i = 0; i < width; ++i) {
          if (i > 0) text += ',';
          append(text, all[static_cast<std::size_t>(row * width + i)]);
        }
      },
      column.values);
}

template <class Append>
void append_line(std::string& text, const std::vector<Column>& columns, const Append& append_of) {
  for (const Column& column : columns) {
    if (&column != &columns.front()) text += ',';
    append_of(column);
  }
  text += '\n';
}

}  // namespace

Column integers(std::string name) { return {std::move(name), Integers{}}; }
Column numbers(std::string name) { return {std::move(name), Numbers{}}; }
Column texts(std::string name) { return {std::move(name), Texts{}}; }
Column vectors(std::string name, Index width) { return {std::move(name), Numbers{}, width}; }
Column added_later(Column column) {
  column.optional = true;
  return column;
}

void Table::append(const std::vector<Cell>& row) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    if (column.width != 0) {
      const auto& values = std::get<Numbers>(row.at(i));
      if (column.width == as_found) column.width = static_cast<Index>(values.size());
      auto& all = std::get<Numbers>(column.values);
      all.insert(all.end(), values.begin(), values.end());
      continue;
    }
    std::visit(
        [&](auto& all) {
          using Value = typename std::decay_t<decltype(all)>::value_type;
          all.push_back(std::get<Value>(row.at(i)));
        },
        column.values);
  }
  ++rows_;
}

Cell Table::at(Index row, const std::string& column) const {
  return std::visit([&](const auto& all) { return Cell(all.at(static_cast<std::size_t>(row))); },
                    find(column).values);
}

const Column& Table::find(const std::string& name) const {
  for (const Column& one : columns_) {
    if (one.name == name) return one;
  }
  throw std::out_of_range("table has no column " + name);
}

void Table::read(const Hdf5File& file, const std::string& group) {
  for (Column& column : columns_) {
    const std::string name = group + "/" + column.name;
    if (column.optional && !file.has(name)) {
      const Index size = rows_ * std::max<Index>(1, column.width);
      std::visit([&](auto& all) { all.assign(static_cast<std::size_t>(size), {}); }, column.values);
      continue;
    }
    std::visit(
        [&](auto& all) {
          using Value = typename std::decay_t<decltype(all)>::value_type;
          all = file.read<Value>(name);
        },
        column.values);
    const std::vector<Index> shape = file.shape(name);
    if (column.width == as_found && shape.size() == 2) column.width = shape[1];
    if (&column == &columns_[0]) rows_ = length(column);
    if (shape != shape_of(column, rows_)) {
      throw DataError(fmt::format("{}: dataset {} has the shape ({}), expected ({})",
                                  file.path().string(), name, fmt::join(shape, ", "),
                                  fmt::join(shape_of(column, rows_), ", ")));
    }
  }
}

void write_table(Hdf5File& file, const std::string& group, const Table& table) {
  for (const Column& column : table.columns()) {
    const std::vector<Index> shape = shape_of(column, table.rows());
    std::visit([&](const auto& all) { file.write(group + "/" + column.name, shape, all); },
               column.values);
  }
}

std::string to_csv(const Table& table) {
  std::string text;
  append_line(text, table.columns(), [&](const Column& column) { append_heading(text, column); });
  for (Index row = 0; row < table.rows(); ++row) {
    append_line(text, table.columns(),
                [&](const Column& column) { append_fields(text, column, row); });
  }
  return text;
}

}  // namespace catapult
