// Designs, weights and what is made of them as bytes, from one list of the members of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/estimate.hpp>
#include <outweigh/listening/detail/adjustment.hpp>
#include <outweigh/listening/propensity.hpp>
#include <outweigh/listening/replicate_weights.hpp>
#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/listening/weighting_check.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

// What of each class is stored, in order.
template <class Archive>
void members(Archive& archive, std::type_identity<core::Interval>, auto& value) {
  archive(value.lower, value.upper, value.level);
}
template <class Archive>
void members(Archive& archive, std::type_identity<Factor>, auto& value) {
  archive(value.name, value.levels);
}
template <class Archive>
void members(Archive& archive, std::type_identity<Cells>, auto& value) {
  archive(value.factors, value.count, value.of_row, value.level);
}
template <class Archive>
void members(Archive& archive, std::type_identity<Targets>, auto& value) {
  archive(value.of_level, value.total);
}
template <class Archive>
void members(Archive& archive, std::type_identity<Link>, auto& value) {
  archive(value.distance, value.lower, value.upper);
}
template <class Archive>
void members(Archive& archive, std::type_identity<TrimRule>, auto& value) {
  archive(value.lower, value.upper, value.proportional, value.strict);
}
template <class Archive>
void members(Archive& archive, std::type_identity<Recipe>, auto& value) {
  archive(value.kind, value.targets, value.numeric_totals, value.link, value.unit, value.max_iterations, value.trim,
          value.ratio);
}
template <class Archive>
void members(Archive& archive, std::type_identity<Adjustment>, auto& value) {
  archive(value.cells, value.numeric_names, value.numeric, value.row_weights, value.method, value.sweeps, value.recipe,
          value.for_variance, value.before);
}
template <class Archive>
void members(Archive& archive, std::type_identity<Convergence>, auto& value) {
  archive(value.iterations, value.residual, value.worst_margin, value.worst_level);
}
template <class Archive>
void members(Archive& archive, std::type_identity<Distribution>, auto& value) {
  archive(value.values, value.cumulative);
}
template <class Archive>
void members(Archive& archive, std::type_identity<Woodruff>, auto& value) {
  archive(value.distribution, value.share, value.se);
}
template <class Archive>
void members(Archive& archive, std::type_identity<SurveyEstimate>, auto& value) {
  archive(value.level, value.estimate, value.se, value.degrees_of_freedom, value.rows, value.effective_size, value.kind,
          value.status, value.reason, value.quantile_interval, value.replicates, value.woodruff);
}
template <class Archive>
void members(Archive& archive, std::type_identity<PropensityBalance>, auto& value) {
  archive(value.column, value.level, value.sample, value.weighted, value.reference, value.difference_before,
          value.difference_after);
}
template <class Archive>
void members(Archive& archive, std::type_identity<PropensityFit>, auto& value) {
  archive(value.weights, value.odds, value.balance, value.ridge, value.concordance, value.uncovered_share,
          value.largest_weight_share, value.trimmed_share, value.iterations, value.status, value.reason);
}
template <class Archive>
void members(Archive& archive, std::type_identity<HeldOutMargin>, auto& value) {
  archive(value.variable, value.given, value.before, value.after, value.chance, value.movement, value.worst_level,
          value.worst, value.failed);
}
template <class Archive>
void members(Archive& archive, std::type_identity<OutcomeCheck>, auto& value) {
  archive(value.outcome, value.before, value.after, value.shift, value.shift_se, value.explained, value.explained_lower,
          value.explained_upper, value.explained_p, value.outcome_alone_p, value.gain, value.held_out_shift,
          value.held_out_shift_se, value.held_out_variable, value.band_lower, value.band_upper, value.bound_lower,
          value.bound_upper, value.verdict, value.reason);
}
template <class Archive>
void members(Archive& archive, std::type_identity<WeightingCheck>, auto& value) {
  archive(value.outcomes, value.held_out, value.effective_sample_size, value.design_effect, value.level);
}

// The last value of each enumeration.
constexpr auto last_of(core::Status) { return core::Status::undefined; }
constexpr auto last_of(LonelyCluster) { return LonelyCluster::average; }
constexpr auto last_of(ReplicateMethod) { return ReplicateMethod::poisson; }
constexpr auto last_of(WeightingVerdict) { return WeightingVerdict::not_to_be_trusted; }
constexpr auto last_of(MarginMovement) { return MarginMovement::further; }
constexpr auto last_of(EstimateKind) { return EstimateKind::difference; }
constexpr auto last_of(Distance) { return Distance::logit; }
constexpr auto last_of(Recipe::Kind) { return Recipe::Kind::scale; }

