// Zachary's karate club, from the public cases beside the project.
#pragma once

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <outweigh/graph/network.hpp>

#include "cpp/support/paths.hpp"

namespace outweigh::test {

/// False where the file is absent.
inline bool read_karate(graph::Network& network) {
  std::ifstream file(shared_folder() + "/cases/graph/karate.csv");
  if (shared_folder().empty() || !file) return false;
  std::vector<std::uint32_t> sources;
  std::vector<std::uint32_t> targets;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto comma = line.find(',');
    sources.push_back(static_cast<std::uint32_t>(std::stoul(line.substr(0, comma))));
    targets.push_back(static_cast<std::uint32_t>(std::stoul(line.substr(comma + 1))));
  }
  network = graph::make_network({sources, targets, {}}, 34, false);
  return true;
}

/// The list of numbers under a key of karate.json; each key stands there once.
inline std::vector<double> karate_numbers(const std::string& key) {
  std::ifstream file(shared_folder() + "/cases/graph/karate.json");
  std::stringstream all;
  all << file.rdbuf();
  const std::string text = all.str();
  const auto begin = text.find('[', text.find('"' + key + '"'));
  std::stringstream list(text.substr(begin + 1, text.find(']', begin) - begin - 1));
  std::vector<double> numbers;
  for (std::string number; std::getline(list, number, ',');) numbers.push_back(std::stod(number));
  return numbers;
}

}  // namespace outweigh::test
