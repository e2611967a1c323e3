// Reads and checks all tables, one after the other in the order in which they refer to each other.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/graph/detail/any_field.hpp>
#include <outweigh/graph/detail/assemble.hpp>
#include <outweigh/graph/detail/column_reader.hpp>
#include <outweigh/graph/detail/graph_data.hpp>
#include <outweigh/graph/detail/observed_times.hpp>
#include <outweigh/graph/detail/own_column.hpp>
#include <outweigh/graph/detail/row_checks.hpp>
#include <outweigh/graph/detail/table_rows.hpp>
#include <outweigh/graph/graph_builder.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

class Loader {
 public:
  using GivenTables = std::map<std::string, core::Table, std::less<>>;

  /// `trusted` tables were written by a graph: they may be empty, and rows are not checked against each other.
  Loader(const BuildOptions& options, const GivenTables& tables, bool trusted)
      : options_(options),
        tables_(tables),
        trusted_(trusted),
        data_(std::make_shared<GraphData>()),
        any_(any_tables(data_->tables)) {
    inner_ = options.control;
    inner_.progress = {};
  }

  /// Reads everything; afterwards `problems()` has all that is wrong.
  void load() {
    read_time_zone();
    if (!tables_.contains(Accounts::table)) {
      structural(ProblemKind::missing_table, {.table = std::string(Accounts::table)},
                 "the table of accounts is required");
    }
    data_->ids[position(NodeKind::party)] =
        core::Ids(std::vector<std::string>(Vocabulary<Party>::words.begin(), Vocabulary<Party>::words.end()));
    check_mixed_times();
    for (const std::size_t at : loading_order()) {
      if (table_names[at] == Segments::table) find_segments();
      load_table(any_[at]);
    }
    check_segments_column();
  }

  /// In the order of tables, columns and rows. What merely follows from a problem in another row goes away with it.
  [[nodiscard]] std::vector<Problem> problems(bool with_consequences) const {
    std::vector<Problem> all = general_;
    for (const auto& of_table : problems_) {
      std::copy_if(of_table.begin(), of_table.end(), std::back_inserter(all), [&](const Problem& problem) {
        return with_consequences || problem.kind != ProblemKind::hangs_on_rejected;
      });
    }
    return all;
  }
  /// The first problem that no row can be set aside for.
  [[nodiscard]] const std::optional<Problem>& structural_problem() const noexcept { return structural_; }

  /// Ids of segments when there is no telling them from the rows, in the order wanted.
  void preset_segments(core::Ids ids) { preset_segments_ = std::move(ids); }

  [[nodiscard]] GraphData& data() noexcept { return *data_; }

  /// Precondition: no problems, or none but of rows and they may be set aside.
  [[nodiscard]] std::shared_ptr<GraphData> finish(const core::RunControl& control) {
    GraphData& data = *data_;
    data.problems = problems(true);
    data.currency = options_.currency;
    data.effort_unit = options_.effort_unit;
    data.as_of = options_.as_of ? *options_.as_of : latest_time(data.tables);
    make_memberships();
    control.report("relations", 0.8);
    assemble(data, inner_);
    control.report("graph", 1.0);
    return data_;
  }

 private:
  using Columns = std::vector<ColumnInput>;

  void structural(ProblemKind kind, core::Place place, std::string message) {
    Problem problem{kind, std::move(place), std::move(message)};
    if (!structural_) structural_ = problem;
    const std::size_t table = table_position(problem.place.table);
    (table < table_count ? problems_[table] : general_).push_back(std::move(problem));
  }

  void read_time_zone() {
    if (!options_.timezone.empty()) zone_ = core::TimeZone::find(options_.timezone);
  }

  /// The user's name for a column of ours.
  [[nodiscard]] std::string user_name(std::string_view table, std::string_view column) const {
    const auto mapping = options_.columns.find(std::string(table));
    if (mapping != options_.columns.end()) {
      const auto name = mapping->second.find(std::string(column));
      if (name != mapping->second.end()) return name->second;
    }
    return std::string(column);
  }
  [[nodiscard]] bool is_mapped(std::string_view table, std::string_view column) const {
    const auto mapping = options_.columns.find(std::string(table));
    return mapping != options_.columns.end() && mapping->second.contains(std::string(column));
  }

