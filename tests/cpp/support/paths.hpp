// Where tests find files.
#pragma once

#include <string>

namespace outweigh::test {

/// The folder of the project.
std::string project_folder();

/// The folder of public data sets that may lie beside the project; empty where it is absent, and then the tests
/// that need it say so and pass.
std::string shared_folder();

}  // namespace outweigh::test
