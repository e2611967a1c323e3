#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/graph/detail/row_blocks.hpp>
#include <outweigh/listening/dawid_skene.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// Judgements in compressed rows.
struct JudgementRows {
  struct Entry {
    std::uint32_t other;  // the judge, or the question
    std::uint32_t answer;
  };
  std::vector<std::uint32_t> offsets{};
  std::vector<Entry> entries{};
  std::vector<std::uint32_t> rows{};

  JudgementRows(std::span<const std::uint32_t> keys, std::span<const std::uint32_t> others,
                std::span<const std::uint32_t> answers, std::size_t count)
      : offsets(count + 1, 0), entries(keys.size()), rows(keys.size()) {
    for (const std::uint32_t key : keys) ++offsets[key + 1];
    for (std::size_t i = 0; i < count; ++i) offsets[i + 1] += offsets[i];
    std::vector<std::uint32_t> next(offsets.begin(), offsets.end() - 1);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::uint32_t at = next[keys[i]]++;
      entries[at] = {others[i], answers[i]};
      rows[at] = static_cast<std::uint32_t>(i);
    }
  }
};

inline void check_judgements(const Judgements& j, const DawidSkeneOptions& options) {
  const std::size_t size = j.tasks.size();
  if (j.judges.size() != size || j.answers.size() != size || size >= std::numeric_limits<std::uint32_t>::max()) {
    throw core::InvalidInput("questions, judges and answers differ in length", {.value = std::to_string(size)});
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (j.tasks[i] >= j.task_count || j.judges[i] >= j.judge_count || j.answers[i] >= j.answer_count) {
      throw core::InvalidInput("a judgement names what is not there", {.table = "labels", .row = i});
    }
  }
  if (!(options.tolerance > 0.0) || !(options.smoothing > 0.0) || options.smoothing > 1e6 ||
      options.max_iterations == 0) {
    throw core::InvalidInput("tolerance, smoothing and iterations must be positive", {.column = "options"});
  }
}

/// Judges who are one of three that answered questions in common, pairwise.
[[nodiscard]] inline std::vector<std::uint8_t> overlapping_judges(const JudgementRows& by_task, std::size_t judges) {
  std::vector<std::uint8_t> overlaps(judges, 0);
  for (std::size_t t = 0; t + 1 < by_task.offsets.size(); ++t) {
    if (by_task.offsets[t + 1] - by_task.offsets[t] < 3) continue;
    for (std::size_t i = by_task.offsets[t]; i < by_task.offsets[t + 1]; ++i) overlaps[by_task.entries[i].other] = 1;
  }
  // Triangles of pairs that never answered all three together, where there are few enough judges to look at.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::size_t t = 0; t + 1 < by_task.offsets.size(); ++t) {
    if (by_task.offsets[t + 1] - by_task.offsets[t] != 2) continue;
    const std::uint32_t a = by_task.entries[by_task.offsets[t]].other;
    const std::uint32_t b = by_task.entries[by_task.offsets[t] + 1].other;
    if (overlaps[a] == 0 || overlaps[b] == 0) pairs.emplace_back(std::min(a, b), std::max(a, b));
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  const auto joined = [&](std::uint32_t a, std::uint32_t b) {
    return std::binary_search(pairs.begin(), pairs.end(), std::pair(std::min(a, b), std::max(a, b)));
  };
  if (pairs.size() > 2'000'000) return overlaps;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto [a, b] = pairs[i];
    if (overlaps[a] != 0 && overlaps[b] != 0) continue;
    for (std::size_t k = i + 1; k < pairs.size() && pairs[k].first == a; ++k) {
      const std::uint32_t c = pairs[k].second;
      if (joined(b, c)) overlaps[a] = overlaps[b] = overlaps[c] = 1;
    }
  }
  return overlaps;
}

