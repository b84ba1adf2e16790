#include "study/narration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "deck/text.hpp"
#include "record/readable.hpp"
#include "study/boundary_tables.hpp"
#include "study/phase.hpp"

namespace catapult {
namespace {

constexpr Index most_rows = 60;  // of a table that is still read

using AxisNumbers = std::vector<std::size_t>;

bool is_rate(const std::string& key) {
  return key == "train.learning_rate" || key == "train.learning_rate_c";
}

template <class Wanted>
AxisNumbers axes_where(const Study& study, const Wanted& wanted) {
  AxisNumbers found;
  for (std::size_t i = 0; i < study.axes.size(); ++i) {
    if (wanted(study.axes[i].key)) found.push_back(i);
  }
  return found;
}

/// "width" of "model.width", where no other axis ends like this.
std::string short_key(const Study& study, std::size_t axis) {
  const auto last_word = [](const std::string& key) { return key.substr(key.rfind('.') + 1); };
  const std::string word = last_word(study.axes[axis].key);
  const auto alike =
      axes_where(study, [&](const std::string& key) { return last_word(key) == word; });
  return alike.size() > 1 ? study.axes[axis].key : word;
}

std::string value_words(const Study& study, std::size_t axis, Index member) {
  const std::size_t place = member_position(study.axes, static_cast<std::size_t>(member))[axis];
  const OptionValue& value = study.axes[axis].values[place];
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  return to_toml(value);
}

/// "width 512, depth 3"
std::string words(const Study& study, const AxisNumbers& axes, Index member) {
  std::string text;
  for (const std::size_t axis : axes) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", short_key(study, axis),
                        value_words(study, axis, member));
  }
  return text;
}

/// What members share that are told together, and what is told of each.
struct Grouping {
  AxisNumbers shared;   ///< in the heading
  AxisNumbers columns;  ///< beside the learning rate
  Index groups = 1;
  std::vector<std::pair<Index, Index>> steps;  ///< of `shared`: members to its next value, values
};

Grouping grouping_of(const Study& study) {
  const auto is_other = [](const std::string& key) { return !is_rate(key) && !is_seed(key); };
  Grouping grouping{axes_where(study, is_other), axes_where(study, is_seed), 1, {}};
  const bool alone = grouping.shared.size() == study.axes.size();  // one member a group
  if (alone) std::swap(grouping.shared, grouping.columns);
  for (const std::size_t axis : grouping.shared) {
    const auto after = study.axes.begin() + static_cast<std::ptrdiff_t>(axis) + 1;
    const auto values = static_cast<Index>(study.axes[axis].values.size());
    grouping.steps.emplace_back(product_of({after, study.axes.end()}), values);
    grouping.groups *= values;
  }
  return grouping;
}

/// The first member of the group of `member`.
Index first_of_group(const Grouping& grouping, Index member) {
  Index first = 0;
  for (const auto& [step, values] : grouping.steps) first += member / step % values * step;
  return first;
}

double rate_of(const Study& study, Index member) {
  const AxisNumbers rates = axes_where(study, is_rate);
  if (rates.empty()) return 0.0;
  const auto position = member_position(study.axes, static_cast<std::size_t>(member));
  return std::get<double>(study.axes[rates.front()].values[position[rates.front()]]);
}

/// A row of a table and the member it is of.
struct MemberCells {
  Index member = 0;
  std::vector<std::string> cells;
};

/// The lines of a table, a heading before each group where there are several.
std::vector<std::string> indented(const Rows& rows) {
  const bool headed =
      std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.size() == 1; });
  std::vector<std::string> lines = aligned(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    lines[i] = (headed && rows[i].size() > 1 ? "    " : "  ") + lines[i];
  }
  return lines;
}

std::vector<std::string> table_lines(const Study& study, std::vector<std::string> names,
                                     std::vector<MemberCells> members) {
  const Grouping grouping = grouping_of(study);
  const auto order = [&](const MemberCells& row) {
    return std::pair(first_of_group(grouping, row.member), rate_of(study, row.member));
  };
  std::stable_sort(members.begin(), members.end(),
                   [&](const MemberCells& a, const MemberCells& b) { return order(a) < order(b); });
  for (const std::size_t axis : grouping.columns) names.push_back(short_key(study, axis));
  Rows rows = {std::move(names)};
  std::string last;
  for (MemberCells& row : members) {
    const std::string heading = words(study, grouping.shared, row.member);
    if (heading != last) rows.push_back({heading});
    last = heading;
    for (const std::size_t axis : grouping.columns) {
      row.cells.push_back(value_words(study, axis, row.member));
    }
    rows.push_back(std::move(row.cells));
  }
  return indented(rows);
}

std::vector<std::string> member_table(const Study& study, const Table& summary) {
  std::vector<MemberCells> members;
  for (Index row = 0; row < summary.rows(); ++row) {
    const auto text = [&](const char* name) {
      return std::get<std::string>(summary.at(row, name));
    };
    const auto number = [&](const char* name) {
      return brief(std::get<double>(summary.at(row, name)));
    };
    members.push_back(
        {row,
         {text("member"), ending(text("phase"), text("outcome")), number("c"),
          number("learning_rate"), fmt::format("{}", std::get<Index>(summary.at(row, "steps"))),
          number("loss_end"), number("accuracy_end"), number("test_accuracy_end"),
          number("lambda_end")}});
  }
  return table_lines(
      study,
      {"member", "phase", "c", "eta", "steps", "loss", "accuracy", "test accuracy", "lambda"},
      std::move(members));
}

