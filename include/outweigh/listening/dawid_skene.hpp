// Whom to believe when several judges answer the same questions and nobody knows the truth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// Row i: judge `judges[i]` gives question `tasks[i]` the answer `answers[i]`.
struct Judgements {
  std::span<const std::uint32_t> tasks{};
  std::span<const std::uint32_t> judges{};
  std::span<const std::uint32_t> answers{};
  std::size_t task_count = 0;
  std::size_t judge_count = 0;
  std::size_t answer_count = 0;
};

struct DawidSkeneOptions {
  double tolerance = 1e-9;  ///< change of the log posterior per judgement at which to stop
  std::size_t max_iterations = 1000;
  double smoothing = 0.01;  ///< added to each count of answers; > 0 keeps rare answers possible
  core::RunControl control{};
};

struct DawidSkene {
  /// P(truth = k) of each question, tasks x answers.
  std::vector<double> truth{};
  /// P(answer = l | truth = k) of each judge, at (judge * answers + k) * answers + l.
  std::vector<double> confusion{};
  std::vector<double> prior{};           ///< share of each truth
  std::vector<std::uint8_t> overlaps{};  ///< of each judge: is it one of three who answered questions in common?
  double log_likelihood = 0.0;
  std::size_t iterations = 0;
  bool converged = true;
  core::Status status = core::Status::estimated;
  std::string reason{};
};

/// Truths and each judge's confusion by expectation maximisation with logarithms, begun from the shares of answers, so
/// the same data give the same result. Assumes that judges err independently given the truth and are better than chance
/// on the whole; judges who repeat each other look more reliable than they are.
/// With two judges any agreement can be explained in many ways: unless at least three judges answer questions in
/// common, pairwise, the status is `not_identified` and `truth` holds the shares of answers. With three, confusions of
/// judges whose `overlaps` is 0 rest on the others alone. `doubtful` when judges agree by less than two standard errors
/// more than their own shares of answers give by chance, and where there are fewer than 25 answers a judge for each
/// possible truth: probabilities take confusions as known, and with few questions they are too near 0 and 1.
/// O(judgements * answers) an iteration; the same for any number of threads. Throws
/// InvalidInput for codes out of range, a judge who answers a question twice (naming the row), options out of range.
/// Dawid and Skene 1979, doi:10.2307/2346806.
[[nodiscard]] DawidSkene dawid_skene(const Judgements& judgements, const DawidSkeneOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/dawid_skene-inl.hpp>
#endif
