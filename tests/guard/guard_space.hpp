// A memory space of Kokkos for arrays that only kernels, copies and products may touch: the memory
// of a device, played on the host. For Kokkos 3.4, whose HostSpace it follows.
// defines: GuardSpace
#pragma once

#include <Kokkos_Core.hpp>
#include <cstring>
#include <string>

#include "arena.hpp"

namespace catapult::guard {

class GuardSpace {
 public:
  using memory_space = GuardSpace;
  using execution_space = Kokkos::DefaultHostExecutionSpace;
  using device_type = Kokkos::Device<execution_space, memory_space>;
  using size_type = std::size_t;

  void* allocate(std::size_t bytes) const { return Arena::instance().allocate(bytes); }
  void* allocate(const char*, std::size_t bytes, std::size_t = 0) const { return allocate(bytes); }
  void deallocate(void* place, std::size_t bytes) const { Arena::instance().free(place, bytes); }
  void deallocate(const char*, void* place, std::size_t bytes, std::size_t = 0) const {
    deallocate(place, bytes);
  }
  static constexpr const char* name() { return "Guard"; }
};

}  // namespace catapult::guard

namespace Kokkos {

// Kernels reach it, else there would be no copies of views with gaps.
template <>
struct SpaceAccessibility<DefaultHostExecutionSpace, catapult::guard::GuardSpace> {
  enum { assignable = false, accessible = true, deepcopy = true };
  using space = DefaultHostExecutionSpace;
};

}  // namespace Kokkos

namespace Kokkos::Impl {

// No view of one space becomes a view of the other; copies go both ways.
template <>
struct MemorySpaceAccess<HostSpace, catapult::guard::GuardSpace> {
  enum { assignable = false, accessible = false, deepcopy = true };
};
template <>
struct MemorySpaceAccess<catapult::guard::GuardSpace, HostSpace> {
  enum { assignable = false, accessible = false, deepcopy = true };
};

// Views ask this at each access. Kernels are code of the host here: pages refuse, not types.
template <>
struct verify_space<HostSpace, catapult::guard::GuardSpace, false> {
  static void check() {}
};

template <>
class SharedAllocationRecord<catapult::guard::GuardSpace, void>
    : public SharedAllocationRecordCommon<catapult::guard::GuardSpace> {
 public:
  std::string get_label() const {
    const catapult::guard::Opened opened;
    return head()->label();
  }

 protected:
  using Base = SharedAllocationRecord<void, void>;
  using Space = catapult::guard::GuardSpace;
  friend class SharedAllocationRecordCommon<Space>;

  SharedAllocationRecord(const Space& space, const std::string& label, std::size_t bytes,
                         Base::function_type deallocation = &deallocate)
      : SharedAllocationRecordCommon<Space>(checked_allocation_with_header(space, label, bytes),
                                            sizeof(SharedAllocationHeader) + bytes, deallocation),
        m_space(space) {
    const catapult::guard::Opened opened;
    this->_fill_host_accessible_header_info(*m_alloc_ptr, label);
  }
  ~SharedAllocationRecord() { m_space.deallocate(m_alloc_ptr, m_alloc_size); }

 private:
  const Space m_space;
};

// Copies of bytes, whichever of the two is guarded.
struct GuardedCopy {
  GuardedCopy(void* to, const void* from, std::size_t bytes) {
    const catapult::guard::Opened opened;
    std::memmove(to, from, bytes);
  }
  template <class Execution>
  GuardedCopy(const Execution& execution, void* to, const void* from, std::size_t bytes) {
    execution.fence();
    const catapult::guard::Opened opened;
    std::memmove(to, from, bytes);
  }
};
template <class Execution>
struct DeepCopy<catapult::guard::GuardSpace, catapult::guard::GuardSpace, Execution> : GuardedCopy {
  using GuardedCopy::GuardedCopy;
};
template <class Execution>
struct DeepCopy<catapult::guard::GuardSpace, HostSpace, Execution> : GuardedCopy {
  using GuardedCopy::GuardedCopy;
};
template <class Execution>
struct DeepCopy<HostSpace, catapult::guard::GuardSpace, Execution> : GuardedCopy {
  using GuardedCopy::GuardedCopy;
};

}  // namespace Kokkos::Impl

// Its templates are Kokkos' own, defined where they are used.
#include <impl/Kokkos_SharedAlloc_timpl.hpp>
