// The public samples of California schools beside the repository, and golden values made from them.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <outweigh/listening/categorical.hpp>

#include "../support/catch.hpp"
#include "../support/paths.hpp"

namespace outweigh::test {

inline std::string samples_folder() { return shared_folder() + "/cases/weighting/"; }

/// Rows of a file of comma-separated values without commas inside.
inline std::vector<std::vector<std::string>> read_rows(const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> row;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) {
      if (cell.size() >= 2 && cell.front() == '"') cell = cell.substr(1, cell.size() - 2);
      row.push_back(cell);
    }
    rows.push_back(row);
  }
  return rows;
}

/// The columns of one sample.
class Sample {
 public:
  explicit Sample(const std::string& file) {
    const auto rows = read_rows(samples_folder() + file);
    for (std::size_t c = 0; c < rows.front().size(); ++c) {
      for (std::size_t r = 1; r < rows.size(); ++r) texts_[rows.front()[c]].push_back(rows[r][c]);
    }
  }
  const std::vector<double>& numbers(const std::string& name) {
    auto& column = numbers_[name];
    if (column.empty()) {
      for (const auto& text : texts_.at(name)) column.push_back(text == "NA" ? 0.0 : std::stod(text));
    }
    return column;
  }
  listening::Categorical category(const std::string& name) {
    auto& codes = codes_[name];
    const auto& texts = texts_.at(name);
    const std::set<std::string> levels(texts.begin(), texts.end());
    codes.clear();
    for (const auto& text : texts) {
      codes.push_back(static_cast<std::int32_t>(std::distance(levels.begin(), levels.find(text))));
    }
    return {name, {levels.begin(), levels.end()}, listening::Codes(codes)};
  }
  Sample rows(const std::vector<std::size_t>& chosen) const {
    Sample result = *this;
    for (auto& [name, column] : result.texts_) {
      std::vector<std::string> kept;
      for (const std::size_t row : chosen) kept.push_back(column[row]);
      column = kept;
    }
    result.numbers_.clear();
    return result;
  }
  std::size_t size() const { return texts_.begin()->second.size(); }
  const std::vector<std::string>& texts(const std::string& name) const { return texts_.at(name); }

 private:
  std::map<std::string, std::vector<std::string>> texts_;
  std::map<std::string, std::vector<double>> numbers_;
  std::map<std::string, std::vector<std::int32_t>> codes_;
};

inline bool available() {
  if (std::ifstream(samples_folder() + "apisrs.csv")) return true;
  WARN("skipped: the public samples are not beside the repository");
  return false;
}

/// "case,quantity" to value, from a file of tests/golden.
inline const std::map<std::string, double>& golden(const std::string& file) {
  static std::map<std::string, std::map<std::string, double>> files;
  auto& found = files[file];
  if (found.empty()) {
    for (const auto& row : read_rows(project_folder() + "/tests/golden/" + file)) {
      found[row[0] + "," + row[1]] = std::stod(row[2]);
    }
  }
  return found;
}

}  // namespace outweigh::test