/// The members of a group that have ended in one way.
struct Alike {
  Index members = 0;
  double least = HUGE_VAL, most = -HUGE_VAL;  ///< of their rates
  double steps = 0.0;
};

/// By the first member of each group.
using Counted = std::map<Index, std::map<std::string, Alike, EndingOrder>>;

Counted count_alike(const Grouping& grouping, const Table& summary,
                    const std::vector<double>& rates) {
  const auto &phase = summary.column<std::string>("phase"),
             &outcome = summary.column<std::string>("outcome");
  const auto& steps = summary.column<Index>("steps");
  Counted counted;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const Index group = first_of_group(grouping, static_cast<Index>(i));
    Alike& alike = counted[group][ending(phase[i], outcome[i])];
    ++alike.members;
    alike.least = std::fmin(alike.least, rates[i]);
    alike.most = std::fmax(alike.most, rates[i]);
    alike.steps += static_cast<double>(steps[i]);
  }
  return counted;
}

/// "0.5 to 1.98"
std::string range_words(double low, double high) {
  if (low > high) return "-";
  return low == high ? brief(low) : fmt::format("{} to {}", brief(low), brief(high));
}

std::vector<std::string> phase_table(const Study& study, const Table& summary) {
  const auto& c = summary.column<double>("c");
  const bool by_c = std::any_of(c.begin(), c.end(), [](double known) { return known > 0.0; });
  Grouping grouping = grouping_of(study);
  const auto endings = static_cast<Index>(endings_of(summary).size());
  if (grouping.groups * endings > most_rows) grouping = {};
  Rows rows = {{"phase", "members", by_c ? "c" : "eta", "steps on average"}};
  for (const auto& [first, ways] :
       count_alike(grouping, summary, by_c ? c : summary.column<double>("learning_rate"))) {
    if (grouping.groups > 1) rows.push_back({words(study, grouping.shared, first)});
    for (const auto& [how, alike] : ways) {
      rows.push_back({how, fmt::format("{}", alike.members), range_words(alike.least, alike.most),
                      brief(alike.steps / static_cast<double>(alike.members))});
    }
  }
  return indented(rows);
}

/// "(4.01 to 4.02)"
std::string bracket_words(const Table& found, Index row) {
  const double low = std::get<double>(found.at(row, "c_low")),
               high = std::get<double>(found.at(row, "c_high"));
  if (std::get<std::string>(found.at(row, "monotone")) == "no") {
    return fmt::format("NOT MONOTONE between {} and {}", brief(low), brief(high));
  }
  if (std::isnan(low)) return "below " + brief(high);
  return std::isnan(high) ? "above " + brief(low)
                          : fmt::format("{} to {}", brief(low), brief(high));
}

}  // namespace

std::string swept_words(const Study& study, Index member) {
  return words(study, axes_where(study, [](const std::string& key) { return !is_rate(key); }),
               member);
}

std::string member_line(const std::string& name, const std::string& how, const MemberResult& result,
                        double seconds, const std::string& swept) {
  const Row& last = result.training.last;
  std::string line =
      fmt::format("{}  {:<9}  {:>7} steps  eta {:>9}  c {:>6}  loss {:>9}  lambda {:>9}  {:>8}  {}",
                  name, how, last.step, brief(result.learning_rate), brief(result.c),
                  brief(last.loss), brief(result.lambda_end), duration(seconds), swept);
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::vector<std::string> summary_lines(const Study& study, const Table& summary,
                                       const std::string& file) {
  if (summary.rows() <= most_rows) return member_table(study, summary);
  std::vector<std::string> lines = phase_table(study, summary);
  lines.push_back(fmt::format("  each of the {} members: {}", summary.rows(), file));
  return lines;
}

std::vector<std::string> boundary_lines(const Study& study, const Table& found,
                                        const std::string& file) {
  std::vector<MemberCells> rows;
  for (Index row = 0; row < std::min(found.rows(), most_rows); ++row) {
    const auto member = std::get<std::string>(found.at(row, "member"));
    rows.push_back({static_cast<Index>(std::stoul(member)),
                    {member, std::get<std::string>(found.at(row, "boundary")),
                     brief(std::get<double>(found.at(row, "c"))), bracket_words(found, row),
                     fmt::format("{}", std::get<Index>(found.at(row, "members")))}});
  }
  if (rows.empty()) return {};
  auto lines =
      table_lines(study, {"member", "boundary", "c", "between", "trainings"}, std::move(rows));
  if (found.rows() > most_rows) {
    lines.push_back(fmt::format("  {} more: {}", found.rows() - most_rows, file));
  }
  return lines;
}

std::string time_words(const PartSeconds& seconds, double elapsed) {
  const double all = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  std::vector<std::size_t> parts(seconds.size());
  std::iota(parts.begin(), parts.end(), std::size_t{0});
  std::stable_sort(parts.begin(), parts.end(),
                   [&](std::size_t a, std::size_t b) { return seconds[a] > seconds[b]; });
  std::string shares;
  for (const std::size_t part : parts) {
    const long percent = all > 0.0 ? std::lround(100.0 * seconds[part] / all) : 0;
    if (percent == 0) continue;
    shares += fmt::format("{}{} {} %", shares.empty() ? "" : ", ", time_part_names[part], percent);
  }
  return duration(elapsed) + (shares.empty() ? "" : " (" + shares + ")");
}

}  // namespace catapult