template <class Value>
inline constexpr bool is_list = false;
template <class Value, class Allocator>
inline constexpr bool is_list<std::vector<Value, Allocator>> = true;
template <class Value>
inline constexpr bool is_optional = false;
template <class Value>
inline constexpr bool is_optional<std::optional<Value>> = true;
template <class Value>
inline constexpr bool is_shared = false;
template <class Value>
inline constexpr bool is_shared<std::shared_ptr<const Value>> = true;

/// Writes members.
class Storing {
 public:
  explicit Storing(core::ByteWriter& writer) : writer_(&writer) {}

  template <class... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }

 private:
  template <class Value>
  void put(const Value& value) {
    if constexpr (std::is_same_v<Value, std::string>) {
      writer_->write(std::string_view(value));
    } else if constexpr (std::is_same_v<Value, double> || std::is_same_v<Value, std::uint32_t>) {
      writer_->write(value);
    } else if constexpr (std::is_enum_v<Value> || std::is_same_v<Value, bool>) {
      writer_->write(static_cast<std::uint8_t>(value));
    } else if constexpr (std::is_integral_v<Value>) {
      writer_->write(static_cast<std::uint64_t>(value));
    } else if constexpr (is_list<Value> || std::is_same_v<Value, RowCells> || is_span<Value>) {
      writer_->write(static_cast<std::uint64_t>(value.size()));
      for (std::size_t i = 0; i < value.size(); ++i) put(value[i]);
    } else if constexpr (is_optional<Value> || is_shared<Value>) {
      put(static_cast<bool>(value));
      if (value) put(*value);
    } else {
      members(*this, std::type_identity<Value>{}, value);
    }
  }
  template <class Value>
  static constexpr bool is_span = std::is_same_v<Value, std::span<const double>>;

  core::ByteWriter* writer_;
};

/// Reads what Storing wrote. Throws CorruptState.
class Restoring {
 public:
  explicit Restoring(core::ByteReader& reader) : reader_(&reader) {}

  template <class... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }
  static void require(bool good) {
    if (!good) core::ByteReader::fail("the state does not fit together");
  }

 private:
  template <class Value>
  void get(Value& value) {
    if constexpr (std::is_same_v<Value, std::string>) {
      value = reader_->read_text();
    } else if constexpr (std::is_same_v<Value, double>) {
      value = reader_->read_double();
    } else if constexpr (std::is_same_v<Value, std::uint32_t>) {
      value = reader_->read_uint32();
    } else if constexpr (std::is_enum_v<Value>) {
      const std::uint8_t number = reader_->read_uint8();
      require(number <= static_cast<std::uint8_t>(last_of(Value{})));
      value = static_cast<Value>(number);
    } else if constexpr (std::is_same_v<Value, bool>) {
      value = reader_->read_uint8() != 0;
    } else if constexpr (std::is_integral_v<Value>) {
      value = static_cast<Value>(reader_->read_uint64());
    } else if constexpr (std::is_same_v<Value, RowCells>) {
      std::vector<std::uint32_t> numbers;
      get(numbers);
      std::uint32_t most = 0;
      for (const std::uint32_t number : numbers) most = number > most ? number : most;
      value.reset(numbers.size(), std::size_t{most} + 1);
      value.store(0, numbers.size(), [&](std::size_t row) { return numbers[row]; });
    } else if constexpr (is_list<Value>) {
      using Item = typename Value::value_type;
      const std::size_t count = reader_->read_count(std::is_arithmetic_v<Item> ? sizeof(Item) : 1);
      value.clear();
      value.reserve(count);
      for (std::size_t i = 0; i < count; ++i) get(value.emplace_back());
    } else if constexpr (is_optional<Value>) {
      value.reset();
      if (reader_->read_uint8() != 0) get(value.emplace());
    } else if constexpr (is_shared<Value>) {
      value.reset();
      if (reader_->read_uint8() == 0) return;
      auto made = std::make_shared<std::remove_const_t<typename Value::element_type>>();
      get(*made);
      value = std::move(made);
    } else {
      members(*this, std::type_identity<Value>{}, value);
    }
  }

  core::ByteReader* reader_;
};

/// All of a value as the bytes of a kind.
template <class... Values>
core::Bytes store(std::string_view kind, const Values&... values) {
  core::ByteWriter writer(kind, 1);
  Storing{writer}(values...);
  return std::move(writer).finish();
}
template <class... Values>
void restore(std::span<const std::byte> bytes, std::string_view kind, Values&... values) {
  core::ByteReader reader(bytes, kind, 1);
  Restoring{reader}(values...);
  reader.finish();
}
template <class Value>
Value restored(std::span<const std::byte> bytes, std::string_view kind) {
  Value value;
  restore(bytes, kind, value);
  return value;
}

