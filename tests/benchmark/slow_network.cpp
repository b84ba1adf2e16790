// A slow network for programs that sum by MPI_Iallreduce: a library to be preloaded. Sums take
// their turns on one wire, at SLOW_NETWORK_BANDWIDTH bytes a second in SLOW_NETWORK_PHASES parts,
// of which none starts but within a call of MPI, as where the library has no thread and no hardware
// of its own for that; with one phase a sum moves on by itself from where it is started. The first
// rank tells at the end how long sums took and how much of it was waited for: what was not is
// hidden.
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>

namespace {

/// Processor time of this rank, so that other load does not count.
double processor_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double real_messages = 0.0;  // the network at hand is taken to be infinitely fast

double now() { return processor_time() - real_messages; }

int finish(int count, MPI_Request* requests, MPI_Status* statuses) {
  const double begin = processor_time();
  const int code = PMPI_Waitall(count, requests, statuses);
  real_messages += processor_time() - begin;
  return code;
}

double setting(const char* name, double usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::atof(text);
}

struct Transfer {
  double phase_seconds = 0.0;
  int phases_left = 0;
  double end = 0.0;  ///< of the phase under way
};

struct Network {
  double bandwidth = setting("SLOW_NETWORK_BANDWIDTH", 1e9);
  int phases = static_cast<int>(setting("SLOW_NETWORK_PHASES", 1));
  std::map<MPI_Request, Transfer> transfers;
  double free_from = 0.0;  ///< when the wire is
  double sums = 0.0, bytes = 0.0, wire = 0.0, waited = 0.0;

  void begin_phase(Transfer& transfer) {
    --transfer.phases_left;
    transfer.end = std::max(now(), free_from) + transfer.phase_seconds;
    free_from = transfer.end;
  }

  /// What every call of MPI does.
  void progress() {
    for (auto& [request, transfer] : transfers) {
      if (transfer.phases_left > 0 && now() >= transfer.end) begin_phase(transfer);
    }
  }

  void start(MPI_Request request, double size) {
    progress();
    Transfer transfer{size / bandwidth / phases, phases, 0.0};
    begin_phase(transfer);
    transfers[request] = transfer;
    ++sums;
    bytes += size;
    wire += size / bandwidth;
  }

  bool arrived(MPI_Request request) {
    progress();
    const auto found = transfers.find(request);
    if (found == transfers.end()) return true;
    if (found->second.phases_left > 0 || now() < found->second.end) return false;
    transfers.erase(found);
    return true;
  }
};

Network& network() {
  static Network instance;
  return instance;
}

}  // namespace

extern "C" {

int MPI_Iallreduce(const void* send, void* receive, int count, MPI_Datatype type, MPI_Op op,
                   MPI_Comm ranks, MPI_Request* request) {
  int bytes = 0, size = 0;
  MPI_Type_size(type, &bytes);
  MPI_Comm_size(ranks, &size);
  const double begin = processor_time();
  const int code = PMPI_Iallreduce(send, receive, count, type, op, ranks, request);
  real_messages += processor_time() - begin;
  // 2 (p - 1)/p of the whole go out of each rank.
  network().start(*request, 2.0 * (size - 1) / size * count * static_cast<double>(bytes));
  return code;
}

int MPI_Waitall(int count, MPI_Request requests[], MPI_Status statuses[]) {
  const double begin = now();
  for (int i = 0; i < count; ++i) {
    while (!network().arrived(requests[i])) {
    }
  }
  network().waited += now() - begin;
  return finish(count, requests, statuses);
}

int MPI_Testall(int count, MPI_Request requests[], int* done, MPI_Status statuses[]) {
  *done = 1;
  for (int i = 0; i < count; ++i) {
    if (!network().arrived(requests[i])) *done = 0;
  }
  if (*done == 0) return MPI_SUCCESS;
  return PMPI_Testall(count, requests, done, statuses);
}

int MPI_Finalize() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  const Network& n = network();
  if (rank == 0) {
    std::fprintf(
        stderr,
        "slow network: {\"sums\": %.0f, \"bytes\": %.0f, \"wire\": %.6f, \"waited\": %.6f}\n",
        n.sums, n.bytes, n.wire, n.waited);
  }
  return PMPI_Finalize();
}

}  // extern "C"
