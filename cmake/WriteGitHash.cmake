# Script: writes the commit of SOURCE, marked -dirty where tracked files were changed, to OUTPUT. Of
# an archive made by `git archive` it is the commit that git has written below, else "unknown"; a
# repository that an unpacked archive happens to lie in is not asked.
set(ARCHIVED "$Format:%H$")
if(EXISTS "${SOURCE}/.git")
  execute_process(COMMAND git -C "${SOURCE}" describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE HASH OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
elseif(ARCHIVED MATCHES "^[0-9a-f]+$")
  string(SUBSTRING "${ARCHIVED}" 0 12 HASH)
endif()
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
