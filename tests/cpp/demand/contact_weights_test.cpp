#include <outweigh/demand/detail/contact_weights.hpp>

#include <array>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using namespace outweigh::demand::detail;

namespace {

struct ContactWorld {
  std::vector<ContactClass> contacts{};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> said{};
  std::vector<Audible> audible{};
};

/// Accounts that have all of six needs. Half of their contacts are their own, each because of one need, and on all
/// other occasions a need is mentioned with the same chance; on contacts of kind 2 with `loud` times that.
ContactWorld make_contact_world(stats::Random random, double loud, bool opens_late) {
  ContactWorld world;
  constexpr std::uint32_t needs = 6;
  world.audible.assign(needs, {0, 1000, 0});
  if (opens_late) world.audible[5].since = 500;
  for (std::uint32_t account = 0; account < 150; ++account) {
    for (int c = 0; c < 8; ++c) {
      ContactClass contact;
      contact.account = account;
      contact.at = static_cast<std::int64_t>(random.uniform() * 1000.0);
      // Kind 1 was the only one in the first half of the time.
      contact.source_kind = opens_late && contact.at < 500 ? 1 : random.uniform() < 0.5 ? 1 : 2;
      contact.side = c % 2 == 0 ? 1 : 2;
      if (contact.side == 2) contact.caused_by = static_cast<std::uint32_t>(random.uniform() * needs);
      contact.is_occasion = true;
      for (std::uint32_t need = 0; need < needs; ++need) {
        if (contact.caused_by == need || contact.at < world.audible[need].since) continue;
        if (random.uniform() < 0.15 * (contact.source_kind == 2 ? loud : 1.0)) {
          world.said.emplace_back(need, static_cast<std::uint32_t>(world.contacts.size()));
        }
      }
      world.contacts.push_back(contact);
    }
  }
  std::sort(world.said.begin(), world.said.end());
  return world;
}

}  // namespace

TEST_CASE("contacts that a need caused, or from before it was open, are no occasions on which it stayed silent",
          "[demand]") {
  const stats::Random random(7);
  for (const bool opens_late : {false, true}) {
    int found = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      const ContactWorld world = make_contact_world(random.stream(seed), 1.0, opens_late);
      std::vector<double> weights(world.contacts.size(), 1.0);
      found += fit_contact_weights(world.contacts, world.said, world.audible, weights) ? 1 : 0;
    }
    CHECK(found <= 5);  // the test is at one per cent
  }
}

TEST_CASE("kinds of contacts on which needs are mentioned more often weigh more", "[demand]") {
  const stats::Random random(8);
  double ratio = 0.0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const ContactWorld world = make_contact_world(random.stream(seed), 2.5, false);
    std::vector<double> weights(world.contacts.size(), 1.0);
    REQUIRE(fit_contact_weights(world.contacts, world.said, world.audible, weights));
    // Of one side, so that only the kind differs.
    std::array<double, 3> weight{};
    bool has_usual = false;
    for (std::size_t c = 0; c < weights.size(); ++c) {
      has_usual = has_usual || weights[c] == 1.0;
      if (world.contacts[c].side == 1) weight[world.contacts[c].source_kind] = weights[c];
    }
    CHECK(has_usual);  // the greatest
    ratio += weight[2] / weight[1] / 20.0;
  }
  CHECK(ratio == Approx(2.5).epsilon(0.1));
}