inline void members(Storing& archive, std::type_identity<Design>, const Design& design) {
  const std::vector<double> weights(design.weights().begin(), design.weights().end());
  archive(design.rows(), weights, design.lonely(), design.stages().size());
  for (const Design::Stage& stage : design.stages()) archive(stage.stratum, stage.unit, stage.population);
}
/// Made anew from its columns, so that all that must hold is checked.
inline void members(Restoring& archive, std::type_identity<Design>, Design& design) {
  std::size_t rows = 0;
  std::size_t count = 0;
  std::vector<double> weights;
  DesignColumns columns;
  archive(rows, weights, columns.lonely, count);
  columns.weights = weights;
  std::vector<Design::Stage> stages;
  std::vector<std::vector<double>> sizes;
  std::size_t finite = 0;
  for (std::size_t s = 0; s < count; ++s) {
    Design::Stage& stage = stages.emplace_back();
    archive(stage.stratum, stage.unit, stage.population);
    Restoring::require(stage.stratum.size() == rows && stage.unit.size() == rows);
    std::vector<double>& of_row = sizes.emplace_back(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      Restoring::require(stage.stratum[row] < stage.population.size());
      const double size = stage.population[stage.stratum[row]];
      of_row[row] = size > 0.0 ? size : std::numeric_limits<double>::infinity();
      if (size > 0.0) finite = s + 1;
    }
  }
  for (std::size_t s = 0; s < count; ++s) {
    columns.strata.emplace_back(stages[s].stratum);
    columns.clusters.emplace_back(stages[s].unit);
    if (s < finite) columns.fpc.emplace_back(sizes[s]);
  }
  try {
    design = Design(columns);
  } catch (const core::InvalidInput& error) {
    core::ByteReader::fail(error.what());
  }
  Restoring::require(design.rows() == rows);
}

inline void require_fit(const Adjustment& adjustment, std::size_t rows) {
  const auto fits = [rows](std::size_t size) { return size == 0 || size == rows; };
  const Cells& cells = adjustment.cells;
  const Recipe& recipe = adjustment.recipe;
  bool good = fits(cells.of_row.size()) && cells.level.size() == cells.factors.size();
  for (std::size_t row = 0; good && row < cells.of_row.size(); ++row) good = cells.of_row[row] < cells.count;
  for (std::size_t v = 0; good && v < cells.level.size(); ++v) {
    good = cells.of_row.size() == rows && cells.level[v].size() == cells.count;
    for (std::size_t cell = 0; good && cell < cells.count; ++cell) {
      good = cells.level[v][cell] < cells.factors[v].levels.size();
    }
  }
  const auto& targets = recipe.targets.of_level;
  good = good && (targets.empty() || targets.size() == cells.factors.size());
  for (std::size_t v = 0; good && v < targets.size(); ++v) good = targets[v].size() == cells.factors[v].levels.size();
  const bool remade = recipe.kind == Recipe::Kind::poststratify || recipe.kind == Recipe::Kind::rake ||
                      recipe.kind == Recipe::Kind::calibrate;
  good = good && (!remade || (targets.size() == cells.factors.size() && cells.of_row.size() == rows));
  good = good && adjustment.numeric.size() == adjustment.numeric_names.size();
  good = good && (!remade || recipe.numeric_totals.size() == adjustment.numeric.size());
  for (const auto& column : adjustment.numeric) good = good && column.size() == rows;
  good = good && fits(adjustment.row_weights.size()) && fits(adjustment.before.size());
  good = good && (recipe.kind != Recipe::Kind::scale || recipe.ratio.size() == rows);
  Restoring::require(good);
}

inline void members(Storing& archive, std::type_identity<Weights>, const Weights& weights) {
  archive(weights.design(), weights.values(), weights.adjustments(), weights.convergence());
}
inline void members(Restoring& archive, std::type_identity<Weights>, Weights& weights) {
  auto design = std::make_shared<Design>();
  std::vector<double> values;
  std::vector<std::shared_ptr<const Adjustment>> adjustments;
  Convergence convergence;
  archive(*design, values, adjustments, convergence);
  Restoring::require(design->rows() == 0 || design->rows() == values.size());
  for (const auto& adjustment : adjustments) {
    Restoring::require(adjustment != nullptr);
    require_fit(*adjustment, values.size());
  }
  weights = Weights(std::move(design), std::move(values), std::move(adjustments), std::move(convergence));
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
