#include <outweigh/graph/graph_builder.hpp>

#include <limits>
#include <string>
#include <vector>

#include <outweigh/core/read_column.hpp>

#include "cpp/graph/sample.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::test;
using outweigh::core::Error;
using outweigh::core::InvalidInput;
using outweigh::core::MissingInput;
using outweigh::core::TypeMismatch;
using namespace outweigh::graph;

namespace {

std::vector<std::uint32_t> list(std::span<const std::uint32_t> nodes) { return {nodes.begin(), nodes.end()}; }

/// The only problem of the sample with one column replaced.
Problem only_problem(const std::string& table, const std::string& column, Column values) {
  Tables tables = sample();
  tables[table] = with(tables[table], column, std::move(values));
  const std::vector<Problem> problems = builder(tables).validate();
  for (const Problem& problem : problems) UNSCOPED_INFO(to_string(problem.kind) << ": " << problem.message);
  REQUIRE(problems.size() == 1);
  CHECK_THROWS_AS(build(tables), Error);
  CHECK(problems[0].place.table == table);
  CHECK(problems[0].place.column == column);
  return problems[0];
}

}  // namespace

TEST_CASE("A graph keeps ids, values and relations", "[graph]") {
  const CustomerGraph g = build(sample());
  CHECK(g.size(NodeKind::account) == 4);
  CHECK(g.size(NodeKind::segment) == 3);
  CHECK(g.size(NodeKind::party) == 4);
  CHECK(g.size(NodeKind::request) == 4);
  CHECK(g.ids(NodeKind::segment).text(2) == "all");
  CHECK(g.ids(NodeKind::interaction).integer(1) == 11);
  CHECK(g.accounts().arr[0].units() == 100.5);
  CHECK_FALSE(g.accounts().name.has(2));
  CHECK(g.requests().quote[0] == "We need Excel.");
  CHECK(g.attributes("accounts")["region"].string(1) == "south");
  CHECK(g.has_table("requests"));
  CHECK_FALSE(g.has_table("deals"));
  CHECK(g.deals().rows == 0);

  CHECK(list(g.relation(RelationKind::request_account).in(1)) == std::vector<std::uint32_t>{2, 3});
  CHECK(list(g.relation(RelationKind::request_need).in(0)) == std::vector<std::uint32_t>{0, 1});
  CHECK(g.relation(RelationKind::request_need).out(3).empty());
  CHECK(list(g.relation(RelationKind::solution_need).in(1)) == std::vector<std::uint32_t>{1, 2});
  CHECK(g.relation(RelationKind::solution_requires).edges() == 1);
  CHECK(g.relation(RelationKind::solution_excludes).row(0) == 1);
  CHECK(list(g.relation(RelationKind::customer_party).out(1)) == std::vector<std::uint32_t>{3});
  CHECK(list(g.relation(RelationKind::interaction_trigger).out(1)) == std::vector<std::uint32_t>{0});

  const Relation& needs = g.relation(RelationKind::account_need);
  CHECK(needs.edges() == 2);
  CHECK(list(needs.out(0)) == std::vector<std::uint32_t>{0});
  CHECK(needs.row(0) == 0);
  CHECK(needs.row(1) == 2);
}

