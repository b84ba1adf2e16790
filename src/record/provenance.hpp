// Where a result comes from.
// defines: Provenance, collect_provenance, write_provenance, read_provenance
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/communicator.hpp"
#include "record/hdf5.hpp"

namespace catapult {

/// (name, value): build and libraries, hosts, ranks, command line, PETSc options, start, deck.
using Provenance = std::vector<std::pair<std::string, std::string>>;

/// `deck`: the resolved one. Same on all ranks. Collective over `world`.
Provenance collect_provenance(const Communicator& world, const std::string& command_line,
                              const std::string& deck);

/// As text datasets provenance/NAME. Collective where the file is shared.
void write_provenance(Hdf5File& file, const Provenance& provenance);

/// All of it, sorted by name; empty where a file has none. Throws DataError where any is damaged.
Provenance read_provenance(const Hdf5File& file);

}  // namespace catapult
