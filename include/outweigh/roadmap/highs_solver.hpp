// HiGHS as the general solver of plans over several releases (Huangfu and Hall 2018, doi:10.1007/s12532-017-0130-5).
// Opt-in: needs HiGHS 1.7 or newer, which the CMake target outweigh::highs links.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include <Highs.h>

#include <outweigh/core/errors.hpp>
#include <outweigh/roadmap/linear_model.hpp>
#include <outweigh/roadmap/problem_model.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// The model as HiGHS takes it. Throws InvalidInput for one that has more columns or coefficients than it counts.
[[nodiscard]] inline HighsLp to_highs(const LinearModel& model) {
  if (model.row_columns.size() > static_cast<std::size_t>(kHighsIInf) || model.column_count() > kHighsIInf) {
    throw core::InvalidInput("the model is larger than HiGHS can hold",
                             {.value = std::to_string(model.row_columns.size()) + " coefficients"});
  }
  HighsLp lp;
  lp.num_col_ = static_cast<HighsInt>(model.column_count());
  lp.num_row_ = static_cast<HighsInt>(model.row_count());
  lp.sense_ = ObjSense::kMaximize;
  lp.col_cost_ = model.worth;
  lp.col_lower_ = model.lower;
  lp.col_upper_ = model.upper;
  lp.row_lower_ = model.row_lower;
  lp.row_upper_ = model.row_upper;
  lp.a_matrix_.format_ = MatrixFormat::kRowwise;
  lp.a_matrix_.start_.assign(model.row_begin.begin(), model.row_begin.end());
  lp.a_matrix_.index_.assign(model.row_columns.begin(), model.row_columns.end());
  lp.a_matrix_.value_ = model.row_coefficients;
  for (const std::uint8_t whole : model.whole) {
    lp.integrality_.push_back(whole != 0 ? HighsVarType::kInteger : HighsVarType::kContinuous);
  }
  lp.col_names_ = model.names;
  lp.row_names_ = row_names(model);
  return lp;
}

/// One thread and a fixed seed: the result is a function of the input where no time limit ends the search. The stop
/// token and a progress callback that returns false end it with Cancelled.
[[nodiscard]] inline LinearOutcome solve_with_highs(const LinearModel& model, const LinearOptions& options) {
  options.control.check();
  Highs highs;
  highs.setOptionValue("output_flag", false);
  highs.setOptionValue("threads", 1);
  highs.setOptionValue("random_seed", 0);
  highs.setOptionValue("mip_rel_gap", options.tolerance);
  highs.setOptionValue("mip_abs_gap", 0.0);
  highs.setOptionValue("time_limit", std::min(options.time_limit, kHighsInf));
  if (highs.passModel(to_highs(model)) == HighsStatus::kError) {
    throw core::InvalidInput("HiGHS does not take the model");
  }
  if (!options.start.empty()) {
    HighsSolution start;
    start.col_value = options.start;
    highs.setSolution(start);
  }
  // What the progress callback throws must not pass through HiGHS.
  std::exception_ptr thrown;
  double first_gap = 0.0;
  highs.setCallback([&](int kind, const std::string&, const auto* seen, auto* answer, void*) {
    if (kind == kCallbackMipInterrupt && seen != nullptr && !thrown && options.control.progress) {
      const double gap = seen->mip_dual_bound - seen->mip_primal_bound;
      if (std::isfinite(gap)) first_gap = std::max(first_gap, gap);
      try {
        if (std::isfinite(gap) && first_gap > 0.0) {
          options.control.report("releases", std::clamp(1.0 - gap / first_gap, 0.0, 1.0));
        }
      } catch (...) {
        thrown = std::current_exception();
      }
    }
    if (answer != nullptr && (thrown || options.control.stop.stop_requested())) answer->user_interrupt = 1;
  });
  for (const auto kind : {kCallbackMipInterrupt, kCallbackSimplexInterrupt}) highs.startCallback(kind);
  highs.run();
  if (thrown) std::rethrow_exception(thrown);
  options.control.check();
  const HighsModelStatus status = highs.getModelStatus();
  LinearOutcome found;
  if (status == HighsModelStatus::kInfeasible || status == HighsModelStatus::kUnboundedOrInfeasible) {
    found.status = LinearStatus::infeasible;
    return found;
  }
  const HighsInfo& info = highs.getInfo();
  if (highs.getSolution().value_valid && info.primal_solution_status == kSolutionStatusFeasible) {
    found.values = highs.getSolution().col_value;
  }
  const bool searched = std::find(model.whole.begin(), model.whole.end(), 1) != model.whole.end();
  found.bound = searched ? info.mip_dual_bound : info.objective_function_value;
  if (status == HighsModelStatus::kOptimal || status == HighsModelStatus::kModelEmpty) {
    found.status = LinearStatus::optimal;
  }
  return found;
}

/// Writes the model as MPS, or as LP where the path ends so. Throws InvalidInput where HiGHS cannot.
inline void write_model(const LinearModel& model, const std::string& path) {
  Highs highs;
  highs.setOptionValue("output_flag", false);
  if (highs.passModel(to_highs(model)) == HighsStatus::kError || highs.writeModel(path) == HighsStatus::kError) {
    throw core::InvalidInput("the model cannot be written", {.value = path});
  }
}

/// A model from MPS or LP, as one to maximise; each row is a rule by its name. Throws InvalidInput where HiGHS reads
/// none from the file.
[[nodiscard]] inline LinearModel read_model(const std::string& path) {
  Highs highs;
  highs.setOptionValue("output_flag", false);
  if (highs.readModel(path) == HighsStatus::kError) {
    throw core::InvalidInput("HiGHS reads no model from the file", {.value = path});
  }
  HighsLp lp = highs.getLp();
  lp.a_matrix_.ensureRowwise();
  const double sign = lp.sense_ == ObjSense::kMaximize ? 1.0 : -1.0;
  const auto named = [](const std::vector<std::string>& names, HighsInt at, const char* kind) {
    return static_cast<std::size_t>(at) < names.size() ? names[at] : kind + std::to_string(at);
  };
  LinearModel model;
  for (HighsInt j = 0; j < lp.num_col_; ++j) {
    const bool is_whole = !lp.integrality_.empty() && lp.integrality_[j] == HighsVarType::kInteger;
    model.add_column(named(lp.col_names_, j, "x"), sign * lp.col_cost_[j], is_whole, lp.col_lower_[j],
                     lp.col_upper_[j]);
  }
  std::vector<LinearTerm> terms;
  for (HighsInt i = 0; i < lp.num_row_; ++i) {
    terms.clear();
    for (HighsInt k = lp.a_matrix_.start_[i]; k < lp.a_matrix_.start_[i + 1]; ++k) {
      terms.push_back({static_cast<std::uint32_t>(lp.a_matrix_.index_[k]), lp.a_matrix_.value_[k]});
    }
    model.add_row(model.rule(named(lp.row_names_, i, "r")), terms, lp.row_lower_[i], lp.row_upper_[i]);
  }
  return model;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
