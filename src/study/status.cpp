#include "study/status.hpp"

#include <fmt/chrono.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "record/atomic_file.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

using Json = nlohmann::ordered_json;

fs::path progress_folder(const fs::path& run) { return run / "progress"; }

std::time_t time_of(const std::string& text) {
  std::tm parts{};
  std::istringstream(text) >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%SZ");
  return timegm(&parts);
}

/// A file of this program or of anything else.
std::optional<Json> read_json(const fs::path& file) {
  try {
    Json json = Json::parse(read_text(file));
    if (json.is_object()) return json;
  } catch (const DataError&) {
  } catch (const Json::exception&) {
  }
  return std::nullopt;
}

/// The value of a key where there is one of its kind, else `otherwise`.
template <class T>
T get(const Json& json, const char* key, T otherwise) {
  try {
    return json.value(key, otherwise);
  } catch (const Json::exception&) {
    return otherwise;
  }
}

std::time_t get_time(const Json& json, const char* key) {
  const std::string text = get(json, key, std::string());
  return text.empty() ? 0 : time_of(text);
}

Json json_of(const EndingCounts& counts) {
  Json json = Json::object();
  for (const auto& [name, count] : counts) json[name] = count;
  return json;
}

EndingCounts get_counts(const Json& json, const char* key) {
  EndingCounts counts;
  const Json object = get(json, key, Json::object());
  if (!object.is_object()) return counts;
  for (const auto& [name, count] : object.items()) {
    if (count.is_number_integer()) counts[name] = count.get<Index>();
  }
  return counts;
}

Json json_of(const PartSeconds& seconds) {
  Json json = Json::object();
  for (std::size_t i = 0; i < seconds.size(); ++i) json[time_part_names[i]] = seconds[i];
  return json;
}

PartSeconds get_seconds(const Json& json, const char* key) {
  PartSeconds seconds{};
  const Json object = get(json, key, Json::object());
  for (std::size_t i = 0; i < seconds.size(); ++i)
    seconds[i] = get(object, time_part_names[i], 0.0);
  return seconds;
}

/// Numbers that are not known are null.
Json json_of(const MemberStatus& member) {
  return {{"member", member.name}, {"swept", member.swept},
          {"step", member.step},   {"steps", member.steps},
          {"loss", member.loss},   {"lambda", member.lambda},
          {"c", member.c},         {"steps_per_second", member.steps_per_second}};
}

MemberStatus member_of(const Json& json) {
  return {get(json, "member", std::string()),
          get(json, "swept", std::string()),
          get(json, "step", Index{0}),
          get(json, "steps", Index{0}),
          get(json, "loss", unknown),
          get(json, "lambda", unknown),
          get(json, "c", unknown),
          get(json, "steps_per_second", unknown)};
}

}  // namespace

std::string this_host() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string utc(std::time_t time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(time));
}

void add(const std::vector<GroupStatus>& groups, Status& status) {
  for (const GroupStatus& group : groups) {
    status.finished += group.finished;
    for (const auto& [how, count] : group.ended) status.ended[how] += count;
  }
}

void write_status(const fs::path& run, const Status& status) {
  const Json json = {{"study", status.study},
                     {"state", status.state},
                     {"members", status.members},
                     {"finished", status.finished},
                     {"ended", json_of(status.ended)},
                     {"message", status.message},
                     {"elapsed", status.elapsed},
                     {"seconds", json_of(status.seconds)},
                     {"started", utc(status.started)},
                     {"updated", utc(std::time(nullptr))},
                     {"host", this_host()},
                     {"process", getpid()}};
  write_text(run / "status.json", json.dump(2) + "\n");
}

void write_failure(const fs::path& run, const std::string& message) {
  Status status = read_status(run).value_or(Status{});
  if (status.state == "running") add(read_groups(run), status);
  status.state = "failed";
  status.message = message;
  try {
    write_status(run, status);
  } catch (const OutputError&) {
  }
  forget_progress(run);
}

std::optional<Status> read_status(const fs::path& run) {
  const auto json = read_json(run / "status.json");
  const std::string state = json ? get(*json, "state", std::string()) : "";
  if (state.empty()) return std::nullopt;
  return Status{get(*json, "study", std::string()), state,
                get(*json, "members", Index{0}),    get(*json, "finished", Index{0}),
                get_counts(*json, "ended"),         get(*json, "message", std::string()),
                get(*json, "elapsed", 0.0),         get_seconds(*json, "seconds"),
                get_time(*json, "started"),         get_time(*json, "updated"),
                get(*json, "host", std::string())};
}

fs::path group_file(const fs::path& run, int number) {
  return progress_folder(run) / fmt::format("{:04}.json", number);
}

void write_group(const fs::path& file, const GroupStatus& status) {
  Json json = {{"finished", status.finished},
               {"ended", json_of(status.ended)},
               {"updated", utc(std::time(nullptr))}};
  json.update(json_of(status.member));
  replace_text(file, json.dump(2) + "\n");
}

void forget_progress(const fs::path& run) {
  std::error_code ignored;
  fs::remove_all(progress_folder(run), ignored);
}

std::vector<GroupStatus> read_groups(const fs::path& run) {
  std::vector<GroupStatus> groups;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(progress_folder(run), none)) {
    const auto json = entry.path().extension() == ".json" ? read_json(entry.path()) : std::nullopt;
    if (!json) continue;  // half removed, or foreign
    groups.push_back({get(*json, "finished", Index{0}), get_counts(*json, "ended"),
                      member_of(*json), get_time(*json, "updated")});
  }
  std::sort(groups.begin(), groups.end(), [](const GroupStatus& a, const GroupStatus& b) {
    return a.member.name < b.member.name;
  });
  return groups;
}

}  // namespace catapult