TEST_CASE("Segments include their parents' members and may be nested", "[graph]") {
  const CustomerGraph g = build(sample());
  const Relation& segments = g.relation(RelationKind::account_segment);
  CHECK(list(segments.out(0)) == std::vector<std::uint32_t>{0, 2});
  CHECK(list(segments.in(2)) == std::vector<std::uint32_t>{0, 1, 2});
  CHECK_FALSE(g.segments_overlap());

  Tables tables = sample();
  tables["segments"] = Table()
                           .add("segment_id", words({"large", "small", "small", "large", "large"}))
                           .add("account_id", words({"a", "b", "a", "a", "c"}));
  const CustomerGraph overlapping = build(tables);
  CHECK(overlapping.segments_overlap());
  CHECK(list(overlapping.relation(RelationKind::account_segment).out(0)) == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("Segments from a column, or one for all", "[graph]") {
  Tables tables = sample();
  tables.erase("segments");
  const CustomerGraph all = build(tables);
  CHECK(all.size(NodeKind::segment) == 1);
  CHECK(all.ids(NodeKind::segment).text(0) == "all");
  CHECK(all.relation(RelationKind::account_segment).in(0).size() == 4);

  BuildOptions options;
  options.segments = SegmentsByColumn{"region"};
  const CustomerGraph by_region = build(tables, options);
  CHECK(by_region.size(NodeKind::segment) == 2);
  CHECK(list(by_region.relation(RelationKind::account_segment).in(0)) == std::vector<std::uint32_t>{0, 2});
  CHECK(by_region.relation(RelationKind::account_segment).out(3).empty());

  options.segments = SegmentsByColumn{"kind"};
  CHECK(build(tables, options).size(NodeKind::segment) == 2);
  options.segments = SegmentsByColumn{"regoin"};
  CHECK_THROWS_AS(build(tables, options), MissingInput);
  CHECK_THROWS_WITH(build(tables, options), contains("did you mean 'region'"));
  CHECK_THROWS_AS(build(sample(), options), InvalidInput);
}

TEST_CASE("The base is who is a customer at the time", "[graph]") {
  BuildOptions options;
  const CustomerGraph g = build(sample());
  CHECK(to_string(g.as_of()) == "2026-02-10T00:00:00Z");  // the last request, not the deadline or the due date
  CHECK(std::vector<AccountIndex>(g.base().begin(), g.base().end()) ==
        std::vector<AccountIndex>{AccountIndex(0), AccountIndex(1)});
  CHECK(g.in_base(AccountIndex(1)));
  CHECK_FALSE(g.in_base(AccountIndex(2)));

  options.as_of = Instant::from_date(2026, 1, 5);
  CHECK(build(sample(), options).base().size() == 2);  // a and d: b has not started
  CHECK(build(sample(), options).in_base(AccountIndex(3)));
  options.as_of = Instant::from_date(2026, 1, 10);
  CHECK_FALSE(build(sample(), options).in_base(AccountIndex(3)));  // it ended that day

  Tables only;
  only["accounts"].add("account_id", words({"x"}));
  CHECK(build(only).as_of() == Instant{});
  CHECK(build(only).base().size() == 1);
}

TEST_CASE("A time far after all others is named", "[graph]") {
  CHECK(build(sample()).warnings().empty());
  const auto with_days = [](std::vector<Instant> when, const BuildOptions& options = {}) {
    Tables tables;
    tables["accounts"].add("account_id", words({"x"}));
    tables["events"]
        .add("account_id", Column::strings(std::span<const std::string>(std::vector<std::string>(when.size(), "x"))))
        .add("at", Column::instants(when))
        .add("activity",
             Column::strings(std::span<const std::string>(std::vector<std::string>(when.size(), "log in"))));
    return build(tables, options).warnings();
  };
  std::vector<Instant> when;
  for (int year = 2023; year < 2027; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (const int day : {3, 12, 25}) when.push_back(Instant::from_date(year, month, day));
    }
  }
  CHECK(with_days(when).empty());
  when.insert(when.begin() + 7, Instant::from_date(2027, 12, 25));  // 2026, one year off
  REQUIRE(with_days(when).size() == 1);
  CHECK_THAT(with_days(when).front(), contains("table events, column at, row 7: 2027-12-25T00:00:00Z, 365 days after"));
  BuildOptions options;
  options.as_of = Instant::from_date(2026, 12, 25);
  CHECK(with_days(when, options).empty());
  CHECK(with_days({when[0], when[1], Instant::from_date(2099, 1, 1)}).size() == 1);
  CHECK(with_days({when[0], Instant::from_date(2026, 1, 1)}).empty());  // few times say little of what is far
}

TEST_CASE("Duplicate and missing ids", "[graph]") {
  Tables tables = sample();
  tables["customers"] = with(tables["customers"], "customer_id", words({"p", "p"}));
  auto problems = builder(tables).validate();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].kind == ProblemKind::duplicate_id);
  CHECK(problems[0].place.row == 1);
  CHECK(problems[0].place.value == "p");
  CHECK_THROWS_AS(build(tables), InvalidInput);
  tables["customers"] = with(tables["customers"], "customer_id", words({"", "p"}));
  problems = builder(tables).validate();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].kind == ProblemKind::missing_value);
  CHECK(problems[0].place.row == 0);
}

