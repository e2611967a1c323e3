# Uses ccache when it is there. Precompiled headers need some tolerance from it to be cached at all; paths are taken
# relative to the sources, so that one copy of the project profits from what another has compiled.
if(outweigh_developing OR outweigh_building_wheel)
  find_program(OUTWEIGH_CCACHE ccache DOC "Compiler cache")
  mark_as_advanced(OUTWEIGH_CCACHE)
  if(OUTWEIGH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT MSVC)
    set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
      "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${OUTWEIGH_CCACHE}")
  endif()
endif()
