// `catapult check`: what a deck will do and cost, without doing it.
// defines: CheckRequest, check_machines, check_deck
#pragma once

#include <string>
#include <vector>

namespace catapult {

struct CheckRequest {
  std::string deck;
  std::vector<std::string> settings;  ///< "key=value", in place of the deck's
  bool short_version = false;         ///< of the deck
  std::string checkpoint;             ///< that all members start from; "": from their beginning
  int ranks = 1;
  int node_cores = 0;            ///< 0: the machine's
  double node_memory = 0.0;      ///< GB, of the host; 0: likewise
  std::string machine = "here";  ///< one of check_machines()
  bool json = false;
};

/// "here", which is timed now, and the machines of fixed numbers.
std::vector<std::string> check_machines();

/// The resolved deck, its members, what they cost on so many ranks and what to ask a batch queue
/// for, as text (a deck with comments) or JSON. Throws UsageError where the deck is wrong or does
/// not fit the nodes, DataError. Needs no MPI.
std::string check_deck(const CheckRequest& request);

}  // namespace catapult
