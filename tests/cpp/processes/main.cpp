// Mergeable states of rows that were split over processes have the bytes of one pass over all rows.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/demand/voices.hpp>
#include <outweigh/stats/moments.hpp>
#include <outweigh/stats/random.hpp>
#include <outweigh/stats/tally.hpp>

namespace {

using namespace outweigh;

constexpr std::size_t rows = 20'000;
constexpr std::size_t parts = 3;

std::string text_of(const core::Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

struct States {
  stats::Tally tally;
  stats::Moments moments;
  demand::Voices voices{42};

  void add(std::size_t row) {
    stats::Random random = stats::Random(7).stream(row);
    const auto account = static_cast<std::uint32_t>(random.below(500));
    tally.add("account " + std::to_string(account));
    moments.add(random.lognormal(8.0, 4.0) * (random.bernoulli(0.5) ? 1.0 : -1.0));
    demand::Mention mention;
    mention.account = account;
    mention.need = static_cast<std::uint32_t>(random.below(40));
    mention.interaction = static_cast<std::uint32_t>(random.below(2'000));
    voices.add(mention);
  }
  void merge(const States& other) {
    tally.merge(other.tally);
    moments.merge(other.moments);
    voices.merge(other.voices);
  }
  [[nodiscard]] std::vector<std::string> to_texts() const {
    return {text_of(tally.to_bytes()), text_of(moments.to_bytes()), voices.to_bytes()};
  }
  [[nodiscard]] static States from_texts(const std::vector<std::string>& texts) {
    States states;
    states.tally = stats::Tally::from_bytes(bytes_of(texts.at(0)));
    states.moments = stats::Moments::from_bytes(bytes_of(texts.at(1)));
    states.voices = demand::Voices::from_bytes(texts.at(2));
    return states;
  }
};

/// The rows of one part, in an order of its own.
States read_part(std::size_t part) {
  std::vector<std::size_t> own;
  for (std::size_t row = 0; row < rows; ++row) {
    if (stats::Random(11).stream(row).below(parts) == part) own.push_back(row);
  }
  stats::Random random = stats::Random(13).stream(part);
  for (std::size_t i = own.size(); i > 1; --i) std::swap(own[i - 1], own[random.below(i)]);
  States states;
  for (const std::size_t row : own) states.add(row);
  return states;
}

std::string file_of(const std::string& folder, std::size_t part, std::size_t state) {
  return folder + "/state_" + std::to_string(part) + "_" + std::to_string(state);
}

void write_part(const std::string& folder, std::size_t part) {
  const std::vector<std::string> texts = read_part(part).to_texts();
  for (std::size_t s = 0; s < texts.size(); ++s) std::ofstream(file_of(folder, part, s), std::ios::binary) << texts[s];
}

States load_part(const std::string& folder, std::size_t part) {
  std::vector<std::string> texts;
  for (std::size_t s = 0; s < 3; ++s) {
    std::ifstream file(file_of(folder, part, s), std::ios::binary);
    if (!file) throw std::runtime_error("a process left no state");
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return States::from_texts(texts);
}

int run(const std::string& program, const std::string& folder) {
  for (std::size_t part = 0; part < parts; ++part) {
    const std::string command = "\"" + program + "\" \"" + folder + "\" " + std::to_string(part);
    if (std::system(command.c_str()) != 0) throw std::runtime_error("a process failed");
  }
  States whole;
  for (std::size_t row = 0; row < rows; ++row) whole.add(row);
  const std::vector<std::vector<std::size_t>> orders{{0, 1, 2}, {2, 0, 1}, {1, 2, 0}};
  for (const auto& order : orders) {
    States merged;
    for (const std::size_t part : order) merged.merge(load_part(folder, part));
    if (merged.to_texts() != whole.to_texts()) {
      std::puts("states merged from processes differ from one pass");
      return 1;
    }
  }
  std::puts("states merged from 3 processes in 3 orders have the bytes of one pass");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 3) {
      write_part(argv[1], static_cast<std::size_t>(std::stoul(argv[2])));
      return 0;
    }
    if (argc == 2) return run(argv[0], argv[1]);
    std::puts("usage: outweigh_processes FOLDER");
    return 2;
  } catch (const std::exception& error) {
    std::puts(error.what());
    return 1;
  }
}
