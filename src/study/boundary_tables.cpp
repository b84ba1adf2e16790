#include "study/boundary_tables.hpp"

#include <algorithm>
#include <cmath>

#include "base/unknown.hpp"

namespace catapult {
namespace {

bool is_seed_column(const Column& key) { return is_seed(key.name); }

std::vector<Column> columns_of(std::vector<Column> first, const std::vector<Column>& keys,
                               const std::vector<Column>& last) {
  first.insert(first.end(), keys.begin(), keys.end());
  first.insert(first.end(), last.begin(), last.end());
  return first;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return values.empty() ? unknown : sum / static_cast<double>(values.size());
}

/// sqrt(sum of (x - mean)^2 / (n - 1) / n)
double standard_error_of(const std::vector<double>& values) {
  if (values.size() < 2) return unknown;
  const double mean = mean_of(values), count = static_cast<double>(values.size());
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (count - 1.0) / count);
}

/// The seeds of one row of the means.
struct Seeds {
  std::vector<Cell> keys;  ///< the other ones, and the boundary
  std::vector<double> c;   ///< those found
  Index count = 0;
};

}  // namespace

Table boundary_table(Searches& searches) {
  const Study& study = searches.study();
  const std::vector<std::string>& find = study.base.boundary.find;
  Table table(columns_of({texts("member")}, key_columns(study),
                         {texts("boundary"), numbers("c"), numbers("c_low"), numbers("c_high"),
                          integers("members"), texts("monotone")}));
  for (Index member = 0; member < static_cast<Index>(study.members.size()); ++member) {
    const Search& known = searches.of(member);
    if (known.next) continue;  // not finished
    for (std::size_t boundary = 0; boundary < find.size(); ++boundary) {
      const Bracket b = known.brackets.bracket(boundary);
      std::vector<Cell> row = {name_of({member})};
      const std::vector<Cell> swept = key_cells(study, member);
      row.insert(row.end(), swept.begin(), swept.end());
      const std::vector<Cell> cells = {
          find[boundary],          b.monotone ? 0.5 * (b.low + b.high) : unknown, b.low, b.high,
          known.brackets.trials(), std::string(b.monotone ? "yes" : "no")};
      row.insert(row.end(), cells.begin(), cells.end());
      table.append(row);
    }
  }
  return table;
}

bool is_seed(const std::string& key) { return key == "model.seed" || key == "data.seed"; }

bool sweeps_seeds(const Study& study) {
  const std::vector<Column> keys = key_columns(study);
  return std::any_of(keys.begin(), keys.end(), is_seed_column);
}

Table mean_boundaries(const Table& boundaries, const Study& study) {
  std::vector<Column> shared = key_columns(study);
  std::erase_if(shared, is_seed_column);
  shared.push_back(texts("boundary"));
  std::vector<Seeds> all;  // in the order of the sweep
  for (Index row = 0; row < boundaries.rows(); ++row) {
    std::vector<Cell> keys;
    for (const Column& key : shared) keys.push_back(boundaries.at(row, key.name));
    auto place = std::find_if(all.begin(), all.end(),
                              [&](const Seeds& seeds) { return seeds.keys == keys; });
    if (place == all.end()) place = all.insert(all.end(), {keys, {}, 0});
    const double c = std::get<double>(boundaries.at(row, "c"));
    if (std::isfinite(c)) place->c.push_back(c);
    ++place->count;
  }
  Table table(columns_of(
      {}, shared, {numbers("c_mean"), numbers("c_sem"), integers("found"), integers("seeds")}));
  for (Seeds& seeds : all) {
    const std::vector<Cell> cells = {mean_of(seeds.c), standard_error_of(seeds.c),
                                     static_cast<Index>(seeds.c.size()), seeds.count};
    seeds.keys.insert(seeds.keys.end(), cells.begin(), cells.end());
    table.append(seeds.keys);
  }
  return table;
}

}  // namespace catapult
