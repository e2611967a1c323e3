// Reader of the public instances of the Next Release Problem.
#pragma once

#include <filesystem>
#include <string_view>

#include <outweigh/roadmap/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

/// Reads an instance in the format of Xuan, Jiang, Ren and Luo (doi:10.1109/TSE.2011.92), "classic" (levels of
/// requirements, dependencies "A B": B requires A) and "realistic" (one level, no dependencies) alike. Requirements
/// become solutions and customers stay customers, both with their number in the file, from "1", as id. Numbers are
/// separated by white space of any kind.
///
/// Throws InvalidInput, naming the line and what was expected there, when the text is empty or ends early, holds
/// anything but numbers, a negative or too large number, a requirement that does not exist, or more than the instance;
/// and what RoadmapBuilder::build throws, such as dependencies in a cycle.
[[nodiscard]] roadmap::RoadmapProblem parse_nrp(std::string_view text);

/// Reads the file and parses it; errors name the file. Throws MissingInput when it cannot be opened.
[[nodiscard]] roadmap::RoadmapProblem read_nrp(const std::filesystem::path& path);

}  // namespace outweigh::inline OUTWEIGH_ABI::lab

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/lab/nrp-inl.hpp>
#endif
