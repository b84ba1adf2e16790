// Device arrays as MPI may have them.
// defines: GpuAwareMpi, set_gpu_aware_mpi, mpi_reads_device, describe_gpu_aware_mpi, Stage, Lease
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "linalg/views.hpp"

namespace catapult {

/// Whether MPI is given pointers into the memory of a device.
enum class GpuAwareMpi {
  as_mpi_says,  ///< Open MPI by MPIX_Query_cuda_support or ..._rocm_support, others by
                ///< MPICH_GPU_SUPPORT_ENABLED=1 in the environment
  on,
  off,
};

/// To be called before the first lease. Without effect where the device is the host.
void set_gpu_aware_mpi(GpuAwareMpi choice);
bool mpi_reads_device();
/// The same with its reason, for reports: "no (MPICH_GPU_SUPPORT_ENABLED is not 1)".
std::string describe_gpu_aware_mpi();

/// Page-locked host memory, borrowed from a store that keeps it between calls: nothing is
/// allocated where a size was seen before.
class Stage {
 public:
  Stage() = default;
  explicit Stage(std::size_t bytes);
  ~Stage();
  Stage(Stage&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  Stage& operator=(Stage&& other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }

  void* data() const { return data_; }

 private:
  void* data_ = nullptr;
};

/// Lends a device array to MPI, from construction to give_back(): the array itself, once kernels
/// in flight are done, where MPI reads device memory; else a stage. Lease<const Real> is read by
/// MPI; Lease<Real> is written.
template <class Value>
class Lease {
 public:
  using Real = std::remove_const_t<Value>;

  /// filled: MPI also reads what is there.
  explicit Lease(const Vector<Value>& array, bool filled = std::is_const_v<Value>) : array_(array) {
    if (device_is_host || mpi_reads_device()) {
      if (!device_is_host) Execution().fence();
      return;
    }
    stage_ = Stage(array.size() * sizeof(Real));
    if (!filled) return;
    download(Vector<const Real>(array), static_cast<Real*>(stage_.data()));
  }

  Value* data() const {
    return stage_.data() != nullptr ? static_cast<Value*>(stage_.data()) : array_.data();
  }

  /// What MPI has written is on the device; the loan ends.
  void give_back() {
    if constexpr (!std::is_const_v<Value>) {
      if (stage_.data() != nullptr) upload(static_cast<const Real*>(stage_.data()), array_);
    }
    stage_ = Stage();
  }

 private:
  Vector<Value> array_;
  Stage stage_;
};

}  // namespace catapult