  /// Clocks without a place next to clocks with one: whoever made these tables did not mean both.
  void check_mixed_times() {
    std::vector<std::pair<std::string, ColumnInput>> naive;
    std::string zoned;
    for (const AnyTable& table : any_) {
      const auto given = tables_.find(table.name);
      if (given == tables_.end()) continue;
      for (const NamedField& named : table.fields) {
        ColumnInput input;
        input.user_name = user_name(table.name, named.name);
        input.raw = given->second.find(input.user_name);
        if (!named.field->is_time() || input.raw == nullptr || input.raw->type() != core::ColumnType::timestamp ||
            is_all_null(*input.raw)) {
          continue;
        }
        if (input.raw->timezone().empty()) {
          naive.emplace_back(std::string(table.name), std::move(input));
        } else if (zoned.empty()) {
          zoned = "column '" + input.user_name + "' of table '" + std::string(table.name) + "'";
        }
      }
    }
    if (zoned.empty() || !zone_) return;
    for (const auto& [table, input] : naive) {
      structural(ProblemKind::bad_time, input.place(table),
                 "these times have no time zone, while those of " + zoned +
                     " have one; convert one of them, as mixed clocks are rarely meant");
    }
  }

  [[nodiscard]] Nodes& nodes(NodeKind kind) { return nodes_[position(kind)]; }

  /// The key first, if there is one, then the fields in their order.
  [[nodiscard]] Columns find_columns(const AnyTable& table, const core::Table& raw) {
    Columns columns;
    const auto add = [&](std::string_view name, ColumnRule rule) {
      ColumnInput input;
      input.name = name;
      input.user_name = user_name(table.name, name);
      input.raw = raw.find(input.user_name);
      input.rule = rule;
      if (input.raw == nullptr) {
        if (is_mapped(table.name, name)) {
          structural(ProblemKind::missing_column, input.place(table.name),
                     "columns= names this column for '" + std::string(name) + "', and the table has none of that name" +
                         suggestion(input.user_name, raw.names()));
        } else if (rule.is_required) {
          structural(ProblemKind::missing_column, input.place(table.name),
                     "the table lacks this required column" + suggestion(name, raw.names()) +
                         "; give it, or name yours with columns=");
        } else if (const std::string near = written_otherwise(table, name, raw); !near.empty() && !trusted_) {
          structural(ProblemKind::missing_column, {.table = std::string(table.name), .column = near},
                     "the column would not be read, for its name is written '" + std::string(name) +
                         "'; rename it, or name it with columns=");
        }
      }
      columns.push_back(std::move(input));
    };
    if (table.has_key()) add(table.key, required);
    for (const NamedField& named : table.fields) add(named.name, named.rule);
    check_mapping(table, columns);
    return columns;
  }

  /// A column of the user's that nothing reads, and that differs from the name of ours in case and separators only.
  [[nodiscard]] std::string written_otherwise(const AnyTable& table, std::string_view name,
                                              const core::Table& raw) const {
    const auto mapping = options_.columns.find(std::string(table.name));
    const std::string wanted = folded(name);
    for (const std::string& theirs : raw.names()) {
      bool is_read = table.name == Accounts::table && options_.segments && options_.segments->column == theirs;
      if (mapping != options_.columns.end()) {
        for (const auto& [ours, users] : mapping->second) is_read = is_read || users == theirs;
      }
      if (theirs != name && !is_read && folded(theirs) == wanted) return theirs;
    }
    return {};
  }

  void check_mapping(const AnyTable& table, const Columns& columns) {
    const auto mapping = options_.columns.find(std::string(table.name));
    if (mapping == options_.columns.end()) return;
    std::vector<std::string_view> known;
    for (const ColumnInput& column : columns) known.push_back(column.name);
    for (const auto& [ours, users] : mapping->second) {
      if (std::find(known.begin(), known.end(), ours) == known.end()) {
        structural(ProblemKind::missing_column, {.table = std::string(table.name), .column = ours},
                   "columns= names a column that the table does not have" + suggestion(ours, known));
      }
    }
  }

  /// What the user calls none of ours, but for lists, structs and bytes, which no table of ours can hold.
  static core::Table extra_columns(const core::Table& raw, const Columns& columns) {
    core::Table extra;
    for (std::size_t i = 0; i < raw.columns(); ++i) {
      const bool is_ours = std::any_of(columns.begin(), columns.end(),
                                       [&](const ColumnInput& input) { return input.raw == &raw.column(i); });
      if (is_ours || raw.column(i).type() == core::ColumnType::unsupported) continue;
      extra.add(raw.names()[i], own_column(raw.column(i)));
    }
    return extra;
  }

  void load_table(AnyTable& table) {
    const auto given = tables_.find(table.name);
    if (table.has_key()) {
      nodes(table.kind).given = given != tables_.end();
      nodes(table.kind).unreadable = given != tables_.end();  // until the keys are read
    }
    if (given == tables_.end()) return;
    options_.control.report(table.name, 0.8 * static_cast<double>(loaded_++) / static_cast<double>(tables_.size()));
    data_->given[table.at] = true;
    const core::Table& raw = given->second;
    Columns columns = find_columns(table, raw);
    if (raw.rows() == 0 && !trusted_) {
      structural(ProblemKind::empty_table, {.table = std::string(table.name)},
                 table.name == Accounts::table ? "the table has no rows, and without accounts there is nothing to weigh"
                                               : "the table has no rows; leave it out if there is nothing to say");
    }

    *table.rows = raw.rows();
    std::vector<std::uint32_t> codes;
    read_columns(table, columns, codes);
    add_found_before(table, columns);
    std::vector<std::uint8_t> is_bad;
    for (const ColumnInput& input : columns) mark_bad(input, raw.rows(), is_bad);
    resolve_self(table, columns, is_bad);
    if (!has_unreadable(columns)) check(table, columns, is_bad);
    cascade(table, columns, is_bad);

    data_->attributes[table.at] = extra_columns(raw, columns);
    set_aside(table, raw, columns, is_bad, codes);
  }

  void add_found_before(const AnyTable& table, Columns& columns) const {
    for (const Problem& problem : options_.found_before) {
      if (problem.place.table != table.name || !problem.place.row || *problem.place.row >= *table.rows) continue;
      const auto input = std::find_if(columns.begin(), columns.end(), [&](const ColumnInput& column) {
        return column.user_name == problem.place.column;
      });
      (input == columns.end() ? columns.front() : *input).problems.push_back(problem);
    }
  }

  static bool has_unreadable(const Columns& columns) {
    return std::any_of(columns.begin(), columns.end(), [](const ColumnInput& input) {
      return input.is_unreadable || (input.rule.is_required && input.raw == nullptr);
    });
  }

  /// Reads keys, values and references to other tables, one task a column.
  void read_columns(AnyTable& table, Columns& columns, std::vector<std::uint32_t>& codes) {
    core::RunControl inner = inner_;
    inner.threads = 1;
    inner.executor = {};
    const std::size_t keys = table.has_key() ? 1 : 0;
    for (NamedField& named : table.fields) named.field->clear(*table.rows);
    core::parallel_for(inner_, columns.size(), [&](std::size_t i) {
      ColumnInput& input = columns[i];
      if (input.raw == nullptr) return;
      guarded(input, [&] {
        if (i < keys) {
          read_key(table, input, codes, inner);
          return;
        }
        AnyField& field = *table.fields[i - keys].field;
        const std::optional<NodeKind> kind = field.refers_to();
        if (!kind) {
          field.read(input, table.name, zone_ ? &*zone_ : nullptr);
        } else if (!is_self(table, field)) {
          read_references(table, input, field, inner);
        }
      });
    });
    for (const ColumnInput& input : columns) note_structural(input);
  }

  /// References within a table wait for its keys.
  static bool is_self(const AnyTable& table, const AnyField& field) {
    return table.has_key() && field.refers_to() == table.kind;
  }

  void read_references(const AnyTable& table, ColumnInput& input, AnyField& field, const core::RunControl& control) {
    const NodeKind kind = *field.refers_to();
    auto read = read_nodes(input, table.name, kind, nodes(kind), control);
    if (read) field.set_nodes(std::move(*read));
  }

  /// What a reader throws is a problem of the column.
  template <class Read>
  static void guarded(ColumnInput& input, Read&& read) {
    try {
      read();
    } catch (const core::TypeMismatch& error) {
      input.problems.push_back({ProblemKind::wrong_type, error.place(), error.message()});
      input.is_unreadable = true;
    } catch (const core::InvalidInput& error) {
      input.problems.push_back({ProblemKind::out_of_range, error.place(), error.message()});
      input.is_unreadable = true;
    }
  }

  void note_structural(const ColumnInput& input) {
    if (input.is_unreadable && !structural_ && !input.problems.empty()) structural_ = input.problems.back();
  }

  void read_key(const AnyTable& table, ColumnInput& input, std::vector<std::uint32_t>& codes,
                const core::RunControl& inner) {
    const core::Column& column = *input.raw;
    Nodes& own = nodes(table.kind);
    core::Ids::Encoded encoded = core::Ids::encode(column, input.place(table.name), inner);
    own.unreadable = false;
    own.all = std::move(encoded.ids);
    const bool has_empty = own.all.size() != 0 && !own.all.is_integer() && own.all.find(std::string_view()).has_value();
    if (own.all.size() == column.size() && !has_empty) return;
    codes = std::move(encoded.codes);
    std::vector<std::uint32_t> first(own.all.size(), no_node);
    for (std::size_t row = 0; row < codes.size(); ++row) {
      if (codes[row] == core::Ids::null_row) {
        input.add(ProblemKind::missing_value, table.name, row, "", "an id is missing");
      } else if (first[codes[row]] != no_node) {
        input.add(ProblemKind::duplicate_id, table.name, row, column.text(row),
                  "the same id already stands in row " + std::to_string(first[codes[row]]));
      } else {
        first[codes[row]] = static_cast<std::uint32_t>(row);
        if (has_empty && own.all.string(codes[row]).empty()) {
          input.add(ProblemKind::missing_value, table.name, row, "", "an id is empty");
        }
      }
    }
    // Within the table, ids stand for rows.
    own.numbers = std::move(first);
  }

  static void mark_bad(const ColumnInput& input, std::size_t rows, std::vector<std::uint8_t>& is_bad) {
    for (const Problem& problem : input.problems) {
      if (!problem.place.row) continue;
      if (is_bad.empty()) is_bad.assign(rows, 0);
      is_bad[*problem.place.row] = 1;
    }
  }

  /// Calls `visit(input, field)` for references of a table to itself.
  template <class Visit>
  static void for_each_self(AnyTable& table, Columns& columns, Visit&& visit) {
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
      ColumnInput& input = columns[i + (table.has_key() ? 1 : 0)];
      AnyField& field = *table.fields[i].field;
      if (is_self(table, field) && input.raw != nullptr && !input.is_unreadable) visit(input, field);
    }
  }

  /// References of a table to its own rows, by row; and their cycles.
  void resolve_self(AnyTable& table, Columns& columns, std::vector<std::uint8_t>& is_bad) {
    for_each_self(table, columns, [&](ColumnInput& input, AnyField& field) {
      guarded(input, [&] { read_references(table, input, field, inner_); });
      note_structural(input);
      if (field.absent()) return;
      const auto cycles = cycles_of_function(
          *table.rows, [&](std::uint32_t row) { return field.has(row) ? field.node(row) : no_node; });
      for (const auto& cycle : cycles) {
        const std::string text =
            cycle_text(cycle, [&](std::uint32_t row) { return "'" + columns.front().raw->text(row) + "'"; });
        for (const std::uint32_t row : cycle) {
          input.add(ProblemKind::cycle, table.name, row, input.raw->text(row),
                    "the references run in a circle: " + text);
        }
      }
      mark_bad(input, *table.rows, is_bad);
    });
  }

  void check(const AnyTable& table, Columns& columns, std::vector<std::uint8_t>& is_bad) {
    if (trusted_) return;
    RowReport report(is_bad);
    if (table.name == Segments::table) {
      check_segments(report);
    } else {
      for_each_table(std::as_const(data_->tables), [&](const auto& rows) {
        if (std::remove_cvref_t<decltype(rows)>::table == table.name) check_rows(report, rows, *data_);
      });
    }
    if (report.found().empty()) return;
    std::vector<RowReport::Found> found = report.found();
    for (RowReport::Found& one : found) {
      const auto input = std::find_if(columns.begin(), columns.end(),
                                      [&](const ColumnInput& column) { return column.name == one.column; });
      const std::string value = input->raw == nullptr ? std::string() : input->raw->text(one.row);
      input->add(one.kind, table.name, one.row, value, std::move(one.message));
    }
    for (const ColumnInput& input : columns) mark_bad(input, *table.rows, is_bad);
  }

  /// Rows that refer to bad rows of the same table, directly or through others.
  void cascade(AnyTable& table, Columns& columns, std::vector<std::uint8_t>& is_bad) {
    if (is_bad.empty()) return;
    for_each_self(table, columns, [&](ColumnInput& input, AnyField& field) {
      if (field.absent()) return;
      enum : std::uint8_t { fresh, fine, hangs };
      std::vector<std::uint8_t> state(*table.rows, fresh);
      std::vector<std::uint32_t> path;
      for (std::size_t start = 0; start < *table.rows; ++start) {
        path.clear();
        auto row = static_cast<std::uint32_t>(start);
        while (state[row] == fresh && is_bad[row] == 0 && field.has(row)) {
          state[row] = fine;  // A second visit on the way would be a cycle, and those are bad.
          path.push_back(row);
          row = field.node(row);
        }
        const bool is_lost = is_bad[row] != 0 || state[row] == hangs;
        for (const std::uint32_t passed : path) state[passed] = is_lost ? hangs : fine;
      }
      for (std::size_t row = 0; row < *table.rows; ++row) {
        if (state[row] == hangs) {
          input.add(ProblemKind::hangs_on_rejected, table.name, row, input.raw->text(row),
                    "the " + std::string(to_string(table.kind)) + " that the row refers to was itself set aside");
        }
      }
      mark_bad(input, *table.rows, is_bad);
    });
  }

  /// Leaves the accepted rows in `table` and the others, with reasons, in `rejected`.
  void set_aside(AnyTable& table, const core::Table& raw, Columns& columns, const std::vector<std::uint8_t>& is_bad,
                 const std::vector<std::uint32_t>& codes) {
    if (!is_bad.empty()) {
      std::vector<std::uint32_t> accepted;
      std::vector<std::uint32_t> rejected;
      for (std::size_t row = 0; row < is_bad.size(); ++row) {
        (is_bad[row] == 0 ? accepted : rejected).push_back(static_cast<std::uint32_t>(row));
      }
      data_->rejected[table.at] = with_reasons(raw.take(rejected), rejected, columns);
      data_->attributes[table.at] = data_->attributes[table.at].take(accepted);
      take_rows(table, accepted);
      if (table.has_key()) {
        std::vector<std::uint32_t> number(is_bad.size(), dropped);
        for (std::size_t i = 0; i < accepted.size(); ++i) number[accepted[i]] = static_cast<std::uint32_t>(i);
        for_each_self(table, columns, [&](ColumnInput&, AnyField& field) { field.renumber(number); });
        renumber_nodes(nodes(table.kind), number, accepted, codes);
      }
    }
    if (table.has_key()) {
      Nodes& own = nodes(table.kind);
      core::Ids& ids = data_->ids[position(table.kind)];
      if (is_bad.empty()) {
        ids = own.all;
      } else if (!own.unreadable) {
        std::vector<std::uint32_t> kept(*table.rows);
        for (std::size_t code = 0; code < own.numbers.size(); ++code) {
          if (own.numbers[code] != dropped) kept[own.numbers[code]] = static_cast<std::uint32_t>(code);
        }
        ids = own.all.select(kept);
      }
    }
    collect(table, columns);
  }

  /// From codes of ids to numbers of nodes.
  static void renumber_nodes(Nodes& own, const std::vector<std::uint32_t>& number,
                             const std::vector<std::uint32_t>& accepted, const std::vector<std::uint32_t>& codes) {
    if (own.unreadable) return;
    if (codes.empty()) {
      own.numbers = number;
      return;
    }
    own.numbers.assign(own.all.size(), dropped);
    for (const std::uint32_t row : accepted) own.numbers[codes[row]] = number[row];
  }

  static core::Table with_reasons(core::Table rows, const std::vector<std::uint32_t>& rejected,
                                  const Columns& columns) {
    std::map<std::size_t, std::string> reasons;
    for (const ColumnInput& input : columns) {
      for (const Problem& problem : input.problems) {
        if (!problem.place.row) continue;
        std::string& reason = reasons[*problem.place.row];
        if (!reason.empty()) reason += "; ";
        reason += input.user_name + ": " + problem.message;
      }
    }
    std::vector<std::string> texts;
    for (const std::uint32_t row : rejected) texts.push_back(reasons[row]);
    std::string name = "reason";
    while (rows.has(name)) name += "_";
    rows.add(name, core::Column::strings(texts));
    return rows;
  }

  void collect(const AnyTable& table, Columns& columns) {
    auto& all = problems_[table.at];
    for (ColumnInput& input : columns) {
      std::stable_sort(input.problems.begin(), input.problems.end(),
                       [](const Problem& a, const Problem& b) { return a.place.row < b.place.row; });
      all.insert(all.end(), input.problems.begin(), input.problems.end());
    }
  }

  // Segments.

  /// Segments are the distinct ids of the segments table, those that are only parents last.
  void find_segments() {
    Nodes& own = nodes(NodeKind::segment);
    const auto given = tables_.find(Segments::table);
    if (given == tables_.end()) return;
    if (options_.segments) {
      structural(ProblemKind::contradiction, {.table = std::string(Segments::table)},
                 "segments were given as a table and as a column of accounts; choose one");
    }
    own.given = true;
    if (preset_segments_) {
      own.all = *preset_segments_;
      data_->ids[position(NodeKind::segment)] = own.all;
      return;
    }
    own.unreadable = true;
    const core::Column* segment = given->second.find(user_name(Segments::table, "segment_id"));
    const core::Column* parent = given->second.find(user_name(Segments::table, "parent_segment_id"));
    if (segment == nullptr) return;
    try {
      own.all = core::Ids::encode(*segment, {}, inner_).ids;
      if (parent != nullptr && !is_all_null(*parent)) own.all = with_parents(own.all, *parent);
    } catch (const core::Error&) {
      // Reading the column itself reports it.
      own.all = {};
    }
    own.unreadable = false;
    data_->ids[position(NodeKind::segment)] = own.all;
  }

  [[nodiscard]] core::Ids with_parents(const core::Ids& ids, const core::Column& column) const {
    const core::Ids parents = core::Ids::encode(column, {}, inner_).ids;
    std::vector<std::string> texts;
    std::vector<std::int64_t> numbers;
    for (std::size_t i = 0; i < parents.size(); ++i) {
      const std::string text = parents.text(i);
      if (ids.find(std::string_view(text))) continue;
      texts.push_back(text);
      if (parents.is_integer()) numbers.push_back(parents.integer(i));
    }
    if (texts.empty()) return ids;
    if (ids.is_integer() && parents.is_integer()) {
      std::vector<std::int64_t> all;
      for (std::size_t i = 0; i < ids.size(); ++i) all.push_back(ids.integer(i));
      all.insert(all.end(), numbers.begin(), numbers.end());
      return core::Ids(all);
    }
    std::vector<std::string> all;
    for (std::size_t i = 0; i < ids.size(); ++i) all.push_back(ids.text(i));
    all.insert(all.end(), texts.begin(), texts.end());
    return core::Ids(all);
  }

  /// The column of accounts that segments are to be made of.
  void check_segments_column() {
    const auto accounts = tables_.find(Accounts::table);
    if (!options_.segments || accounts == tables_.end() || tables_.contains(Segments::table)) return;
    const std::string& name = options_.segments->column;
    const core::Table& raw = accounts->second;
    const bool is_ours = std::any_of(any_.begin(), any_.end(), [&](const AnyTable& table) {
      return table.name == Accounts::table &&
             std::any_of(table.fields.begin(), table.fields.end(), [&](const NamedField& named) {
               return named.name == name && raw.has(user_name(Accounts::table, name));
             });
    });
    if (is_ours || raw.has(name)) return;
    structural(ProblemKind::missing_column, {.table = std::string(Accounts::table), .column = name},
               "the accounts lack the column that segments are to be made of" + suggestion(name, raw.names()));
  }

  /// Each segment has one parent, and parents form no circle.
  void check_segments(RowReport& report) {
    const Segments& rows = data_->get<Segments>();
    const core::Ids& ids = data_->ids[position(NodeKind::segment)];
    std::vector<std::uint32_t> parents(ids.size(), no_node);
    for (std::size_t row = 0; row < rows.rows; ++row) {
      if (!report.ok(row) || !rows.parent.has(row)) continue;
      std::uint32_t& parent = parents[rows.segment[row].value()];
      if (parent == no_node) {
        parent = rows.parent[row].value();
      } else if (parent != rows.parent[row].value()) {
        report.add("parent_segment_id", row, ProblemKind::contradiction,
                   "the same segment has the parent '" + ids.text(parent) + "' in another row");
      }
    }
    const auto cycles = cycles_of_function(ids.size(), [&](std::uint32_t segment) { return parents[segment]; });
    if (cycles.empty()) return;
    std::vector<std::string> texts(ids.size());
    for (const auto& cycle : cycles) {
      for (const std::uint32_t segment : cycle) {
        texts[segment] = cycle_text(cycle, [&](std::uint32_t at) { return "'" + ids.text(at) + "'"; });
      }
    }
    for (std::size_t row = 0; row < rows.rows; ++row) {
      if (!report.ok(row) || !rows.parent.has(row) || texts[rows.segment[row].value()].empty()) continue;
      report.add("parent_segment_id", row, ProblemKind::cycle,
                 "the references run in a circle: " + texts[rows.segment[row].value()]);
    }
  }

  /// Memberships from the segments table, from a column of accounts, or of all accounts in one segment "all".
  void make_memberships() {
    GraphData& data = *data_;
    if (data.given[table_position(Segments::table)]) {
      data.memberships = data.get<Segments>();
      return;
    }
    std::vector<AccountIndex> accounts;
    std::vector<SegmentIndex> segments;
    if (options_.segments) {
      const std::vector<std::uint32_t> codes = encode_segments(options_.segments->column);
      for (std::size_t account = 0; account < codes.size(); ++account) {
        if (codes[account] == core::Ids::null_row) continue;
        accounts.emplace_back(account);
        segments.emplace_back(codes[account]);
      }
    } else {
      data.ids[position(NodeKind::segment)] = core::Ids(std::vector<std::string>{"all"});
      for (std::size_t account = 0; account < data.size(NodeKind::account); ++account) {
        accounts.emplace_back(account);
        segments.emplace_back(std::size_t{0});
      }
    }
    data.memberships.rows = accounts.size();
    data.memberships.account = core::Field<AccountIndex>(std::move(accounts));
    data.memberships.segment = core::Field<SegmentIndex>(std::move(segments));
    data.memberships.parent = core::Field<SegmentIndex>::missing(data.memberships.rows);
  }

  /// Segment of each account by a column of accounts, by the user's name or ours.
  [[nodiscard]] std::vector<std::uint32_t> encode_segments(const std::string& name) {
    const core::Table& extra = data_->attributes[table_position(Accounts::table)];
    const core::Table accounts = with_attributes(write_table(any_[table_position(Accounts::table)], *data_), extra);
    std::string ours = name;
    const auto mapping = options_.columns.find(std::string(Accounts::table));
    if (mapping != options_.columns.end()) {
      for (const auto& [our_name, users_name] : mapping->second) {
        if (users_name == name) ours = our_name;
      }
    }
    const core::Column* column = extra.find(name);
    if (column == nullptr) column = accounts.find(ours);
    const core::Place where{.table = std::string(Accounts::table), .column = name};
    if (column == nullptr) {
      throw core::MissingInput(
          "the accounts lack the column that segments are to be made of" + suggestion(name, accounts.names()), where);
    }
    core::Column words = *column;
    if (words.type() == core::ColumnType::boolean) {
      std::vector<std::string> texts(words.size());
      std::vector<std::uint8_t> valid(words.size());
      for (std::size_t row = 0; row < words.size(); ++row) {
        valid[row] = words.is_null(row) ? 0 : 1;
        texts[row] = words.text(row);
      }
      words = core::Column::strings(texts, valid);
    }
    core::Ids::Encoded encoded = core::Ids::encode(words, where, inner_);
    data_->ids[position(NodeKind::segment)] = std::move(encoded.ids);
    return std::move(encoded.codes);
  }

  const BuildOptions& options_;
  const GivenTables& tables_;
  bool trusted_;
  core::RunControl inner_;
  std::optional<core::TimeZone> zone_{};
  std::shared_ptr<GraphData> data_;
  std::vector<AnyTable> any_;
  std::array<Nodes, node_kind_count> nodes_{};
  std::array<std::vector<Problem>, table_count> problems_{};
  std::vector<Problem> general_{};
  std::optional<Problem> structural_{};
  std::optional<core::Ids> preset_segments_{};
  std::size_t loaded_ = 0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
