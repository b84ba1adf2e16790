# Script: fails where ShellCheck finds fault with a shell script of ROOT.
cmake_minimum_required(VERSION 3.25)
find_program(SHELLCHECK shellcheck)
if(NOT SHELLCHECK)
  message("skipped: shellcheck is not here")
  return()
endif()
file(GLOB_RECURSE scripts "${ROOT}/cmake/*.sh" "${ROOT}/jobscripts/*.sh"
     "${ROOT}/jobscripts/*.sbatch" "${ROOT}/tests/*.sh" "${ROOT}/inputs/*.sh" "${ROOT}/apps/*.sh")
execute_process(COMMAND "${SHELLCHECK}" --external-sources --source-path=${ROOT} ${scripts}
                        "${ROOT}/.ci/run" RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "shellcheck found fault with a script")
endif()
