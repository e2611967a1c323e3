#include <outweigh/core/string_dictionary.hpp>

#include <initializer_list>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "../support/catch.hpp"

using outweigh::core::Column;
using outweigh::core::StringDictionary;

TEST_CASE("strings get codes by first appearance, as a hash map gives them", "[core]") {
  std::mt19937 random(11);
  for (const std::size_t rows : std::initializer_list<std::size_t>{0, 1, 63, 64, 65, 1000, 20'000}) {
    for (const unsigned distinct : {1U, 10U, 5000U}) {
      std::vector<std::string> texts(rows);
      std::vector<std::uint8_t> valid(rows);
      for (std::size_t i = 0; i < rows; ++i) {
        texts[i] =
            std::string(random() % 3, 'k') + std::to_string(random() % distinct) + std::string(random() % 2 * 9, '-');
        valid[i] = random() % 10 != 0;
      }
      std::unordered_map<std::string, std::uint32_t> expected;
      std::vector<std::uint32_t> codes(rows);
      for (std::size_t i = 0; i < rows; ++i) {
        codes[i] = valid[i] == 0
                       ? StringDictionary::null_row
                       : expected.emplace(texts[i], static_cast<std::uint32_t>(expected.size())).first->second;
      }
      StringDictionary dictionary;
      REQUIRE(dictionary.encode(Column::strings(texts, valid)) == codes);
      REQUIRE(dictionary.size() == expected.size());
      for (const auto& [text, code] : expected) REQUIRE(dictionary[code] == text);
      outweigh::core::RunControl control;
      control.threads = 2;
      REQUIRE(dictionary.lookup(Column::strings(texts, valid), control) == codes);
      REQUIRE(dictionary.lookup(Column::strings(std::vector<std::string>{"not there"})) ==
              std::vector<std::uint32_t>{StringDictionary::unknown});
    }
  }
}

TEST_CASE("a dictionary outlives the columns it read, and takes single strings", "[core]") {
  StringDictionary dictionary;
  {
    const Column column = Column::strings({"a string that is long enough to live on the heap", "b"});
    (void)dictionary.encode(column);
  }
  CHECK(dictionary.add("b") == 1);
  CHECK(dictionary.add(std::string("c")) == 2);
  CHECK(dictionary[2] == "c");
  CHECK(dictionary[0] == "a string that is long enough to live on the heap");
  CHECK(dictionary.find("c") == 2U);
  CHECK_FALSE(StringDictionary().find("c").has_value());
  CHECK(StringDictionary().lookup(Column::strings({"c"})) == std::vector<std::uint32_t>{StringDictionary::unknown});
}
