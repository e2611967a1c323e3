#include <outweigh/listening/detail/missing_silence.hpp>

#include <cmath>
#include <cstddef>

#include <outweigh/stats/random.hpp>

#include "cpp/support/catch.hpp"

using outweigh::listening::detail::LoggedContacts;
using outweigh::listening::detail::silent_contacts_are_missing;

namespace {

struct Log {
  std::size_t contacts = 600;
  std::size_t needs = 8;
  double share_of_talkers = 0.5;  // among contacts
  double chance = 0.06;           // that a talker mentions a need
  double logged = 1.0;            // share of silent contacts
  std::size_t most = 8;           // needs that are written down a contact
};

/// How often silence seems not to be logged.
double found_missing(const Log& log) {
  outweigh::stats::Random random(7);
  double found = 0.0;
  for (int round = 0; round < 500; ++round) {
    LoggedContacts seen;
    for (std::size_t c = 0; c < log.contacts; ++c) {
      std::size_t named = 0;
      if (random.bernoulli(log.share_of_talkers)) {
        for (std::size_t need = 0; need < log.needs; ++need) named += random.bernoulli(log.chance) ? 1 : 0;
      }
      named = named < log.most ? named : log.most;
      if (named > 0 || random.bernoulli(log.logged)) seen.add(named);
    }
    found += silent_contacts_are_missing(seen, log.needs) ? 1.0 / 500.0 : 0.0;
  }
  return found;
}

}  // namespace

TEST_CASE("silence that is logged is not missing, though a contact names one need at most", "[listening]") {
  CHECK(found_missing({}) == 0.0);
  CHECK(found_missing({.most = 1}) == 0.0);
  CHECK(found_missing({.contacts = 6000, .most = 1}) == 0.0);
  CHECK(found_missing({.contacts = 400, .needs = 3, .share_of_talkers = 1.0, .chance = 0.04}) < 0.02);
  CHECK(found_missing({.contacts = 400, .needs = 2, .share_of_talkers = 1.0, .chance = 0.1}) < 0.02);
  CHECK(found_missing({.contacts = 7000, .needs = 2, .share_of_talkers = 1.0, .chance = 0.1}) < 0.02);
  CHECK(found_missing({.contacts = 30000, .needs = 2, .share_of_talkers = 1.0, .chance = 0.2}) < 0.02);
  CHECK(found_missing({.contacts = 5000, .needs = 3, .share_of_talkers = 1.0, .chance = 0.02}) < 0.02);
}

TEST_CASE("silence that is not logged, or hardly, is missing", "[listening]") {
  CHECK(found_missing({.logged = 0.0}) > 0.99);
  CHECK(found_missing({.logged = 0.0, .most = 1}) > 0.99);
  CHECK(found_missing({.contacts = 10000, .logged = 0.1}) > 0.99);
}

TEST_CASE("few contacts prove nothing", "[listening]") {
  LoggedContacts logged;
  CHECK_FALSE(silent_contacts_are_missing(logged, 5));
  logged.add(1);
  logged.add(1);
  CHECK_FALSE(silent_contacts_are_missing(logged, 5));
}
