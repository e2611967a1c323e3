#include <outweigh/core/run_control.hpp>

#include <stdexcept>
#include <string>

#include "../support/catch.hpp"

using namespace outweigh::core;

TEST_CASE("copies of a stop token share one flag", "[core]") {
  const StopToken token;
  const StopToken copy = token;
  CHECK_FALSE(copy.stop_requested());
  token.request_stop();
  CHECK(copy.stop_requested());
  CHECK_FALSE(StopToken().stop_requested());
}

TEST_CASE("reports reach the callback, which may stop the call or throw", "[core]") {
  RunControl control;
  control.report("nobody listens", 0.5);
  std::string heard;
  control.progress = [&heard](std::string_view task, double done) {
    heard = std::string(task) + " " + std::to_string(done);
    return done < 0.5;
  };
  control.report("counting", 0.25);
  CHECK(heard == "counting 0.250000");
  CHECK_THROWS_AS(control.report("counting", 0.75), Cancelled);
  control.progress = [](std::string_view, double) -> bool { throw std::runtime_error("from the callback"); };
  CHECK_THROWS_WITH(control.report("counting", 0.1), "from the callback");
  control.stop.request_stop();
  CHECK_THROWS_AS(control.report("counting", 0.1), Cancelled);
  CHECK_THROWS_AS(control.check(), Cancelled);
}
