#include <outweigh/listening/dawid_skene.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::listening;
using outweigh::core::InvalidInput;
using outweigh::core::Status;

namespace {

struct Answers {
  std::vector<std::uint32_t> tasks;
  std::vector<std::uint32_t> judges;
  std::vector<std::uint32_t> answers;

  [[nodiscard]] Judgements view(std::size_t task_count, std::size_t judge_count, std::size_t answer_count) const {
    return {tasks, judges, answers, task_count, judge_count, answer_count};
  }
};

/// Plain expectation maximisation with probabilities instead of logarithms.
std::vector<double> plain_em(const Judgements& j, double smoothing, int iterations) {
  const std::size_t k = j.answer_count;
  std::vector<double> truth(j.task_count * k, 0.0);
  std::vector<double> answers(j.task_count, 0.0);
  for (std::size_t i = 0; i < j.tasks.size(); ++i) {
    truth[j.tasks[i] * k + j.answers[i]] += 1.0;
    answers[j.tasks[i]] += 1.0;
  }
  for (std::size_t t = 0; t < j.task_count; ++t) {
    for (std::size_t c = 0; c < k; ++c) truth[t * k + c] /= answers[t];
  }
  for (int round = 0; round < iterations; ++round) {
    std::vector<double> prior(k, smoothing);
    std::vector<double> confusion(j.judge_count * k * k, smoothing);
    for (std::size_t t = 0; t < j.task_count; ++t) {
      for (std::size_t c = 0; c < k; ++c) prior[c] += truth[t * k + c];
    }
    for (std::size_t i = 0; i < j.tasks.size(); ++i) {
      for (std::size_t c = 0; c < k; ++c)
        confusion[(j.judges[i] * k + c) * k + j.answers[i]] += truth[j.tasks[i] * k + c];
    }
    for (std::size_t row = 0; row < j.judge_count * k; ++row) {
      double sum = 0.0;
      for (std::size_t l = 0; l < k; ++l) sum += confusion[row * k + l];
      for (std::size_t l = 0; l < k; ++l) confusion[row * k + l] /= sum;
    }
    for (std::size_t t = 0; t < j.task_count; ++t) {
      for (std::size_t c = 0; c < k; ++c) truth[t * k + c] = prior[c];
    }
    for (std::size_t i = 0; i < j.tasks.size(); ++i) {
      for (std::size_t c = 0; c < k; ++c)
        truth[j.tasks[i] * k + c] *= confusion[(j.judges[i] * k + c) * k + j.answers[i]];
    }
    for (std::size_t t = 0; t < j.task_count; ++t) {
      double sum = 0.0;
      for (std::size_t c = 0; c < k; ++c) sum += truth[t * k + c];
      for (std::size_t c = 0; c < k; ++c) truth[t * k + c] /= sum;
    }
  }
  return truth;
}

}  // namespace

TEST_CASE("truths are those of plain expectation maximisation") {
  outweigh::stats::Random random(5);
  for (int round = 0; round < 10; ++round) {
    const std::size_t k = 2 + random.below(2);
    Answers given;
    for (std::uint32_t t = 0; t < 60; ++t) {
      const auto truth = static_cast<std::uint32_t>(random.below(k));
      for (std::uint32_t j = 0; j < 5; ++j) {
        if (random.bernoulli(0.2) && j > 2) continue;
        given.tasks.push_back(t);
        given.judges.push_back(j);
        given.answers.push_back(random.bernoulli(0.9 - 0.1 * j) ? truth : static_cast<std::uint32_t>(random.below(k)));
      }
    }
    const Judgements view = given.view(60, 5, k);
    const DawidSkene found = dawid_skene(view, {.tolerance = 1e-13, .max_iterations = 20, .control = {.threads = 2}});
    const auto expected = plain_em(view, 0.01, static_cast<int>(found.iterations));
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(std::abs(found.truth[i] - expected[i]) < 1e-9);
  }
}

TEST_CASE("judges who err are found out") {
  outweigh::stats::Random random(1);
  Answers given;
  std::vector<std::uint32_t> truth;
  const std::vector<double> right{0.95, 0.9, 0.85, 0.5};
  for (std::uint32_t t = 0; t < 4000; ++t) {
    truth.push_back(random.bernoulli(0.3) ? 1U : 0U);
    for (std::uint32_t j = 0; j < 4; ++j) {
      given.tasks.push_back(t);
      given.judges.push_back(j);
      given.answers.push_back(random.bernoulli(right[j]) ? truth.back() : 1U - truth.back());
    }
  }
  const DawidSkene found = dawid_skene(given.view(4000, 4, 2));
  CHECK(found.status == Status::estimated);
  CHECK(std::abs(found.prior[1] - 0.3) < 0.03);
  for (std::size_t j = 0; j < 4; ++j) {
    CHECK(std::abs(found.confusion[j * 4] - right[j]) < 0.04);
    CHECK(std::abs(found.confusion[j * 4 + 3] - right[j]) < 0.06);
  }
}