/// How far judges agree beyond what their own shares of answers give, in standard errors. Deviations of answers from
/// these shares are uncorrelated between judges who answer by chance.
[[nodiscard]] inline double agreement_beyond_chance(const JudgementRows& by_task, const JudgementRows& by_judge,
                                                    std::size_t answers) {
  const std::size_t judges = by_judge.offsets.size() - 1;
  std::vector<double> shares(judges * answers, 0.0);
  std::vector<double> squares(judges, 0.0);
  for (std::size_t j = 0; j < judges; ++j) {
    const std::size_t begin = by_judge.offsets[j];
    const std::size_t end = by_judge.offsets[j + 1];
    for (std::size_t i = begin; i < end; ++i)
      shares[j * answers + by_judge.entries[i].answer] += 1.0 / static_cast<double>(end - begin);
    for (std::size_t l = 0; l < answers; ++l) squares[j] += shares[j * answers + l] * shares[j * answers + l];
  }
  std::vector<double> sums(answers);
  double total = 0.0;
  double variance = 0.0;
  for (std::size_t t = 0; t + 1 < by_task.offsets.size(); ++t) {
    std::fill(sums.begin(), sums.end(), 0.0);
    double own = 0.0;
    for (std::size_t i = by_task.offsets[t]; i < by_task.offsets[t + 1]; ++i) {
      const auto [judge, answer] = by_task.entries[i];
      for (std::size_t l = 0; l < answers; ++l) sums[l] -= shares[judge * answers + l];
      sums[answer] += 1.0;
      own += 1.0 - 2.0 * shares[judge * answers + answer] + squares[judge];
    }
    double of_sum = 0.0;
    for (const double sum : sums) of_sum += sum * sum;
    const double pairs = 0.5 * (of_sum - own);
    total += pairs;
    variance += pairs * pairs;
  }
  return variance > 0.0 ? total / std::sqrt(variance) : 0.0;
}

}  // namespace detail

