#include <outweigh/lab/nrp.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <outweigh/roadmap/solve.hpp>

#include "../support/catch.hpp"
#include "../support/paths.hpp"

using namespace outweigh;
using lab::parse_nrp;

TEST_CASE("both formats are read", "[lab]") {
  const auto classic = parse_nrp("2\r\n2\r\n4 3 \r\n1\n7\n2\n1 3\n2 3\n2\n10 2 3 1\n5 0\n");
  CHECK(classic.solution_count() == 3);
  CHECK(classic.efforts()[2] == 7.0);
  CHECK(std::ranges::equal(classic.required_by(2), std::array{0U, 1U}));
  CHECK(classic.customer_count() == 2);
  CHECK(std::ranges::equal(classic.requests(0), std::array{0U, 2U}));
  CHECK(classic.requests(1).empty());
  CHECK(classic.customer_values()[0] == 10.0);
  CHECK(classic.solution_ids()[0] == "1");
  CHECK(parse_nrp("1 2 5 6 0 1 9 1 2 \n\n\t").customer_count() == 1);
}

TEST_CASE("what is not an instance says where", "[lab]") {
  const auto message = [](const std::string& text) -> std::string {
    try {
      (void)parse_nrp(text);
    } catch (const core::InvalidInput& error) {
      return error.what();
    }
    return "";
  };
  CHECK_THAT(message(""), test::contains("line 1: the file ends where the number of levels"));
  CHECK_THAT(message("1\n2\n5"), test::contains("line 3: the file ends where the cost of a requirement"));
  CHECK_THAT(message("1\n2\n5 -6\n0\n0"), test::contains("'-6'"));
  CHECK_THAT(message("1\n2\n5 6.5\n0\n0"), test::contains("'6.5'"));
  CHECK_THAT(message("1\n1\n99999999999999999999999\n0\n0"), test::contains("line 3"));
  CHECK_THAT(message("1\n1\n5\n0\n1\n9 1 2"), test::contains("a requirement asked for must lie between 1 and 1"));
  CHECK_THAT(message("1\n1\n5\n0\n1\n9 1 0"), test::contains("between 1 and 1"));
  CHECK_THAT(message("1\n1\n5\n0\n1\n9 1 1\nx"), test::contains("line 7: the file goes on"));
  CHECK_THAT(message("account_id,arr\nA1,5\n"), test::contains("line 1: not a whole number"));
  CHECK_THAT(message("\x89PNG\r\n\x1a\n"), test::contains("line 1: not a whole number"));
  CHECK_THAT(message("4000000000 1 1"), test::contains("number of levels"));
  CHECK_THAT(message("1 4000000000"), test::contains("number of requirements"));
  CHECK_THAT(message("2 1 1 1 1 2 1 2 2 1 0"), test::contains("cycle"));
  CHECK_THROWS_AS(lab::read_nrp("no such file"), core::MissingInput);
  CHECK_THROWS_AS(lab::read_nrp("."), core::MissingInput);
}

TEST_CASE("cutting an instance anywhere is noticed", "[lab]") {
  const std::string text = "2\n2\n4 3\n1\n7\n2\n1 3\n2 3\n2\n10 2 3 1\n5 1 2\n";
  REQUIRE_NOTHROW(parse_nrp(text));
  for (std::size_t length = 0; length + 2 < text.size(); ++length) {
    CHECK_THROWS_AS(parse_nrp(text.substr(0, length)), core::InvalidInput);
  }
}

TEST_CASE("published optima", "[lab]") {
  const std::filesystem::path shared = outweigh::test::shared_folder();
  std::ifstream answers(shared / "cases" / "roadmap" / "optima.csv");
  if (!answers) {
    WARN("skipped: no published answers beside the project");
    return;
  }
  std::string line;
  int compared = 0;
  while (std::getline(answers, line)) {
    if (line.empty() || line[0] == '#' || line.rfind("instance", 0) == 0) continue;
    std::istringstream fields(line);
    std::string name, ratio, value;
    std::getline(fields, name, ',');
    std::getline(fields, ratio, ',');
    std::getline(fields, value, ',');
    const auto problem = lab::read_nrp(shared / "data" / "nrp" / name);
    const double budget = std::floor(std::stod(ratio) * problem.total_effort() + 1e-9);
    const auto found = roadmap::solve(problem, {.budget = budget});
    INFO(name << " " << ratio);
    CHECK(roadmap::check_selection(problem, found).empty());
    CHECK(found.proven);
    CHECK(found.value == std::stod(value));
    CHECK(found.bound == found.value);
    ++compared;
  }
  CHECK(compared > 0);
}