TEST_CASE("fewer than three judges in common cannot be told apart") {
  const Answers two{{0, 0, 1, 1}, {0, 1, 0, 1}, {0, 1, 1, 1}};
  const DawidSkene found = dawid_skene(two.view(2, 2, 2));
  CHECK(found.status == Status::not_identified);
  CHECK(found.truth == std::vector<double>{0.5, 0.5, 0.0, 1.0});
  const Answers triangle{{0, 0, 1, 1, 2, 2}, {0, 1, 1, 2, 0, 2}, {0, 1, 1, 1, 0, 0}};
  CHECK(dawid_skene(triangle.view(3, 3, 2)).status == Status::doubtful);  // three judges, but three agreements only
  CHECK(dawid_skene(Answers{}.view(0, 0, 0)).status == Status::undefined);
  const Answers alike{{0, 0, 0}, {0, 1, 2}, {0, 0, 0}};
  CHECK(dawid_skene(alike.view(1, 3, 1)).status == Status::not_identified);
  const Answers twice{{0, 0, 0}, {0, 1, 0}, {0, 0, 0}};
  CHECK_THROWS_AS((void)dawid_skene(twice.view(1, 2, 2)), InvalidInput);
  CHECK_THROWS_AS((void)dawid_skene(two.view(1, 2, 2)), InvalidInput);
  CHECK_THROWS_AS((void)dawid_skene(two.view(2, 2, 2), {.smoothing = 0.0}), InvalidInput);
}

TEST_CASE("judges who answer by chance are not believed, and few who know are") {
  int doubtful = 0;
  int estimated = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    outweigh::stats::Random random(seed);
    Answers chance;
    Answers known;
    for (std::uint32_t t = 0; t < 60; ++t) {
      const std::uint32_t truth = random.bernoulli(0.4) ? 1U : 0U;
      for (std::uint32_t j = 0; j < 4; ++j) {
        for (Answers* given : {&chance, &known}) {
          given->tasks.push_back(t);
          given->judges.push_back(j);
        }
        chance.answers.push_back(random.bernoulli(0.5) ? 1U : 0U);
        known.answers.push_back(random.bernoulli(0.75) ? truth : 1U - truth);
      }
    }
    doubtful += dawid_skene(chance.view(60, 4, 2)).status == Status::doubtful ? 1 : 0;
    estimated += dawid_skene(known.view(60, 4, 2)).status == Status::estimated ? 1 : 0;
  }
  CHECK(doubtful >= 55);
  CHECK(estimated >= 50);
}

TEST_CASE("few answers do not tell how judges err, and that is said") {
  std::vector<double> too_sure;
  for (const std::uint32_t tasks : {20U, 200U}) {
    double sure = 0.0;
    double right = 0.0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      outweigh::stats::Random random(seed);
      Answers given;
      std::vector<std::uint32_t> truth;
      for (std::uint32_t t = 0; t < tasks; ++t) {
        truth.push_back(random.bernoulli(0.4) ? 1U : 0U);
        for (std::uint32_t j = 0; j < 4; ++j) {
          given.tasks.push_back(t);
          given.judges.push_back(j);
          given.answers.push_back(random.bernoulli(0.8) ? truth[t] : 1U - truth[t]);
        }
      }
      const DawidSkene fit = dawid_skene(given.view(tasks, 4, 2));
      CHECK(fit.status == (tasks == 20 ? Status::doubtful : Status::estimated));
      for (std::uint32_t t = 0; t < tasks; ++t) {
        sure += std::max(fit.truth[2 * t], fit.truth[2 * t + 1]) / tasks;
        right += (fit.truth[2 * t + 1] > 0.5) == (truth[t] == 1) ? 1.0 / tasks : 0.0;
      }
    }
    too_sure.push_back((sure - right) / 20.0);
  }
  CAPTURE(too_sure);
  CHECK(too_sure[0] > 0.03);
  CHECK(too_sure[1] < 0.6 * too_sure[0]);
}