TEST_CASE("Dangling references", "[graph]") {
  const Problem p = only_problem("requests", "account_id", words({"a", "a", "zz", "b"}));
  CHECK(p.kind == ProblemKind::unknown_id);
  CHECK(p.place.row == 2);
  CHECK(p.place.value == "zz");
  CHECK(only_problem("covers", "need_id", words({"n1", "n9", "n1", "n2"})).kind == ProblemKind::unknown_id);
  CHECK(only_problem("requests", "repeats", words({"", "r9", "", ""})).kind == ProblemKind::unknown_id);
  Tables tables = sample();
  tables.erase("sources");
  CHECK_THROWS_AS(build(tables), MissingInput);
}

TEST_CASE("Cycles are named", "[graph]") {
  Tables tables = sample();
  tables["dependencies"] = Table()
                               .add("solution_id", words({"s1", "s2", "s3", "s3"}))
                               .add("on", words({"s2", "s3", "s1", "s2"}))
                               .add("kind", words({"requires", "requires", "requires", "excludes"}));
  auto problems = builder(tables).validate();
  REQUIRE(problems.size() == 4);
  CHECK(problems[0].kind == ProblemKind::cycle);
  CHECK(problems[3].kind == ProblemKind::contradiction);  // s3 excludes what it requires by way of s1
  CHECK_THAT(problems[0].message, contains("'s1' -> 's2' -> 's3' -> 's1'"));
  CHECK_THROWS_AS(build(tables), InvalidInput);

  CHECK(only_problem("accounts", "parent_account_id", words({"a", "a", "", ""})).kind == ProblemKind::cycle);
  tables = sample();
  tables["needs"] = with(tables["needs"], "parent_need_id", words({"n2", "n1"}));
  problems = builder(tables).validate();
  REQUIRE(problems.size() == 2);
  CHECK_THAT(problems[0].message, contains("'n1' -> 'n2' -> 'n1'"));
  tables = sample();
  tables["segments"] = with(tables["segments"], "parent_segment_id", words({"small", "large", "large"}));
  problems = builder(tables).validate();
  REQUIRE(problems.size() == 3);
  CHECK_THAT(problems[0].message, contains("'large' -> 'small' -> 'large'"));
  CHECK(only_problem("requests", "repeats", words({"", "r2", "", ""})).kind == ProblemKind::cycle);
}

TEST_CASE("Words, ranges and times", "[graph]") {
  Problem p = only_problem("accounts", "kind", words({"customer", "Customer", "prospect", ""}));
  CHECK(p.kind == ProblemKind::not_a_word);
  CHECK(p.place.row == 1);
  CHECK_THAT(p.message, contains("did you mean 'customer'"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(only_problem("solutions", "effort", Column::float64s({5, -1, 2})).kind == ProblemKind::out_of_range);
  CHECK(only_problem("solutions", "effort", Column::float64s({5, nan, 2})).kind == ProblemKind::out_of_range);
  CHECK(only_problem("solutions", "effort", Column::float64s({5, infinity, 2})).place.value == "inf");
  CHECK(only_problem("covers", "share", Column::float64s({1, 1, 1.5, 0})).place.row == 2);
  CHECK(only_problem("tickets", "severity", Column::float64s({0})).kind == ProblemKind::out_of_range);
  CHECK(only_problem("accounts", "arr", Column::float64s({1, 2, -3, 4})).kind == ProblemKind::out_of_range);
  CHECK(only_problem("accounts", "arr", Column::float64s({1, 2, nan, 4})).kind == ProblemKind::out_of_range);
  CHECK(only_problem("accounts", "ended", days({-1, 4, -1, 9})).kind == ProblemKind::contradiction);
  CHECK(only_problem("requests", "at", Column::local_times({0, 0, 0, 0})).kind == ProblemKind::bad_time);
  p = only_problem("requests", "account_id", words({"a", "a", "", "b"}));
  CHECK(p.kind == ProblemKind::missing_value);
  // The parent's request may name the subsidiary's ticket, but not that of a stranger.
  Tables tables = sample();
  tables["requests"] = with(tables["requests"], "ticket_id", words({"t", "", "t", ""}));
  CHECK(builder(tables).validate().empty());
  tables["accounts"] = without_column(tables["accounts"], "parent_account_id");
  const std::vector<Problem> problems = builder(tables).validate();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].kind == ProblemKind::contradiction);
  CHECK(problems[0].place.column == "ticket_id");
}

