// A word from one group of ranks to the others, which look for it when it suits them.
// defines: Notice
#pragma once

#include <memory>
#include <vector>

#include "base/communicator.hpp"

namespace catapult {

/// Small integers sent to `peers` (ranks of `all`) without waiting for them. Creation is collective
/// over `all`; destruction is local, after a point that all ranks have passed.
class Notice {
 public:
  Notice(const Communicator& all, std::vector<int> peers);
  ~Notice();
  Notice(const Notice&) = delete;
  Notice& operator=(const Notice&) = delete;

  /// To every peer but this rank.
  void tell(int word);
  /// The largest word that has arrived since the last call; 0: none.
  int heard();

 private:
  struct Message {
    int word;
    MPI_Request request;
  };

  Communicator all_;
  std::vector<int> peers_;
  std::vector<std::unique_ptr<Message>> sent_;
};

}  // namespace catapult
