# Script: the checker of rooms finds what is planted in a small tree, and nothing in a clean one.
cmake_minimum_required(VERSION 3.25)

# Writes `file` with `text` beside two clean headers, runs the checker and compares: `expected` is
# part of its output, or "" where it must pass.
function(plant file text expected)
  set(tree "${SCRATCH}/src")
  file(REMOVE_RECURSE "${SCRATCH}")
  file(WRITE "${tree}/base/error.hpp" "// an error\n#include <string>\n")
  file(WRITE "${tree}/model/layer.hpp" "#include \"base/error.hpp\"\n#include \"model/grid.hpp\"\n")
  file(WRITE "${tree}/${file}" "${text}")
  execute_process(COMMAND ${CMAKE_COMMAND} "-DROOT=${SCRATCH}" -P
                          "${PROJECT}/cmake/CheckRooms.cmake"
                  RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(FIND "${output}" "${expected}" found)
  if(expected STREQUAL "" AND NOT code EQUAL 0)
    message(FATAL_ERROR "${file} is clean but was refused:\n${output}")
  elseif(NOT expected STREQUAL "" AND (code EQUAL 0 OR found EQUAL -1))
    message(FATAL_ERROR "${file}: expected \"${expected}\" in:\n${output}")
  endif()
endfunction()

plant(train/loop.cpp "#include \"model/layer.hpp\"\n// cblas in a comment; H5Fopen( too\n" "")
plant(model/bad.cpp "int x;\n#include \"curvature/ntk.hpp\"\n" "src/model/bad.cpp:2: room model")
plant(model/bad.cpp "int a[2];\n\n#include \"data/dataset.hpp\"\n" "src/model/bad.cpp:3: room model")
plant(base/bad.hpp "#  include \"study/run.hpp\"\n" "src/base/bad.hpp:1: room base")
plant(deck/deck.hpp "#include \"study/options.hpp\"\n#include \"train/options.hpp\"\n" "")
plant(deck/deck.hpp "#include \"study/run.hpp\"\n" "src/deck/deck.hpp:1: room deck")
plant(study/options.hpp "#include \"train/options.hpp\"\n" "knows room base alone")
plant(data/read.cpp "#include <hdf5.h>\n" "src/data/read.cpp:1: #include <hdf5")
plant(data/read.cpp "int f() { return H5Fclose(3); }\n" "belongs in room record")
plant(record/file.cpp "#include <hdf5.h>\n" "")
plant(model/fast.cpp "\n\ncblas_dgemm(1);\n" "src/model/fast.cpp:3: cblas (belongs in room linalg)")
plant(model/fast.cpp "#ifdef KOKKOS_ENABLE_CUDA\n" "KOKKOS_ENABLE_ (belongs in room base and linalg)")
plant(gadget/new.cpp "int x;\n" "room gadget has no level")
string(REPEAT "int x;\n" 300 lines)
plant(train/long.cpp "${lines}" "")
plant(train/long.cpp "${lines}int y;\n" "src/train/long.cpp:301: 301 lines")
plant(../tests/train/long_test.cpp "${lines}int y;\n" "tests/train/long_test.cpp:301: 301 lines")
