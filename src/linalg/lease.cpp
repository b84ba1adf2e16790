#include "linalg/lease.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "linalg/backend.hpp"

namespace catapult {
namespace {

GpuAwareMpi choice = GpuAwareMpi::as_mpi_says;

/// Open MPI's own answer; no other MPI has to have such a function.
bool says_open_mpi() {
  for (const char* name : {"MPIX_Query_cuda_support", "MPIX_Query_rocm_support"}) {
    void* symbol = dlsym(RTLD_DEFAULT, name);
    if (symbol != nullptr && reinterpret_cast<int (*)()>(symbol)() != 0) return true;
  }
  return false;
}

bool says_mpich() {
  const char* text = std::getenv("MPICH_GPU_SUPPORT_ENABLED");
  return text != nullptr && std::string_view(text) == "1";
}

/// The smallest free block that is large enough is lent; where there is none, the largest free one
/// makes room for a new one.
class Store {
 public:
  void* borrow(std::size_t bytes) {
    Block* best = nullptr;
    for (Block& block : blocks_) {
      if (block.lent || block.bytes < bytes) continue;
      if (best == nullptr || block.bytes < best->bytes) best = &block;
    }
    if (best == nullptr) best = &replace(bytes);
    best->lent = true;
    return best->data;
  }
  void take_back(const void* data) {
    for (Block& block : blocks_) {
      if (block.data == data) block.lent = false;
    }
  }
  void empty() {
    for (const Block& block : blocks_) backend::free_stage(block.data);
    blocks_.clear();
  }

 private:
  struct Block {
    void* data;
    std::size_t bytes;
    bool lent;
  };

  Block& replace(std::size_t bytes) {
    if (blocks_.empty()) Kokkos::push_finalize_hook([this] { empty(); });
    const auto smaller = [](const Block& a, const Block& b) {
      return std::pair(!a.lent, a.bytes) < std::pair(!b.lent, b.bytes);
    };
    const auto largest = std::max_element(blocks_.begin(), blocks_.end(), smaller);
    if (largest != blocks_.end() && !largest->lent) {
      backend::free_stage(largest->data);
      blocks_.erase(largest);
    }
    blocks_.push_back({backend::allocate_stage(std::max<std::size_t>(bytes, 1)), bytes, false});
    return blocks_.back();
  }

  std::vector<Block> blocks_;
};

Store& store() {
  static Store stages;
  return stages;
}

}  // namespace

void set_gpu_aware_mpi(GpuAwareMpi wanted) { choice = wanted; }

bool mpi_reads_device() {
  if (choice != GpuAwareMpi::as_mpi_says) return choice == GpuAwareMpi::on;
  static const bool reads = says_open_mpi() || says_mpich();
  return reads;
}

std::string describe_gpu_aware_mpi() {
  if (device_is_host) return "not needed: the device is the host";
  if (choice != GpuAwareMpi::as_mpi_says) {
    return fmt::format("{} (parallel.gpu_aware_mpi)", mpi_reads_device() ? "yes" : "no");
  }
  if (says_open_mpi()) return "yes (Open MPI says so)";
  if (says_mpich()) return "yes (MPICH_GPU_SUPPORT_ENABLED=1)";
  return "no (Open MPI does not say so, MPICH_GPU_SUPPORT_ENABLED is not 1)";
}

Stage::Stage(std::size_t bytes) : data_(store().borrow(bytes)) {}
Stage::~Stage() {
  if (data_ != nullptr) store().take_back(data_);
}

}  // namespace catapult
