# What `cmake --install BUILD --prefix PREFIX` puts where. Below PREFIX/share/catapult lies what has
# its place below the project's root, so relative paths of scripts and decks hold in both. Program,
# scripts and pictures find each other by these places; nothing knows PREFIX.
include(GNUInstallDirs)

# Libraries in folders of the user's own are found where they were when linked.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

install(DIRECTORY inputs jobscripts DESTINATION "${CMAKE_INSTALL_DATADIR}/catapult"
        PATTERN "*.sh" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                   WORLD_READ WORLD_EXECUTE)
install(FILES README.md CHANGELOG.md CITATION.cff cmake/licences.md
        DESTINATION "${CMAKE_INSTALL_DOCDIR}")
