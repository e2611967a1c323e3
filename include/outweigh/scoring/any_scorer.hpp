// Holds any scorer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/scoring/scorer.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

/// A scorer of any type; copies share it. What the scorer throws reaches the caller.
class AnyScorer {
 public:
  /// Throws ContractViolation when the scorer has no name.
  template <class T>
    requires(!std::same_as<std::remove_cvref_t<T>, AnyScorer> && Scorer<std::remove_cvref_t<T>>)
  AnyScorer(T&& scorer)  // NOLINT(google-explicit-constructor): any scorer is an AnyScorer
      : model_(std::make_shared<const Model<std::remove_cvref_t<T>>>(std::forward<T>(scorer))) {
    name_ = model_->name();
    if (name_.empty()) throw core::ContractViolation("a scorer must have a name");
  }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Throws ContractViolation, naming the scorer, unless there is one finite score a solution.
  [[nodiscard]] std::vector<double> score(const ScoringInput& input) const;

  /// Does it take its scores apart?
  [[nodiscard]] bool is_additive() const noexcept { return model_->is_additive(); }
  /// Empty unless additive. Throws ContractViolation unless the parts are finite and add up to the scores (relative
  /// 1e-9).
  [[nodiscard]] ScoreParts parts(const ScoringInput& input, const std::vector<double>& scores) const;
  [[nodiscard]] std::optional<ValueBasis> value_basis() const { return model_->value_basis(); }

 private:
  struct Base {
    virtual ~Base() = default;
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::vector<double> score(const ScoringInput& input) const = 0;
    [[nodiscard]] virtual bool is_additive() const noexcept = 0;
    [[nodiscard]] virtual ScoreParts parts(const ScoringInput& input) const = 0;
    [[nodiscard]] virtual std::optional<ValueBasis> value_basis() const = 0;
  };
  template <class T>
  struct Model final : Base {
    explicit Model(T value) : scorer(std::move(value)) {}
    [[nodiscard]] std::string name() const override { return std::string(scorer.name()); }
    [[nodiscard]] std::vector<double> score(const ScoringInput& input) const override { return scorer.score(input); }
    [[nodiscard]] bool is_additive() const noexcept override { return AdditiveScorer<T>; }
    [[nodiscard]] ScoreParts parts(const ScoringInput& input) const override {
      if constexpr (AdditiveScorer<T>) {
        return scorer.parts(input);
      } else {
        static_cast<void>(input);
        return {};
      }
    }
    [[nodiscard]] std::optional<ValueBasis> value_basis() const override {
      if constexpr (ValueBasedScorer<T>) {
        return scorer.value_basis();
      } else {
        return std::nullopt;
      }
    }
    T scorer;
  };

  std::shared_ptr<const Base> model_;
  std::string name_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/scoring/any_scorer-inl.hpp>
#endif
