# A room is one folder of src and one library. What it links is the list of its neighbours.
#   catapult_room(NAME SOURCES file... [LINK room-or-library...])
function(catapult_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK" ${ARGN})
  add_library(catapult_${name} STATIC ${ROOM_SOURCES})
  add_library(catapult::${name} ALIAS catapult_${name})
  target_include_directories(catapult_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(catapult_${name} PUBLIC ${ROOM_LINK})
endfunction()
