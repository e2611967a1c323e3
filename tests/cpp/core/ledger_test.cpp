#include <outweigh/core/ledger.hpp>

#include <cmath>
#include <string>

#include "../support/catch.hpp"

using namespace outweigh;
using core::Ledger;
using core::LedgerLineKind;

namespace {

Ledger sample_ledger() {
  Ledger ledger;
  ledger.subject = "s1";
  ledger.title = "Exporter";
  ledger.figure = "its value alone is";
  ledger.unit = "accounts";
  ledger.total = 3.5;
  ledger.lines = {{LedgerLineKind::heard, "a1 has n1", "n1", "a1", 1.0, true},
                  {LedgerLineKind::heard, "a2 has n1", "n1", "a2", 2.0, true},
                  {LedgerLineKind::shrinkage, "estimate beyond what was heard", "n1", "", 0.5, true},
                  {LedgerLineKind::effort, "effort, in weeks", "", "", 4.0, false}};
  ledger.evidence = {{"r1", "n1", "a1", "team", core::Instant::from_date(2026, 1, 5), "We copy it by hand", 1.0},
                     {"r2", "n1", "a2", "team", std::nullopt, "", 2.0}};
  ledger.assumptions = {"An account that asked has the need."};
  return ledger;
}

}  // namespace

TEST_CASE("the lines that count add up, with a remainder", "[core]") {
  Ledger ledger = sample_ledger();
  CHECK(ledger.sum() == 3.5);
  CHECK(ledger.remainder() == 0.0);
  ledger.lines.push_back({LedgerLineKind::part, "large", "", "", 1e17, true});
  ledger.lines.push_back({LedgerLineKind::part, "small", "", "", 1.0, true});
  ledger.lines.push_back({LedgerLineKind::part, "large again", "", "", -1e17, true});
  CHECK(ledger.sum() == 4.5);
  CHECK(Ledger{}.remainder() == 0.0);
}

TEST_CASE("a ledger comes out as a table whose last line is the remainder", "[core]") {
  const core::Table table = sample_ledger().to_table();
  REQUIRE(table.rows() == 5);
  CHECK(table["kind"].text(4) == "remainder");
  CHECK(table["account_id"].is_null(2));
  CHECK(table["account_id"].text(0) == "a1");
  const core::Table evidence = sample_ledger().evidence_table();
  CHECK(evidence.rows() == 2);
  CHECK(evidence["at"].is_null(1));
  CHECK(evidence["quote"].is_null(1));
}

TEST_CASE("a ledger reads as text, the small ones summed", "[core]") {
  const std::string text = core::to_text(sample_ledger(), 1, 6);
  CHECK_THAT(text, test::contains("Exporter (s1): its value alone is 3.50 accounts"));
  CHECK_THAT(text, test::contains("a2 has n1"));
  CHECK_THAT(text, test::contains("1 more that were heard"));
  CHECK_THAT(text, test::contains("remainder"));
  CHECK_THAT(text, test::contains("We copy it by hand"));
  CHECK_THAT(text, test::contains("2 requests in all"));
  CHECK_THAT(text, test::contains("effort, in weeks"));
  CHECK(sample_ledger() == sample_ledger());
}

TEST_CASE("a ledger names sources as people do, and keeps a quote to its line", "[core]") {
  Ledger ledger = sample_ledger();
  CHECK_THAT(core::to_text(ledger), test::contains("  a1 through team, 2026-01-05: \"We copy it by hand\"\n"));
  ledger.evidence[0].source_name = "The support desk";
  ledger.evidence[0].quote = " We copy it\r\n\n\tby hand\n";
  CHECK_THAT(core::to_text(ledger),
             test::contains("  a1 through The support desk, 2026-01-05: \"We copy it by hand\"\n"));
  CHECK(ledger.evidence_table()["source_id"].text(0) == "team");
}