OUTWEIGH_INLINE DawidSkene dawid_skene(const Judgements& judgements, const DawidSkeneOptions& options) {
  detail::check_judgements(judgements, options);
  const std::size_t tasks = judgements.task_count;
  const std::size_t judges = judgements.judge_count;
  const std::size_t k = judgements.answer_count;
  const std::size_t size = judgements.tasks.size();
  detail::JudgementRows by_task(judgements.tasks, judgements.judges, judgements.answers, tasks);
  const detail::JudgementRows by_judge(judgements.judges, judgements.tasks, judgements.answers, judges);
  {
    std::vector<std::uint32_t> last(judges, std::numeric_limits<std::uint32_t>::max());
    for (std::size_t t = 0; t < tasks; ++t) {
      for (std::size_t i = by_task.offsets[t]; i < by_task.offsets[t + 1]; ++i) {
        if (last[by_task.entries[i].other] == t) {
          throw core::InvalidInput("a judge answers a question twice", {.table = "labels", .row = by_task.rows[i]});
        }
        last[by_task.entries[i].other] = static_cast<std::uint32_t>(t);
      }
    }
  }
  DawidSkene result;
  result.truth.assign(tasks * k, 0.0);
  result.confusion.assign(judges * k * k, 0.0);
  result.prior.assign(k, 0.0);
  result.overlaps = detail::overlapping_judges(by_task, judges);
  for (std::size_t t = 0; t < tasks; ++t) {
    const std::size_t answers = by_task.offsets[t + 1] - by_task.offsets[t];
    for (std::size_t i = by_task.offsets[t]; i < by_task.offsets[t + 1]; ++i) {
      result.truth[t * k + by_task.entries[i].answer] += 1.0 / static_cast<double>(answers);
    }
    for (std::size_t c = 0; answers == 0 && c < k; ++c) result.truth[t * k + c] = 1.0 / static_cast<double>(k);
  }
  if (size == 0) {
    result.status = core::Status::undefined;
    result.reason = "there is no judgement";
    return result;
  }
  if (std::count(result.overlaps.begin(), result.overlaps.end(), std::uint8_t{1}) < 3) {
    result.status = core::Status::not_identified;
    result.reason = "no three judges answered questions in common: who errs cannot be told";
    return result;
  }
  if (k < 2) {
    result.status = core::Status::not_identified;
    result.reason = "all answers are the same: nothing shows who errs";
    return result;
  }

  const std::vector<std::uint32_t> task_blocks = graph::detail::row_blocks(by_task.offsets);
  const std::vector<std::uint32_t> judge_blocks = graph::detail::row_blocks(by_judge.offsets);
  std::vector<double> logs(judges * k * k);  // at (judge * k + answer) * k + truth
  std::vector<double> log_prior(k);
  std::vector<double> likelihoods(task_blocks.size() - 1);
  const auto classes = static_cast<double>(k);
  // Yes or no is by far the most common question: its loops have a length that the compiler knows.
  const auto iterate = [&](auto n) {
    const auto maximise = [&] {
      std::fill(result.prior.begin(), result.prior.end(), options.smoothing);
      double answered = options.smoothing * classes;
      for (std::size_t t = 0; t < tasks; ++t) {
        if (by_task.offsets[t] == by_task.offsets[t + 1]) continue;
        answered += 1.0;
        for (std::size_t c = 0; c < n; ++c) result.prior[c] += result.truth[t * n + c];
      }
      for (std::size_t c = 0; c < n; ++c) log_prior[c] = std::log(result.prior[c] /= answered);
      core::parallel_for(options.control, judge_blocks.size() - 1, [&](std::size_t b) {
        std::vector<double> counts(n * n);
        for (std::size_t j = judge_blocks[b]; j < judge_blocks[b + 1]; ++j) {
          std::fill(counts.begin(), counts.end(), options.smoothing);
          for (std::size_t i = by_judge.offsets[j]; i < by_judge.offsets[j + 1]; ++i) {
            const auto [task, answer] = by_judge.entries[i];
            for (std::size_t c = 0; c < n; ++c) counts[answer * n + c] += result.truth[task * n + c];
          }
          for (std::size_t c = 0; c < n; ++c) {
            double sum = 0.0;
            for (std::size_t answer = 0; answer < n; ++answer) sum += counts[answer * n + c];
            for (std::size_t answer = 0; answer < n; ++answer) {
              const double share = counts[answer * n + c] / sum;
              result.confusion[(j * n + c) * n + answer] = share;
              logs[(j * n + answer) * n + c] = std::log(share);
            }
          }
        }
      });
    };
    const auto expect = [&] {
      core::parallel_for(options.control, likelihoods.size(), [&](std::size_t b) {
        std::vector<double> sums(n);
        double likelihood = 0.0;
        double product = 1.0;
        for (std::size_t t = task_blocks[b]; t < task_blocks[b + 1]; ++t) {
          if (by_task.offsets[t] == by_task.offsets[t + 1]) continue;
          std::copy(log_prior.begin(), log_prior.end(), sums.begin());
          for (std::size_t i = by_task.offsets[t]; i < by_task.offsets[t + 1]; ++i) {
            const double* const row = &logs[(by_task.entries[i].other * n + by_task.entries[i].answer) * n];
            for (std::size_t c = 0; c < n; ++c) sums[c] += row[c];
          }
          const double top = *std::max_element(sums.begin(), sums.end());
          double total = 0.0;
          for (double& sum : sums) total += sum = sum == top ? 1.0 : std::exp(sum - top);
          for (std::size_t c = 0; c < n; ++c) result.truth[t * n + c] = sums[c] / total;
          likelihood += top;
          product *= total;  // one logarithm for many tasks
          if (product > 1e100) {
            likelihood += std::log(product);
            product = 1.0;
          }
        }
        likelihoods[b] = likelihood + std::log(product);
      });
      double sum = 0.0;
      for (const double part : likelihoods) sum += part;
      return sum;
    };
    double last = -std::numeric_limits<double>::infinity();
    result.converged = false;
    while (result.iterations < options.max_iterations) {
      maximise();
      result.log_likelihood = expect();
      ++result.iterations;
      // What EM increases: the likelihood with the prior that smoothing stands for.
      double posterior = result.log_likelihood;
      for (const double log_share : logs) posterior += options.smoothing * log_share;
      for (const double log_share : log_prior) posterior += options.smoothing * log_share;
      if (posterior - last <= options.tolerance * static_cast<double>(size)) {
        result.converged = true;
        break;
      }
      last = posterior;
    }
  };
  if (k == 2) {
    iterate(std::integral_constant<std::size_t, 2>{});
  } else {
    iterate(k);
  }
  if (!result.converged) {
    result.status = core::Status::doubtful;
    result.reason = "not converged within the iterations allowed";
  } else if (detail::agreement_beyond_chance(by_task, by_judge, k) < 2.0) {
    result.status = core::Status::doubtful;
    result.reason = "judges hardly agree more than by chance: their answers may tell nothing";
  } else if (const auto heard = static_cast<double>(std::count_if(result.overlaps.begin(), result.overlaps.end(),
                                                                  [](std::uint8_t one) { return one != 0; }));
             static_cast<double>(size) < 25.0 * classes * heard) {
    result.status = core::Status::doubtful;
    result.reason =
        "fewer than 25 answers a judge for each possible truth: how judges err is taken as known, but rests on "
        "so few that probabilities are too near 0 and 1";
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
