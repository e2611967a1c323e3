# Finds threads, and the headers of Boost where there are any: those of the system, or those that the Python
# index carries (cmeel-boost, whose files lie under cmeel.prefix in site-packages).
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

if(outweigh_developing)
  find_package(Python 3.11 QUIET COMPONENTS Interpreter)
  if(Python_Interpreter_FOUND)
    execute_process(
      COMMAND "${Python_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/python_prefixes.py"
      OUTPUT_VARIABLE outweigh_python_prefixes
      OUTPUT_STRIP_TRAILING_WHITESPACE
      ERROR_QUIET)
    list(APPEND CMAKE_PREFIX_PATH ${outweigh_python_prefixes})
  endif()
endif()

if(NOT TARGET Boost::headers)
  find_package(Boost 1.74 QUIET CONFIG)
endif()

# What graph/bgl.hpp includes. Linked by the programs that include it.
add_library(outweigh_boost_headers INTERFACE)
if(TARGET Boost::headers)
  target_link_libraries(outweigh_boost_headers INTERFACE Boost::headers)
endif()
