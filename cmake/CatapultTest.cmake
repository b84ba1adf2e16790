# A test is one binary of GoogleTest cases, run on its own or on several numbers of ranks.
#   catapult_test(NAME SOURCES file... [LINK target...] [RANKS n...] [TIMEOUT seconds]
#                 [LABELS label...])
# Binary test_NAME. Without RANKS it runs once, without mpirun, as test NAME; with them through
# mpirun as NAME_ranksN, labelled RANK_N. Label sanitized: holds under the sanitizers of the debug
# preset as well.

set(CATAPULT_TEST_THREADS 1 CACHE STRING "Threads of a rank in tests, where Kokkos has threads")

# One thread a rank unless asked. ob1 saves 0.2 s of every start; unbound ranks that yield leave room
# for the tests beside them.
set(CATAPULT_TEST_ENVIRONMENT
    OMPI_ALLOW_RUN_AS_ROOT=1
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    OMPI_MCA_pml=ob1
    OMPI_MCA_rmaps_base_oversubscribe=1
    OMPI_MCA_hwloc_base_binding_policy=none
    OMPI_MCA_mpi_yield_when_idle=1
    OMP_NUM_THREADS=${CATAPULT_TEST_THREADS}
    OPENBLAS_NUM_THREADS=${CATAPULT_TEST_THREADS}
    GTEST_COLOR=no)

# Tests of the program from outside, by Python's unittest (Debian's, with its h5py).
#   catapult_program_test(NAME FILE [TIMEOUT seconds] [LABELS label...])
function(catapult_program_test name file)
  cmake_parse_arguments(TEST "" "TIMEOUT" "LABELS" ${ARGN})
  if(NOT DEFINED TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND /usr/bin/python3 "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
  set_tests_properties(
    ${name}
    PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}" SKIP_REGULAR_EXPRESSION "^skipped:"
               ENVIRONMENT
               "${CATAPULT_TEST_ENVIRONMENT};CATAPULT=$<TARGET_FILE:catapult>;MPIEXEC=${MPIEXEC_EXECUTABLE};SOURCE=${PROJECT_SOURCE_DIR};PYTHONPATH=${PROJECT_SOURCE_DIR}/tests/apps"
  )
endfunction()

add_library(test_harness OBJECT "${PROJECT_SOURCE_DIR}/tests/harness/main.cpp")
target_link_libraries(test_harness PUBLIC catapult::base GTest::gmock GTest::gtest)

function(catapult_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "SOURCES;LINK;RANKS;LABELS" ${ARGN})
  if(NOT DEFINED TEST_TIMEOUT)
    set(TEST_TIMEOUT 300) # several times what the longest takes: others may share the machine
  endif()
  if(CATAPULT_SANITIZE)
    math(EXPR TEST_TIMEOUT "5 * ${TEST_TIMEOUT}")
  endif()
  add_executable(test_${name} ${TEST_SOURCES})
  target_include_directories(test_${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(test_${name} PRIVATE CATAPULT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(test_${name} PRIVATE test_harness ${TEST_LINK})
  # What they test is optimized; they themselves shall be built quickly.
  target_compile_options(test_${name} PRIVATE $<$<CONFIG:Release>:-O2>)

  if(NOT TEST_RANKS)
    add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(${name} PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}"
                                            ENVIRONMENT "${CATAPULT_TEST_ENVIRONMENT}")
    return()
  endif()
  foreach(ranks IN LISTS TEST_RANKS)
    set(test ${name}_ranks${ranks})
    add_test(NAME ${test} COMMAND "${MPIEXEC_EXECUTABLE}" ${MPIEXEC_NUMPROC_FLAG} ${ranks}
                                  $<TARGET_FILE:test_${name}>
             WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(
      ${test} PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "RANK_${ranks};${TEST_LABELS}"
                         PROCESSORS ${ranks} ENVIRONMENT "${CATAPULT_TEST_ENVIRONMENT}")
  endforeach()
endfunction()
