# Finds Catch2 2.13 or 3 and defines outweigh_catch2: an installed CMake package, or the single header of
# version 2 in a standard place or in OUTWEIGH_CATCH2_INCLUDE.
add_library(outweigh_catch2 INTERFACE)
set(OutweighCatch2_FOUND OFF)

find_package(Catch2 QUIET CONFIG)
if(Catch2_FOUND AND Catch2_VERSION VERSION_GREATER_EQUAL 2.13)
  target_link_libraries(outweigh_catch2 INTERFACE Catch2::Catch2)
  set(OutweighCatch2_FOUND ON)
else()
  set(OUTWEIGH_CATCH2_INCLUDE "" CACHE PATH "Folder that holds catch2/catch.hpp")
  find_path(OUTWEIGH_CATCH2_HEADER catch2/catch.hpp HINTS "${OUTWEIGH_CATCH2_INCLUDE}")
  mark_as_advanced(OUTWEIGH_CATCH2_HEADER)
  if(OUTWEIGH_CATCH2_HEADER)
    target_include_directories(outweigh_catch2 SYSTEM INTERFACE "${OUTWEIGH_CATCH2_HEADER}")
    set(OutweighCatch2_FOUND ON)
  endif()
endif()

if(NOT OutweighCatch2_FOUND)
  message(FATAL_ERROR
    "The C++ tests need Catch2 2.13 or 3: install it (Debian and Ubuntu: catch2, Fedora: catch2-devel, "
    "Homebrew: catch2), set OUTWEIGH_CATCH2_INCLUDE to the folder that holds catch2/catch.hpp, or configure "
    "with -DOUTWEIGH_TESTS=OFF.")
endif()
