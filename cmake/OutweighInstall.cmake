# Installs headers, the compiled library and the CMake package.
include(CMakePackageConfigHelpers)

set(outweigh_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/outweigh")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/outweigh" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  COMPONENT outweigh FILES_MATCHING PATTERN "*.hpp")
install(TARGETS outweigh outweigh_header_only EXPORT outweighTargets COMPONENT outweigh
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(EXPORT outweighTargets NAMESPACE outweigh:: DESTINATION "${outweigh_package_dir}" COMPONENT outweigh)

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/outweighConfig.cmake.in" "${PROJECT_BINARY_DIR}/outweighConfig.cmake"
  INSTALL_DESTINATION "${outweigh_package_dir}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/outweighConfigVersion.cmake"
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/outweighConfig.cmake" "${PROJECT_BINARY_DIR}/outweighConfigVersion.cmake"
  DESTINATION "${outweigh_package_dir}" COMPONENT outweigh)
