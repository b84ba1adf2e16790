# Script: the commit that an archive was made of is told; a repository around it is not asked.
cmake_minimum_required(VERSION 3.25)

function(expect archived hash)
  file(READ "${PROJECT}/cmake/WriteGitHash.cmake" script)
  string(REGEX REPLACE "ARCHIVED \"[^\"]*\"" "ARCHIVED \"${archived}\"" script "${script}")
  file(REMOVE_RECURSE "${SCRATCH}")
  file(WRITE "${SCRATCH}/write.cmake" "${script}")
  execute_process(COMMAND ${CMAKE_COMMAND} "-DSOURCE=${SCRATCH}" "-DOUTPUT=${SCRATCH}/hash" -P
                          "${SCRATCH}/write.cmake" COMMAND_ERROR_IS_FATAL ANY)
  file(READ "${SCRATCH}/hash" told)
  if(NOT told STREQUAL "#define CATAPULT_GIT_HASH \"${hash}\"\n")
    message(FATAL_ERROR "${archived}: expected ${hash}, found ${told}")
  endif()
endfunction()

expect("0123456789abcdef0123456789abcdef01234567" "0123456789ab")
expect("$Format:%H$" "unknown") # not filled in
