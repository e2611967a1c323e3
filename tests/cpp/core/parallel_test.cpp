#include <outweigh/core/parallel.hpp>

#include <atomic>
#include <initializer_list>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh::core;

TEST_CASE("every task runs once, on any number of threads", "[core]") {
  for (const std::size_t threads : std::initializer_list<std::size_t>{0, 1, 2, 7}) {
    for (const std::size_t count : std::initializer_list<std::size_t>{0, 1, 5, 1000}) {
      RunControl control;
      control.threads = threads;
      std::vector<std::atomic<int>> runs(count);
      parallel_for(control, count, [&](std::size_t task) { ++runs[task]; });
      for (const auto& times : runs) REQUIRE(times == 1);
    }
  }
}

TEST_CASE("the first error by task number is the one that is thrown", "[core]") {
  for (int round = 0; round < 50; ++round) {
    RunControl control;
    control.threads = 3;
    try {
      parallel_for(control, 64, [&](std::size_t task) {
        if (task == 5) std::this_thread::yield();
        if (task >= 5) throw InvalidInput("task " + std::to_string(task));
      });
      FAIL("no error");
    } catch (const InvalidInput& error) {
      REQUIRE(error.message() == "task 5");
    }
  }
}

TEST_CASE("foreign exceptions reach the caller too", "[core]") {
  RunControl control;
  control.threads = 2;
  CHECK_THROWS_AS(parallel_for(control, 3, [](std::size_t) { throw std::logic_error("not ours"); }), std::logic_error);
}

TEST_CASE("an executor of the application runs the tasks, in any order", "[core]") {
  RunControl control;
  std::size_t asked = 0;
  control.executor = [&asked](std::size_t count, const std::function<void(std::size_t)>& task) {
    asked = count;
    for (std::size_t i = count; i-- > 0;) task(i);
  };
  std::vector<int> runs(10);
  parallel_for(control, runs.size(), [&](std::size_t task) { ++runs[task]; });
  CHECK(asked == 10);
  CHECK(runs == std::vector<int>(10, 1));
  try {
    parallel_for(control, 10, [](std::size_t task) { throw InvalidInput("task " + std::to_string(task)); });
    FAIL("no error");
  } catch (const InvalidInput& error) {
    CHECK(error.message() == "task 0");
  }
}

TEST_CASE("a stop ends the call", "[core]") {
  RunControl control;
  control.threads = 2;
  std::atomic<int> runs{0};
  const auto work = [&](std::size_t task) {
    ++runs;
    if (task == 3) control.stop.request_stop();
  };
  CHECK_THROWS_AS(parallel_for(control, 100'000, work), Cancelled);
  CHECK(runs < 100'000);
  CHECK_THROWS_AS(parallel_for(control, 1, work), Cancelled);
}

TEST_CASE("blocks cover everything", "[core]") {
  CHECK(block_count(0, 8) == 0);
  CHECK(block_count(1, 8) == 1);
  CHECK(block_count(8, 8) == 1);
  CHECK(block_count(9, 8) == 2);
  CHECK(block_count(std::numeric_limits<std::size_t>::max(), 2) == std::numeric_limits<std::size_t>::max() / 2 + 1);
}
