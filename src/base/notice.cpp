#include "base/notice.hpp"

#include <algorithm>

namespace catapult {
namespace {

constexpr int tag = 1;

}  // namespace

Notice::Notice(const Communicator& all, std::vector<int> peers)
    : all_(all.get()), peers_(std::move(peers)) {}

Notice::~Notice() {
  // What nobody looked for any more is dropped, sent or not.
  heard();
  for (const auto& message : sent_) {
    int done = 0;
    MPI_Test(&message->request, &done, MPI_STATUS_IGNORE);
    if (!done) MPI_Request_free(&message->request);
  }
}

void Notice::tell(int word) {
  for (const int peer : peers_) {
    if (peer == all_.rank()) continue;
    sent_.push_back(std::make_unique<Message>(Message{word, MPI_REQUEST_NULL}));
    Message& message = *sent_.back();
    MPI_Isend(&message.word, 1, MPI_INT, peer, tag, all_.get(), &message.request);
  }
}

int Notice::heard() {
  int largest = 0;
  for (int waiting = 1; waiting != 0;) {
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, tag, all_.get(), &waiting, &status);
    if (waiting == 0) break;
    int word = 0;
    MPI_Recv(&word, 1, MPI_INT, status.MPI_SOURCE, tag, all_.get(), MPI_STATUS_IGNORE);
    largest = std::max(largest, word);
  }
  return largest;
}

}  // namespace catapult
