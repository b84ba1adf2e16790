#include "record/provenance.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <map>

#include "base/version.hpp"
#include "record/readable.hpp"

namespace catapult {
namespace {

/// "node1 (2 ranks), node2 (2 ranks)"
std::string host_names(const Communicator& world) {
  constexpr Index length = 256;
  std::array<char, length> mine{};
  gethostname(mine.data(), length - 1);
  std::string all(static_cast<std::size_t>(length * world.size()), '\0');
  const std::vector<Index> counts(static_cast<std::size_t>(world.size()), length);
  world.all_gather(mine.data(), all.data(), counts);
  std::map<std::string, int> ranks_of;
  for (int rank = 0; rank < world.size(); ++rank) ++ranks_of[all.c_str() + rank * length];
  std::string text;
  for (const auto& [host, ranks] : ranks_of) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", host, counted(ranks, "rank"));
  }
  return text;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Provenance collect_provenance(const Communicator& world, const std::string& command_line,
                              const std::string& deck) {
  Provenance facts = build_facts();
  facts.emplace_back("hdf5", hdf5_version());
  facts.emplace_back("hosts", host_names(world));
  facts.emplace_back("ranks", fmt::format("{}", world.size()));
  facts.emplace_back("command_line", command_line);
  facts.emplace_back("petsc_options", environment("PETSC_OPTIONS"));
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  facts.emplace_back("started", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now)));
  facts.emplace_back("deck", deck);
  for (auto& [name, value] : facts) world.broadcast(value);
  return facts;
}

void write_provenance(Hdf5File& file, const Provenance& provenance) {
  for (const auto& [name, value] : provenance) {
    file.write("provenance/" + name, {}, std::vector<std::string>{value});
  }
}

Provenance read_provenance(const Hdf5File& file) {
  Provenance facts;
  for (const std::string& name : file.children("provenance")) {
    facts.emplace_back(name, file.read<std::string>("provenance/" + name, 1)[0]);
  }
  return facts;
}

}  // namespace catapult
