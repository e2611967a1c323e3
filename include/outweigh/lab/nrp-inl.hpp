#pragma once

#include <charconv>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/lab/nrp.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

namespace detail {

class NrpText {
 public:
  explicit NrpText(std::string_view text) : text_(text) {}

  // The next number, which must lie in least..most; `what` says what the format has here.
  std::size_t number(std::string_view what, std::size_t least, std::size_t most) {
    const std::string_view word = next();
    if (word.empty()) throw error("the file ends where " + std::string(what) + " should be", {});
    std::size_t value = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (problem != std::errc{} || end != word.data() + word.size()) {
      throw error("not a whole number >= 0 where " + std::string(what) + " should be", word);
    }
    if (value < least || value > most) {
      throw error(std::string(what) + " must lie between " + std::to_string(least) + " and " + std::to_string(most),
                  word);
    }
    return value;
  }

  void finish() {
    const std::string_view word = next();
    if (!word.empty()) throw error("the file goes on after the last customer", word);
  }

  // Each number takes a digit and a separator, so that more than this many cannot follow.
  [[nodiscard]] std::size_t at_most() const noexcept { return (text_.size() - at_) / 2 + 1; }

 private:
  static bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

  std::string_view next() {
    while (at_ < text_.size() && is_space(text_[at_])) line_ += text_[at_++] == '\n' ? 1U : 0U;
    const std::size_t from = at_;
    while (at_ < text_.size() && !is_space(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  [[nodiscard]] core::InvalidInput error(const std::string& message, std::string_view word) const {
    // bytes of a foreign file do not belong into a message
    std::string shown;
    for (const char c : word.substr(0, 32)) shown += c >= ' ' && c <= '~' ? c : '?';
    return core::InvalidInput("line " + std::to_string(line_) + ": " + message, {.table = "nrp", .value = shown});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace detail

OUTWEIGH_INLINE roadmap::RoadmapProblem parse_nrp(std::string_view text) {
  constexpr std::size_t largest = 1'000'000'000'000;
  detail::NrpText file(text);
  roadmap::RoadmapBuilder builder;
  const std::size_t levels = file.number("the number of levels", 1, file.at_most());
  std::size_t requirements = 0;
  for (std::size_t level = 0; level < levels; ++level) {
    const std::size_t count = file.number("the number of requirements of a level", 0, file.at_most());
    for (std::size_t k = 0; k < count; ++k) {
      builder.add_solution(std::to_string(++requirements),
                           static_cast<double>(file.number("the cost of a requirement", 0, largest)));
    }
  }
  const std::size_t dependencies = file.number("the number of dependencies", 0, file.at_most());
  for (std::size_t k = 0; k < dependencies; ++k) {
    const std::size_t first = file.number("a requirement in a dependency", 1, requirements);
    const std::size_t second = file.number("a requirement in a dependency", 1, requirements);
    builder.add_requires(std::to_string(second), std::to_string(first));
  }
  const std::size_t customers = file.number("the number of customers", 0, file.at_most());
  for (std::size_t k = 1; k <= customers; ++k) {
    const auto profit = static_cast<double>(file.number("the profit of a customer", 0, largest));
    const std::size_t count = file.number("the number of requests of a customer", 0, file.at_most());
    std::vector<std::string> requests;
    requests.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      requests.push_back(std::to_string(file.number("a requirement asked for", 1, requirements)));
    }
    builder.add_customer(std::to_string(k), profit, std::move(requests));
  }
  file.finish();
  return builder.build();
}

OUTWEIGH_INLINE roadmap::RoadmapProblem read_nrp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    throw core::MissingInput("the file cannot be read", {.value = path.string()});
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  try {
    return parse_nrp(text);
  } catch (const core::InvalidInput& error) {
    core::Place place = error.place();
    place.table = path.filename().string();
    throw core::InvalidInput(error.message(), std::move(place));
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab
