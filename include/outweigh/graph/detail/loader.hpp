// Reads and checks all tables, one after the other in the order in which they refer to each other.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/graph/detail/assemble.hpp>
#include <outweigh/graph/detail/column_reader.hpp>
#include <outweigh/graph/detail/graph_data.hpp>
#include <outweigh/graph/detail/observed_times.hpp>
#include <outweigh/graph/detail/row_checks.hpp>
#include <outweigh/graph/graph_builder.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

class Loader {
 public:
  using GivenTables = std::map<std::string, core::Table, std::less<>>;

  /// `trusted` tables were written by a graph: they may be empty, and rows are not checked against each other.
  Loader(const BuildOptions& options, const GivenTables& tables, bool trusted)
      : options_(options), tables_(tables), trusted_(trusted), data_(std::make_shared<GraphData>()) {
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
    data_->ids[position(NodeKind::party)] = core::Ids(std::vector<std::string>(Vocabulary<Party>::words.begin(),
                                                                               Vocabulary<Party>::words.end()));
    check_mixed_times();
    load_tables<Accounts, Sources, Needs, Solutions, Customers, Interactions, Tickets, Requests>();
    find_segments();
    load_tables<Segments, Coverage, Asked, Uses, Surveys, Articles, Deals, Efforts, Capacities, Covers, Dependencies,
                Commitments, Revenue, Costs, Events, Population>();
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
    const ColumnInput* zoned = nullptr;
    std::vector<std::pair<std::string, ColumnInput>> naive;
    ColumnInput first_zoned;
    std::string zoned_table;
    for_each_table(data_->tables, [&](const auto& table) {
      using T = std::remove_cvref_t<decltype(table)>;
      const auto given = tables_.find(T::table);
      if (given == tables_.end()) return;
      T::columns(table, [&](std::string_view name, const auto& field, ColumnRule) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(field)>, core::Field<core::Instant>>) {
          ColumnInput input;
          input.name = name;
          input.user_name = user_name(T::table, name);
          input.raw = given->second.find(input.user_name);
          if (input.raw == nullptr || input.raw->type() != core::ColumnType::timestamp || is_all_null(*input.raw)) return;
          if (input.raw->timezone().empty()) {
            naive.emplace_back(std::string(T::table), std::move(input));
          } else if (zoned == nullptr) {
            first_zoned = std::move(input);
            zoned_table = T::table;
            zoned = &first_zoned;
          }
        }
      });
    });
    if (zoned == nullptr || naive.empty() || !zone_) return;
    for (const auto& [table, input] : naive) {
      structural(ProblemKind::bad_time, input.place(table),
                 "these times have no time zone, while those of column '" + first_zoned.user_name + "' of table '" +
                     zoned_table + "' have one; convert one of them, as mixed clocks are rarely meant");
    }
  }

  template <class... Ts>
  void load_tables() {
    (load_table<Ts>(), ...);
  }

  [[nodiscard]] Nodes& nodes(NodeKind kind) { return nodes_[position(kind)]; }

  template <class T>
  [[nodiscard]] Columns find_columns(const core::Table& raw) {
    Columns columns;
    const auto add = [&](std::string_view name, ColumnRule rule) {
      ColumnInput input;
      input.name = name;
      input.user_name = user_name(T::table, name);
      input.raw = raw.find(input.user_name);
      input.rule = rule;
      if (input.raw == nullptr) {
        if (is_mapped(T::table, name)) {
          structural(ProblemKind::missing_column, input.place(T::table),
                     "columns= names this column for '" + std::string(name) + "', and the table has none of that name" +
                         suggestion(input.user_name, raw.names()));
        } else if (rule.is_required) {
          structural(ProblemKind::missing_column, input.place(T::table),
                     "the table lacks this required column" + suggestion(name, raw.names()) +
                         "; give it, or name yours with columns=");
        }
      }
      columns.push_back(std::move(input));
    };
    if constexpr (HasKey<T>) add(T::key, required);
    T::columns(std::as_const(data_->get<T>()), [&](std::string_view name, const auto&, ColumnRule rule) { add(name, rule); });
    check_mapping<T>(columns);
    return columns;
  }

  template <class T>
  void check_mapping(const Columns& columns) {
    const auto mapping = options_.columns.find(std::string(T::table));
    if (mapping == options_.columns.end()) return;
    std::vector<std::string_view> known;
    for (const ColumnInput& column : columns) known.push_back(column.name);
    for (const auto& [ours, users] : mapping->second) {
      if (std::find(known.begin(), known.end(), ours) == known.end()) {
        structural(ProblemKind::missing_column, {.table = std::string(T::table), .column = ours},
                   "columns= names a column that the table does not have" + suggestion(ours, known));
      }
    }
  }

  /// What the user calls none of ours.
  static core::Table extra_columns(const core::Table& raw, const Columns& columns) {
    core::Table extra;
    for (std::size_t i = 0; i < raw.columns(); ++i) {
      const bool is_ours = std::any_of(columns.begin(), columns.end(), [&](const ColumnInput& input) {
        return input.raw == &raw.column(i);
      });
      if (!is_ours) extra.add(raw.names()[i], raw.column(i));
    }
    return extra;
  }

  template <class T>
  void load_table() {
    const auto given = tables_.find(T::table);
    if constexpr (HasKey<T>) {
      nodes(kind_of<T>()).given = given != tables_.end();
      nodes(kind_of<T>()).unreadable = given != tables_.end();  // until the keys are read
    }
    if (given == tables_.end()) return;
    options_.control.report(T::table, 0.8 * static_cast<double>(loaded_++) / static_cast<double>(tables_.size()));
    const std::size_t at = table_position(T::table);
    data_->given[at] = true;
    const core::Table& raw = given->second;
    Columns columns = find_columns<T>(raw);
    if (raw.rows() == 0 && !trusted_) {
      structural(ProblemKind::empty_table, {.table = std::string(T::table)},
                 T::table == Accounts::table ? "the table has no rows, and without accounts there is nothing to weigh"
                                             : "the table has no rows; leave it out if there is nothing to say");
    }

    T& table = data_->get<T>();
    table.rows = raw.rows();
    std::vector<std::uint32_t> codes;
    read_columns(table, columns, codes);
    std::vector<std::uint8_t> is_bad = bad_rows(columns, raw.rows());
    if constexpr (HasKey<T>) resolve_self(table, columns, is_bad);
    if (!has_unreadable(columns)) check(table, columns, is_bad);
    if constexpr (HasKey<T>) cascade(table, columns, is_bad);

    data_->attributes[at] = extra_columns(raw, columns);
    set_aside(table, raw, columns, is_bad, codes);
  }

  static bool has_unreadable(const Columns& columns) {
    return std::any_of(columns.begin(), columns.end(), [](const ColumnInput& input) {
      return input.is_unreadable || (input.rule.is_required && input.raw == nullptr);
    });
  }

  /// Reads keys, values and references to other tables, one task a column.
  template <class T>
  void read_columns(T& table, Columns& columns, std::vector<std::uint32_t>& codes) {
    core::RunControl inner = inner_;
    inner.threads = 1;
    inner.executor = {};
    std::vector<std::function<void()>> tasks;
    std::size_t next = 0;
    if constexpr (HasKey<T>) {
      ColumnInput& input = columns[next++];
      tasks.emplace_back([&] { guarded<T>(input, [&] { read_key<T>(input, codes, inner); }); });
    }
    T::columns(table, [&](std::string_view, auto& field, ColumnRule) {
      ColumnInput& input = columns[next++];
      using Field = std::remove_cvref_t<decltype(field)>;
      field = Field::missing(table.rows);
      if (input.raw == nullptr) return;
      tasks.emplace_back([&] {
        guarded<T>(input, [&] {
          if constexpr (is_index_field<Field>) {
            constexpr NodeKind kind = kind_of_tag(static_cast<const Field*>(nullptr));
            // References within the table wait for its keys.
            if constexpr (!HasKey<T> || kind != kind_of<T>()) {
              read_references(input, T::table, nodes(kind), inner, field);
            }
          } else {
            read_field(input, T::table, zone_ ? &*zone_ : nullptr, field);
            require_values(input, T::table, table.rows, [&](std::size_t row) { return field.has(row); });
          }
        });
      });
    });
    core::parallel_for(inner_, tasks.size(), [&](std::size_t task) { tasks[task](); });
    for (const ColumnInput& input : columns) note_structural(input);
  }

  /// What a reader throws is a problem of the column.
  template <class T, class Read>
  void guarded(ColumnInput& input, Read&& read) {
    if (input.raw == nullptr) return;
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

  template <class T>
  void read_key(ColumnInput& input, std::vector<std::uint32_t>& codes, const core::RunControl& inner) {
    const core::Column& column = *input.raw;
    Nodes& own = nodes(kind_of<T>());
    core::Ids::Encoded encoded = core::Ids::encode(column, input.place(T::table), inner);
    own.unreadable = false;
    own.all = std::move(encoded.ids);
    const bool has_empty = own.all.size() != 0 && !own.all.is_integer() && own.all.find(std::string_view()).has_value();
    if (own.all.size() == column.size() && !has_empty) return;
    codes = std::move(encoded.codes);
    std::vector<std::uint32_t> first(own.all.size(), no_node);
    for (std::size_t row = 0; row < codes.size(); ++row) {
      if (codes[row] == core::Ids::null_row) {
        input.add(ProblemKind::missing_value, T::table, row, "", "an id is missing");
      } else if (first[codes[row]] != no_node) {
        input.add(ProblemKind::duplicate_id, T::table, row, column.text(row),
                  "the same id already stands in row " + std::to_string(first[codes[row]]));
      } else {
        first[codes[row]] = static_cast<std::uint32_t>(row);
        if (has_empty && own.all.string(codes[row]).empty()) {
          input.add(ProblemKind::missing_value, T::table, row, "", "an id is empty");
        }
      }
    }
    // Within the table, ids stand for rows.
    own.numbers = std::move(first);
  }

  static std::vector<std::uint8_t> bad_rows(const Columns& columns, std::size_t rows) {
    std::vector<std::uint8_t> is_bad;
    for (const ColumnInput& input : columns) mark_bad(input.problems, 0, rows, is_bad);
    return is_bad;
  }
  static void mark_bad(const std::vector<Problem>& problems, std::size_t from, std::size_t rows,
                       std::vector<std::uint8_t>& is_bad) {
    for (std::size_t i = from; i < problems.size(); ++i) {
      if (!problems[i].place.row) continue;
      if (is_bad.empty()) is_bad.assign(rows, 0);
      is_bad[*problems[i].place.row] = 1;
    }
  }

  /// Calls `visit(input, field)` for references of a table to itself.
  template <class T, class Visit>
  static void for_each_self(T& table, Columns& columns, Visit&& visit) {
    std::size_t next = HasKey<T> ? 1 : 0;
    T::columns(table, [&](std::string_view, auto& field, ColumnRule) {
      ColumnInput& input = columns[next++];
      using Field = std::remove_cvref_t<decltype(field)>;
      if constexpr (is_index_field<Field>) {
        if constexpr (kind_of_tag(static_cast<const Field*>(nullptr)) == kind_of<T>()) {
          if (input.raw != nullptr && !input.is_unreadable) visit(input, field);
        }
      }
    });
  }

  /// References of a table to its own rows, by row; and their cycles.
  template <class T>
  void resolve_self(T& table, Columns& columns, std::vector<std::uint8_t>& is_bad) {
    for_each_self(table, columns, [&](ColumnInput& input, auto& field) {
      guarded<T>(input, [&] { read_references(input, T::table, nodes(kind_of<T>()), inner_, field); });
      note_structural(input);
      if (field.absent()) return;
      const auto cycles = cycles_of_function(table.rows, [&](std::uint32_t row) {
        return field.has(row) ? field[row].value() : no_node;
      });
      for (const auto& cycle : cycles) {
        const std::string text =
            cycle_text(cycle, [&](std::uint32_t row) { return "'" + columns.front().raw->text(row) + "'"; });
        for (const std::uint32_t row : cycle) {
          input.add(ProblemKind::cycle, T::table, row, input.raw->text(row), "the references run in a circle: " + text);
        }
      }
      mark_bad(input.problems, 0, table.rows, is_bad);
    });
  }

  template <class T>
  void check(const T& table, Columns& columns, std::vector<std::uint8_t>& is_bad) {
    if (trusted_) return;
    RowReport report(is_bad);
    if constexpr (std::is_same_v<T, Segments>) {
      check_segments(report);
    } else {
      check_rows(report, table, *data_);
    }
    if (report.found().empty()) return;
    std::vector<RowReport::Found> found = report.found();
    for (RowReport::Found& one : found) {
      const auto input = std::find_if(columns.begin(), columns.end(),
                                      [&](const ColumnInput& column) { return column.name == one.column; });
      const std::string value = input->raw == nullptr ? std::string() : input->raw->text(one.row);
      input->add(one.kind, T::table, one.row, value, std::move(one.message));
    }
    for (const ColumnInput& input : columns) mark_bad(input.problems, 0, table.rows, is_bad);
  }

  /// Rows that refer to bad rows of the same table, directly or through others.
  template <class T>
  void cascade(T& table, Columns& columns, std::vector<std::uint8_t>& is_bad) {
    if (is_bad.empty()) return;
    for_each_self(table, columns, [&](ColumnInput& input, auto& field) {
      if (field.absent()) return;
      enum : std::uint8_t { fresh, fine, hangs };
      std::vector<std::uint8_t> state(table.rows, fresh);
      std::vector<std::uint32_t> path;
      for (std::size_t start = 0; start < table.rows; ++start) {
        path.clear();
        auto row = static_cast<std::uint32_t>(start);
        while (state[row] == fresh && is_bad[row] == 0 && field.has(row)) {
          state[row] = fine;  // A second visit on the way would be a cycle, and those are bad.
          path.push_back(row);
          row = field[row].value();
        }
        const bool is_lost = is_bad[row] != 0 || state[row] == hangs;
        for (const std::uint32_t passed : path) state[passed] = is_lost ? hangs : fine;
      }
      for (std::size_t row = 0; row < table.rows; ++row) {
        if (state[row] == hangs) {
          input.add(ProblemKind::hangs_on_rejected, T::table, row, input.raw->text(row),
                    "the " + std::string(to_string(kind_of<T>())) + " that the row refers to was itself set aside");
        }
      }
      mark_bad(input.problems, 0, table.rows, is_bad);
    });
  }

  /// Leaves the accepted rows in `table` and the others, with reasons, in `rejected`.
  template <class T>
  void set_aside(T& table, const core::Table& raw, Columns& columns, const std::vector<std::uint8_t>& is_bad,
                 const std::vector<std::uint32_t>& codes) {
    const std::size_t at = table_position(T::table);
    if (!is_bad.empty()) {
      std::vector<std::uint32_t> accepted;
      std::vector<std::uint32_t> rejected;
      for (std::size_t row = 0; row < table.rows; ++row) {
        (is_bad[row] == 0 ? accepted : rejected).push_back(static_cast<std::uint32_t>(row));
      }
      data_->rejected[at] = with_reasons(raw.take(rejected), rejected, columns);
      std::vector<std::uint32_t> number(table.rows, dropped);
      for (std::size_t i = 0; i < accepted.size(); ++i) number[accepted[i]] = static_cast<std::uint32_t>(i);
      table = take_rows(table, accepted);
      data_->attributes[at] = data_->attributes[at].take(accepted);
      if constexpr (HasKey<T>) {
        for_each_self(table, columns, [&](ColumnInput&, auto& field) { field = renumber(field, number); });
        renumber_nodes(nodes(kind_of<T>()), number, accepted, codes);
      }
    }
    if constexpr (HasKey<T>) {
      Nodes& own = nodes(kind_of<T>());
      core::Ids& ids = data_->ids[position(kind_of<T>())];
      if (is_bad.empty()) {
        ids = own.all;
      } else if (!own.unreadable) {
        std::vector<std::uint32_t> kept(table.rows);
        for (std::size_t code = 0; code < own.numbers.size(); ++code) {
          if (own.numbers[code] != dropped) kept[own.numbers[code]] = static_cast<std::uint32_t>(code);
        }
        ids = own.all.select(kept);
      }
    }
    collect<T>(columns);
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

  static core::Table with_reasons(core::Table rows, const std::vector<std::uint32_t>& rejected, const Columns& columns) {
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

  template <class T>
  void collect(Columns& columns) {
    auto& all = problems_[table_position(T::table)];
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
    const core::Table accounts = with_attributes(write_table(data_->get<Accounts>(), *data_), extra);
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
      throw core::MissingInput("the accounts lack the column that segments are to be made of" +
                                   suggestion(name, accounts.names()),
                               where);
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
  std::array<Nodes, node_kind_count> nodes_{};
  std::array<std::vector<Problem>, table_count> problems_{};
  std::vector<Problem> general_{};
  std::optional<Problem> structural_{};
  std::optional<core::Ids> preset_segments_{};
  std::size_t loaded_ = 0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
