# Language level, warnings, optimization and sanitizers of every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF) # Kokkos insists on it

# Debian's PETSc pulls in a Kokkos of its own. Hidden symbols keep it from binding to ours where
# another Kokkos is installed.
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
add_link_options(-Wl,--exclude-libs,ALL)

add_compile_options(-Wall -Wextra)
if(CATAPULT_ON_CUDA)
  # What nvcc hands to the host compiler is not ISO C++. A host function called in a kernel is told
  # by a warning alone, and the call is dropped. Old versions of fmt are not nvcc's.
  target_compile_options(
    Kokkos::kokkos INTERFACE "SHELL:-Werror cross-execution-space-call")
  add_compile_definitions(FMT_USE_CONSTEXPR=1)
else()
  # No number changes by these: nobody reads errno after a mathematical function, or the flags of
  # floating-point exceptions. A loop whose body is a choice (ReLU's slope) is taken by vector lanes
  # only where neither counts.
  add_compile_options(-Wpedantic -fno-math-errno -fno-trapping-math)
endif()
if(CATAPULT_WERROR)
  add_compile_options(-Werror)
endif()

set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
if(CATAPULT_NATIVE)
  include(CheckCXXCompilerFlag)
  check_cxx_compiler_flag(-march=native CATAPULT_HAS_MARCH_NATIVE)
  if(CATAPULT_HAS_MARCH_NATIVE)
    add_compile_options($<$<CONFIG:Release>:-march=native>)
  endif()
endif()

if(CATAPULT_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# Kokkos puts its own launcher before the compiler where there is CUDA.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CATAPULT_ON_CUDA)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