TEST_CASE("Wrong types and missing columns", "[graph]") {
  Tables tables = sample();
  tables["solutions"] = with(tables["solutions"], "effort", words({"1", "2", "3"}));
  CHECK_THROWS_AS(build(tables), TypeMismatch);
  tables = sample();
  tables["requests"] = with(tables["requests"], "at", Column::float64s({1, 2, 3, 4}));
  CHECK_THROWS_AS(build(tables), TypeMismatch);
  tables = sample();
  tables["requests"] = with(tables["requests"], "account_id", days({1, 2, 3, 4}));
  CHECK_THROWS_AS(build(tables), TypeMismatch);
  tables = sample();
  Table requests = without_column(tables["requests"], "account_id");
  tables["requests"] = requests.add("acount_id", words({"a", "a", "b", "b"}));
  CHECK_THROWS_AS(build(tables), MissingInput);
  CHECK_THROWS_WITH(build(tables), contains("did you mean 'acount_id'"));
  BuildOptions options;
  options.columns["requests"]["account_id"] = "acount_id";
  CHECK(build(tables, options) == build(sample()));
  options.columns["requests"]["account_id"] = "account";
  CHECK_THROWS_AS(build(tables, options), MissingInput);
  options.columns["requests"] = {{"acount_id", "account_id"}};
  CHECK_THROWS_AS(build(sample(), options), MissingInput);
  options.columns = {{"request", {}}};
  CHECK_THROWS_WITH(build(sample(), options), contains("did you mean 'requests'"));
  CHECK_THROWS_WITH(GraphBuilder().add("acounts", Table()), contains("did you mean 'accounts'"));
  CHECK_THROWS_AS(GraphBuilder().add("accounts", Table()).add("accounts", Table()), InvalidInput);
  CHECK_THROWS_AS(GraphBuilder().build(), MissingInput);
  CHECK_THROWS_AS(GraphBuilder().add("accounts", Table()).build(), MissingInput);
  CHECK_THROWS_AS(GraphBuilder().add("accounts", Table().add("account_id", words({}))).build(), InvalidInput);
}

TEST_CASE("Integers and text meet through exact digits", "[graph]") {
  Tables tables;
  tables["accounts"].add("account_id", Column::int64s({7, 8}));
  tables["uses"].add("account_id", words({"7", "8"})).add("use", words({"x", "y"}));
  CHECK(build(tables).uses().account[1] == AccountIndex(1));
  tables["uses"] = with(tables["uses"], "account_id", words({"7", "08"}));
  CHECK_THROWS_AS(build(tables), InvalidInput);
  tables["accounts"] = Table().add("account_id", words({"7", "8"}));
  tables["uses"] = with(tables["uses"], "account_id", Column::int64s({8, 7}));
  CHECK(build(tables).uses().account[0] == AccountIndex(1));
  tables["uses"] = with(tables["uses"], "account_id", Column::float64s({8.0, 7.0}));
  CHECK(build(tables).uses().account[0] == AccountIndex(1));
}

