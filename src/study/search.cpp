#include "study/search.hpp"

#include <limits>

#include "record/atomic_file.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double rounding = 1e-3;  // of a loss that rises

Brackets brackets_of(const Deck& deck) {
  const BoundaryOptions& o = deck.boundary;
  return {o.find.size(), o.between[0], o.between[1], o.resolution};
}

/// Whether the training of this line of the summary went beyond a boundary. What diverges is beyond
/// all of them.
bool is_beyond(const std::string& boundary, const Table& line, double fall) {
  const auto number = [&](const char* column) { return std::get<double>(line.at(0, column)); };
  if (std::get<std::string>(line.at(0, "outcome")) == name_of(Outcome::diverged)) return true;
  if (boundary == "loss_rises") return number("loss_max") > (1.0 + rounding) * number("loss_0");
  if (boundary == "lambda_falls") return number("lambda_end") < (1.0 - fall) * number("lambda_0");
  return false;
}

std::vector<bool> facts_of(const BoundaryOptions& options, const Table& line) {
  std::vector<bool> beyond;
  for (const std::string& boundary : options.find) {
    beyond.push_back(is_beyond(boundary, line, options.fall));
  }
  return beyond;
}

}  // namespace

Search search_so_far(const fs::path& run, const Study& study, Index member) {
  const Deck& deck = study.members[static_cast<std::size_t>(member)];
  Search known{brackets_of(deck), {}, {}};
  for (;;) {
    known.next = known.brackets.next();
    const MemberId trial{member, static_cast<Index>(known.trials.size())};
    const fs::path folder = member_folder(run, trial);
    if (!known.next || !is_finished(recorded_outcome(folder))) return known;
    known.brackets.tell(*known.next, facts_of(deck.boundary, recorded_line(folder, study)));
    known.trials.push_back(trial);
  }
}

Deck deck_at(const Deck& deck, double c) {
  Deck trial = deck;
  trial.boundary = {};
  trial.train.learning_rate_c = c;
  return trial;
}

Table write_boundaries(const fs::path& run, const Study& study) {
  std::vector<Column> columns = {texts("member")};
  const std::vector<Column> keys = key_columns(study);
  columns.insert(columns.end(), keys.begin(), keys.end());
  const std::vector<Column> found = {texts("boundary"), numbers("c"),        numbers("c_low"),
                                     numbers("c_high"), integers("members"), texts("monotone")};
  columns.insert(columns.end(), found.begin(), found.end());
  Table table(std::move(columns));
  for (Index member = 0; member < static_cast<Index>(study.members.size()); ++member) {
    const Search known = search_so_far(run, study, member);
    if (known.next) continue;  // not finished
    const std::vector<std::string>& find = study.base.boundary.find;
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
  write_text(run / "boundaries.csv", to_csv(table));
  return table;
}

std::vector<MemberId> all_trials(const fs::path& run, const Study& study) {
  std::vector<MemberId> all;
  for (Index member = 0; member < static_cast<Index>(study.members.size()); ++member) {
    const Search known = search_so_far(run, study, member);
    all.insert(all.end(), known.trials.begin(), known.trials.end());
    // One that failed or was stopped.
    const MemberId unfinished{member, static_cast<Index>(known.trials.size())};
    if (known.next && fs::exists(member_folder(run, unfinished))) all.push_back(unfinished);
  }
  return all;
}

}  // namespace catapult
