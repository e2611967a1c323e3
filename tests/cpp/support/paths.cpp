#include "paths.hpp"

#include <filesystem>

namespace outweigh::test {

std::string project_folder() { return OUTWEIGH_PROJECT_FOLDER; }

std::string shared_folder() {
  const std::string folder = OUTWEIGH_PROJECT_FOLDER "/../shared";
  return std::filesystem::is_directory(folder) ? folder : std::string();
}

}  // namespace outweigh::test
