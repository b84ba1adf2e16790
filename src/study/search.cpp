#include "study/search.hpp"

#include "study/phase.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

Brackets brackets_of(const Deck& deck) {
  const BoundaryOptions& o = deck.boundary;
  return {o.find.size(), o.between[0], o.between[1], o.resolution};
}

/// Whether the training of this line of the summary went beyond a boundary. What diverges is beyond
/// all of them.
bool is_beyond(const std::string& boundary, const Table& line, double fall) {
  const auto number = [&](const char* column) { return std::get<double>(line.at(0, column)); };
  if (std::get<std::string>(line.at(0, "outcome")) == name_of(Outcome::diverged)) return true;
  if (boundary == "loss_rises") return rises(number("loss_max"), number("loss_0"));
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

const Search& Searches::of(Index member) {
  const Deck& deck = study_.members[static_cast<std::size_t>(member)];
  Search& known = known_.try_emplace(member, Search{brackets_of(deck), {}, {}}).first->second;
  for (;;) {
    known.next = known.brackets.next();
    const MemberId trial{member, static_cast<Index>(known.trials.size())};
    const fs::path folder = member_folder(run_, trial);
    if (!known.next || !is_finished(recorded_end(folder).outcome)) return known;
    known.brackets.tell(*known.next, facts_of(deck.boundary, recorded_line(folder, study_)));
    known.trials.push_back(trial);
  }
}

std::vector<MemberId> Searches::all_trials() {
  std::vector<MemberId> all;
  for (Index member = 0; member < static_cast<Index>(study_.members.size()); ++member) {
    const Search& known = of(member);
    all.insert(all.end(), known.trials.begin(), known.trials.end());
    // One that failed or was stopped.
    const MemberId unfinished{member, static_cast<Index>(known.trials.size())};
    if (known.next && fs::exists(member_folder(run_, unfinished))) all.push_back(unfinished);
  }
  return all;
}

Deck deck_at(const Deck& deck, double c) {
  Deck trial = deck;
  trial.boundary = {};
  trial.train.learning_rate_c = c;
  return trial;
}

}  // namespace catapult
