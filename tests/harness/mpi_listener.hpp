// Failures of all ranks, told by rank 0.
// defines: MpiListener
#pragma once

#include <gtest/gtest.h>
#include <mpi.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace catapult::testing {

/// All ranks run all tests. When a test has ended, every rank hands its failures to rank 0, which
/// reports them as its own. Nothing is exchanged while a test runs: a failure that only some ranks
/// meet must not make them wait for the others.
class MpiListener : public ::testing::EmptyTestEventListener {
 public:
  MpiListener() {
    MPI_Comm_dup(MPI_COMM_WORLD, &world_);
    MPI_Comm_rank(world_, &rank_);
    MPI_Comm_size(world_, &size_);
  }

  void OnTestEnd(const ::testing::TestInfo& test) override {
    const std::string own = failures_of(test);
    meet(own);
    const std::vector<std::string> all = gather(own);
    for (std::size_t rank = 1; rank < all.size(); ++rank) {
      if (!all[rank].empty()) ADD_FAILURE() << "rank " << rank << " failed:\n" << all[rank];
    }
  }

 private:
  static std::string failures_of(const ::testing::TestInfo& test) {
    std::string text;
    for (int i = 0; i < test.result()->total_part_count(); ++i) {
      const ::testing::TestPartResult& part = test.result()->GetTestPartResult(i);
      if (!part.failed()) continue;
      const std::string file = part.file_name() ? part.file_name() : "unknown file";
      text += file + ":" + std::to_string(part.line_number()) + ": " + part.message() + "\n";
    }
    return text;
  }

  /// Waits for the other ranks. A failure may have left them inside the test for good: where they
  /// do not come in time, the rank that failed says why and ends the job.
  void meet(const std::string& failures) const {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + std::chrono::seconds(10);
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(world_, &request);
    for (int all_here = 0; !all_here;) {
      MPI_Test(&request, &all_here, MPI_STATUS_IGNORE);
      if (!failures.empty() && Clock::now() > deadline) {
        std::fprintf(stderr, "rank %d failed and others still wait in this test:\n%s", rank_,
                     failures.c_str());
        MPI_Abort(world_, 1);
      }
      std::this_thread::yield();
    }
  }

  /// The text of every rank on rank 0, nothing elsewhere.
  std::vector<std::string> gather(const std::string& text) const {
    std::vector<std::string> all(rank_ == 0 ? size_ : 0);
    const int length = static_cast<int>(text.size());
    if (rank_ != 0) {
      MPI_Send(text.data(), length, MPI_CHAR, 0, 0, world_);
      return all;
    }
    all[0] = text;
    for (int rank = 1; rank < size_; ++rank) {
      MPI_Status status;
      int count = 0;
      MPI_Probe(rank, 0, world_, &status);
      MPI_Get_count(&status, MPI_CHAR, &count);
      all[static_cast<std::size_t>(rank)].resize(static_cast<std::size_t>(count));
      MPI_Recv(all[static_cast<std::size_t>(rank)].data(), count, MPI_CHAR, rank, 0, world_,
               MPI_STATUS_IGNORE);
    }
    return all;
  }

  MPI_Comm world_ = MPI_COMM_NULL;  // freed by MPI_Finalize
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace catapult::testing
