// What a simulated customer base looks like, and which assumptions of the estimators it breaks.
#pragma once

#include <cstddef>
#include <cstdint>

#include <outweigh/core/instant.hpp>
#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

/// Every dial at its default gives the ordinary case: sources that hear a biased part of the base, accounts that differ
/// in voice, some follow-ups, and true reports only.
struct SimulationOptions {
  std::uint64_t seed = 1;
  std::size_t accounts = 2000;  ///< of all kinds; about nine in ten are customers active at `as_of`. At least 1
  std::size_t needs = 40;       ///< 1..1000
  std::size_t solutions = 45;   ///< 1..1000
  core::Instant as_of = core::Instant::from_date(2026, 7, 1);
  double days = 540.0;  ///< length of the window before `as_of` in which anything was heard, 30..3650

  /// How strongly sources select whom they hear, 0 (all alike) .. 1 (as described in the practice); up to 2.
  double hearing_bias = 1.0;
  /// Multiplies how often anyone is in contact, 0..100.
  double contact_rate = 1.0;
  /// Standard deviation over needs of the slope of a need's log odds per standard deviation of log revenue inside a
  /// segment, 0..3.
  double revenue_slope = 0.4;
  /// Standard deviation over needs of the log odds of being talked about, 0..3.
  double talkativeness = 0.6;
  /// Standard deviation over accounts of the log odds of speaking up, shared by all needs of the account, 0..3.
  double frailty = 0.5;
  /// 0: mentions of a need by an account are independent. Above: variance of a gamma factor on how often an account
  /// raises a need, and of a normal term on the log odds that it mentions it when asked, 0..5.
  double overdispersion = 0.0;
  /// Chance per contact that a need is reported which the account does not have, 0..1.
  double false_reports = 0.0;
  /// Chance that a contact in which no need was mentioned was never logged, 0..1.
  double unlogged_silent_calls = 0.0;
  /// Chance that a contact begun by the account is followed by a call of ours that repeats it, 0..1.
  double follow_ups = 0.12;
  /// Share of requests that nobody has linked to a need, 0..1.
  double unlabelled = 0.03;

  core::RunControl control{};  ///< threads, stop, progress; its seed is not used
};

}  // namespace outweigh::inline OUTWEIGH_ABI::lab
