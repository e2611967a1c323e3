// Rows of what was said: contacts, requests, tickets, answers, surveys.
#pragma once

#include <cstdint>
#include <vector>

#include <outweigh/core/instant.hpp>
#include <outweigh/graph/vocabulary.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab::detail {

inline constexpr std::int64_t no_row = -1;

struct SimulatedInteraction {
  std::uint32_t account = 0;
  std::uint8_t source = 0;
  graph::Purpose purpose = graph::Purpose::learn;
  graph::Side side = graph::Side::us;
  bool notes_complete = true;
  core::Instant at{};
  std::int64_t person = no_row;
  std::int64_t triggered_by = no_row;
  double minutes = 0.0;  ///< 0: not known
  double talk_share = 0.0;
  double sentiment = 0.0;
};

struct SimulatedRequest {
  std::uint32_t account = 0;
  std::uint8_t source = 0;
  graph::RequestBasis basis = graph::RequestBasis::said;
  std::int8_t confirmed = -1;
  std::int8_t self_serve = -1;
  std::int8_t partner = -1;
  std::uint8_t urgency = 0;
  std::uint8_t sentence = 0;
  bool quoted = false;
  bool labelled = true;
  bool names_solution = false;
  std::uint32_t need = 0;
  core::Instant at{};
  core::Instant deadline{};
  std::int64_t interaction = no_row;
  std::int64_t ticket = no_row;
  std::int64_t person = no_row;
  std::int64_t repeats = no_row;
  double claimed_breadth = 0.0;
};

struct SimulatedTicket {
  std::uint32_t account = 0;
  std::uint8_t source = 0;
  std::uint8_t severity = 1;
  std::uint8_t reopened = 0;
  std::uint8_t reassigned = 0;
  std::uint8_t product = 0;
  std::uint8_t blocks = 2;
  bool resolved = true;
  bool workaround = false;
  bool showstopper = false;
  std::int32_t need = -1;
  std::int32_t article = -1;
  core::Instant opened{};
  core::Instant first_response{};
  core::Instant resolution{};
  core::Instant due{};
  double minutes = 0.0;
  std::int64_t interaction = no_row;
  std::int64_t person = no_row;
};

struct SimulatedAnswer {
  std::int64_t interaction = no_row;
  std::uint32_t need = 0;
  graph::Answer answer = graph::Answer::unknown;
};

struct SimulatedSurvey {
  std::uint32_t account = 0;
  bool satisfaction = false;
  double score = 0.0;
  core::Instant at{};
  std::int64_t person = no_row;
};

/// What a block of accounts said. References between rows count within the block.
struct Voices {
  std::vector<SimulatedInteraction> interactions;
  std::vector<SimulatedRequest> requests;
  std::vector<SimulatedTicket> tickets;
  std::vector<SimulatedAnswer> asked;
  std::vector<SimulatedSurvey> surveys;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
