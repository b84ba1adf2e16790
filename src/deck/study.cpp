#include "deck/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/error.hpp"
#include "deck/check.hpp"
#include "deck/ensemble.hpp"
#include "deck/text.hpp"
#include "deck/value.hpp"

namespace catapult {
namespace {

/// More than a deck may have is not read, so that a wrong file costs nothing.
constexpr std::size_t most_bytes_read = std::size_t{1} << 21;

void set_values(const Keys& keys, const std::vector<OptionTable>& tables, Problems& problems) {
  for (const auto& [key, entry] : keys.values) {
    const Option& option = *find_option(tables, key);
    const auto value = decode(*entry.value, option, *entry.source, problems);
    if (value) {
      option.set(*value);
    } else {
      problems.distrust(key);
    }
  }
}

/// Types and ranges of the keys of [study.short], which a full run does not set.
void check_short_keys(const Document& document, Problems& problems) {
  Deck unused;
  const std::vector<OptionTable> tables = tables_of(unused);
  set_values(document.short_keys, tables, problems);
  read_axes(document.short_keys, tables, problems);
}

/// Short and full runs do not mix, unless the command line names the folder.
void name_short_folder(StudyOptions& study, const Document& document) {
  const Entry* output = document.find("study.output");
  if (output && output->source->setting >= 0) return;
  if (study.output.empty()) study.output = "runs/" + study.name;
  study.output.erase(study.output.find_last_not_of('/') + 1);
  study.output += "-short";
}

/// The solvable model has one linear hidden layer, whatever the defaults say.
void name_solvable(Deck& deck) {
  if (deck.model.kind != "solvable") return;
  deck.model.activation = "linear";
  deck.model.depth = 1;
}

/// Where boundaries are searched, a member stands for trainings up to the highest c.
void name_rate(Deck& deck) {
  if (!deck.boundary.find.empty()) deck.train.learning_rate_c = deck.boundary.between.back();
}

/// One deck a member, or the parts of an ensemble, unless there are more than can be.
void expand_members(Study& study, const Document& document, Problems& problems) {
  const std::vector<SweepAxis> others = axes_of_parts(study.axes);
  const MemberDeck first(study.base, study.axes);
  std::string reason = why_one_by_one(first.deck());
  if (reason.empty() && product_of(others) > most_members) {
    reason = "keys other than width, seed and learning rate have too many combinations";
  }
  if (reason.empty()) study.parts = expand(first.deck(), others);
  for (std::size_t i = 0; i < study.parts.size() && reason.empty(); ++i) {
    reason = why_one_by_one(study.parts[i]);
  }
  if (reason.empty()) {
    return refuse_more_than(most_trajectories, "the results of an ensemble are held in memory",
                            study.axes, document, problems);
  }
  study.parts.clear();
  refuse_more_than(
      most_members,
      fmt::format("the product of the axes; they are trained one by one, as {}", reason),
      study.axes, document, problems);
  if (study.count() <= most_members) study.members = expand(study.base, study.axes);
}

}  // namespace

std::string Study::where(const std::string& key) const {
  const auto found = places.find(key);
  return found == places.end() ? file : found->second;
}

std::string Study::swept_values(std::size_t member, const std::vector<std::string>& keys) const {
  const std::vector<std::size_t> position = member_position(axes, member);
  std::string text;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const bool wanted = keys.empty() || std::count(keys.begin(), keys.end(), axes[i].key) > 0;
    if (!wanted) continue;
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", axes[i].key,
                        to_toml(axes[i].values[position[i]]));
  }
  return text;
}

std::string read_deck_text(const std::string& path) {
  const auto refuse = [&](int error) {
    throw UsageError(fmt::format("{}: cannot read the deck ({}); inputs/ holds examples",
                                 one_line(path), std::strerror(error)));
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) refuse(errno);
  std::string text(most_bytes_read, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get())) refuse(errno);
  return text;
}

Study parse_study(const std::string& text, const std::string& file,
                  const std::vector<std::string>& settings, bool short_version) {
  Study study{file, text, {}, {}, {}, {}, {}};
  Problems problems;
  const std::vector<OptionTable> tables = tables_of(study.base);
  const Document document =
      read_document(text, one_line(file), settings, short_version, tables, problems);
  set_values(document, tables, problems);
  if (short_version) {
    name_short_folder(study.base.study, document);
  } else {
    check_short_keys(document, problems);
  }
  study.axes = read_axes(document, tables, problems);
  expand_members(study, document, problems);
  if (document.complete) check_members(study, document, problems);
  problems.throw_if_any();

  const bool kind_is_swept =
      document.find("model.kind") &&
      study.axes.end() != std::find_if(study.axes.begin(), study.axes.end(),
                                       [](const SweepAxis& a) { return a.key == "model.kind"; });
  if (!kind_is_swept) {
    name_solvable(study.base);
    for (Deck& member : study.members) name_solvable(member);
    for (Deck& part : study.parts) name_solvable(part);
  }
  for (Deck& member : study.members) name_rate(member);
  for (const auto& [key, entry] : document.values) study.places[key] = entry.place().text;
  for (const Entry& axis : document.axes) study.places[axis.key] = axis.place().text;
  return study;
}

Study read_study(const std::string& path, const std::vector<std::string>& settings,
                 bool short_version) {
  return parse_study(read_deck_text(path), path, settings, short_version);
}

}  // namespace catapult