TEST_CASE("Times: zoned, naive and mixed", "[graph]") {
  Tables tables;
  tables["accounts"].add("account_id", words({"a"})).add("started", Column::local_times({3'600'000'000}));
  CHECK_THROWS_AS(build(tables), InvalidInput);
  BuildOptions options;
  options.timezone = "+01:00";
  CHECK(build(tables, options).accounts().started[0] == Instant{});
  tables["accounts"] = with(tables["accounts"], "ended", days({5}));
  CHECK_THROWS_AS(build(tables, options), InvalidInput);
  CHECK_THROWS_WITH(build(tables, options), contains("mixed"));
  options.timezone = "No/Where";
  CHECK_THROWS_AS(build(tables, options), InvalidInput);
  tables["accounts"] = with(tables["accounts"], "started", Column::local_times({0}, std::vector<std::uint8_t>{0}));
  CHECK(build(tables).accounts().ended.has(0));
}

TEST_CASE("Quarantine sets rows and what hangs on them apart, and loses nothing", "[graph]") {
  Tables tables = sample();
  tables["accounts"] = with(tables["accounts"], "kind", words({"customer", "costumer", "prospect", ""}));
  BuildOptions options;
  options.on_invalid = OnInvalid::quarantine;
  const CustomerGraph g = build(tables, options);
  CHECK(g.size(NodeKind::account) == 3);
  CHECK(g.ids(NodeKind::account).text(1) == "c");
  CHECK(g.rejected("accounts").rows() == 1);
  CHECK(g.rejected("accounts")["account_id"].string(0) == "b");
  CHECK_THAT(std::string(g.rejected("accounts")["reason"].string(0)), contains("did you mean 'customer'"));
  CHECK(g.size(NodeKind::request) == 2);
  CHECK(g.rejected("requests").rows() == 2);
  CHECK(g.rejected("requests")["request_id"].string(0) == "r3");
  CHECK(g.rejected("interactions").rows() == 1);
  CHECK(g.rejected("tickets").rows() == 1);
  CHECK(g.rejected("customers").rows() == 1);
  CHECK(g.rejected("segments").rows() == 1);
  CHECK(g.rejected("needs").rows() == 0);
  for (const std::string& name : g.tables()) {
    CHECK(g.table(name).rows() + g.rejected(name).rows() == tables[name].rows());
  }
  CHECK(g.ids(NodeKind::customer).text(0) == "p");
  CHECK(g.accounts().kind[1] == AccountKind::prospect);
  CHECK(g.attributes("accounts")["region"].string(1) == "north");
  CHECK(g.relation(RelationKind::request_account).to_size() == 3);

  // A chain: r1 -> repeated by r2; the need of r1 is wrong.
  tables = sample();
  tables["requests"] = with(tables["requests"], "need_id", words({"zz", "n1", "n2", ""}));
  const CustomerGraph chain = build(tables, options);
  CHECK(chain.rejected("requests").rows() == 2);
  CHECK(chain.ids(NodeKind::request).text(0) == "r3");

  // The first of several rows with one id stays.
  tables = sample();
  tables["requests"] = with(tables["requests"], "request_id", words({"r1", "r2", "r2", ""}));
  const CustomerGraph once = build(tables, options);
  CHECK(once.size(NodeKind::request) == 2);
  CHECK(once.requests().need[1] == NeedIndex(0));

  // A missing column is nobody's row.
  tables = sample();
  tables["requests"] = without_column(tables["requests"], "at");
  CHECK_THROWS_AS(build(tables, options), MissingInput);
  CHECK(build(sample(), options) == build(sample()));
}

TEST_CASE("Cycles in quarantine", "[graph]") {
  BuildOptions options;
  options.on_invalid = OnInvalid::quarantine;
  Tables tables = sample();
  tables["dependencies"] = Table()
                               .add("solution_id", words({"s1", "s2", "s3"}))
                               .add("on", words({"s2", "s1", "s1"}))
                               .add("kind", words({"requires", "requires", "requires"}));
  const CustomerGraph g = build(tables, options);
  CHECK(g.rejected("dependencies").rows() == 2);
  CHECK(g.relation(RelationKind::solution_requires).edges() == 1);
  CHECK(g.size(NodeKind::solution) == 3);
}

TEST_CASE("Building can be stopped and reports progress", "[graph]") {
  BuildOptions options;
  std::vector<double> seen;
  options.control.progress = [&](std::string_view, double done) {
    seen.push_back(done);
    return true;
  };
  (void)build(sample(), options);
  REQUIRE(seen.size() > 3);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(seen.back() == 1.0);
  options.control.progress = [](std::string_view, double done) { return done < 0.3; };
  CHECK_THROWS_AS(build(sample(), options), outweigh::core::Cancelled);
}

TEST_CASE("The number of threads changes nothing", "[graph]") {
  BuildOptions options;
  options.control.threads = 4;
  CHECK(build(sample(), options) == build(sample()));
}

TEST_CASE("A column in which nothing is known fits any type", "[graph]") {
  Tables tables = sample();
  const std::vector<std::uint8_t> none(4, 0);
  for (const char* column : {"started", "sentiment", "lighthouse", "kind", "parent_account_id"}) {
    tables["accounts"] = with(tables["accounts"], column, words({"", "", "", ""}));
  }
  tables["accounts"] = with(tables["accounts"], "name", Column::float64s({0.0, 0.0, 0.0, 0.0}, none));
  const CustomerGraph graph = build(tables);
  CHECK_FALSE(graph.accounts().started.absent());
  CHECK_FALSE(graph.accounts().started.has(0));
  CHECK_FALSE(graph.accounts().sentiment.has(3));
}

TEST_CASE("Rows found bad before are problems like any other", "[graph]") {
  BuildOptions options;
  const Problem found{ProblemKind::wrong_type,
                      {.table = "accounts", .column = "arr", .row = 1, .value = "many"},
                      "the value is not a number"};
  options.found_before = {found};
  CHECK(builder(sample(), options).validate().front().place.value == "many");
  CHECK_THROWS_AS(builder(sample(), options).build(), TypeMismatch);
  options.on_invalid = OnInvalid::quarantine;
  const CustomerGraph graph = builder(sample(), options).build();
  CHECK(graph.size(NodeKind::account) == 3);
  CHECK(graph.rejected("accounts").rows() == 1);
  options.found_before[0].place.row = 400;
  CHECK(builder(sample(), options).build().size(NodeKind::account) == 4);
}

TEST_CASE("A column that segments are to be made of has to be there", "[graph]") {
  BuildOptions options;
  options.segments = SegmentsByColumn{"regoin"};
  Tables tables = sample();
  tables.erase("segments");
  const std::vector<Problem> problems = builder(tables, options).validate();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].place.column == "regoin");
  CHECK_THROWS_AS(builder(tables, options).build(), MissingInput);
  options.segments = SegmentsByColumn{"region"};
  CHECK(builder(tables, options).validate().empty());
}

TEST_CASE("columns of the user's own have no NaN", "[graph]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Tables tables = sample();
  tables["accounts"].add("mine", Column::float64s({1.5, nan, 0.0, 2.0}, std::vector<std::uint8_t>{1, 1, 0, 1}));
  const Table found = build(tables).table("accounts");
  const outweigh::core::Field<double> mine = outweigh::core::read_float64s(found["mine"]);
  CHECK(mine.has(0));
  CHECK_FALSE(mine.has(1));
  CHECK_FALSE(mine.has(2));
  CHECK(mine[3] == 2.0);
}

TEST_CASE("a column that is required is not to be left out", "[graph]") {
  Tables tables = sample();
  tables.erase("sources");
  CHECK_THROWS_WITH(build(tables), contains("give it, too"));
}

TEST_CASE("a column whose name differs in case and separators alone is not passed over", "[graph]") {
  Table accounts;
  accounts.add("account_id", Column::strings({"a", "b"})).add("ARR", Column::float64s({1.0, 2.0}));
  const std::vector<Problem> problems = GraphBuilder().add("accounts", accounts).validate();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].kind == ProblemKind::missing_column);
  CHECK(problems[0].place.column == "ARR");
  CHECK_THAT(problems[0].message, contains("'arr'"));
  BuildOptions options;
  CHECK_THROWS_AS(GraphBuilder(options).add("accounts", accounts).build(), MissingInput);
  options.columns["accounts"] = {{"arr", "ARR"}};
  CHECK(GraphBuilder(options).add("accounts", accounts).build().accounts().arr[1].units() == 2.0);

  // What something else reads, and what stands beside ours, is the user's own.
  Table other;
  other.add("account_id", Column::strings({"a", "b"})).add("Kind", Column::strings({"bank", "shop"}));
  BuildOptions by_kind;
  by_kind.segments = SegmentsByColumn{"Kind"};
  CHECK(GraphBuilder(by_kind).add("accounts", other).build().size(NodeKind::segment) == 2);
  BuildOptions mapped;
  mapped.columns["accounts"] = {{"name", "Kind"}};
  CHECK(GraphBuilder(mapped).add("accounts", other).build().accounts().name[0] == "bank");
  other.add("kind", Column::strings({"customer", "customer"}));
  CHECK(GraphBuilder().add("accounts", other).build().attributes("accounts")["Kind"].string(1) == "shop");
}
