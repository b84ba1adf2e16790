# Script: writes the commit of SOURCE, marked -dirty where tracked files were changed, to OUTPUT.
execute_process(COMMAND git -C "${SOURCE}" describe --always --dirty --abbrev=12 --exclude=*
                OUTPUT_VARIABLE HASH OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT HASH)
  set(HASH "unknown")
endif()
set(TEXT "#define CATAPULT_GIT_HASH \"${HASH}\"\n")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" OLD)
endif()
if(NOT "${OLD}" STREQUAL "${TEXT}")
  file(WRITE "${OUTPUT}" "${TEXT}")
endif()
