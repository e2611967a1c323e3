// The words of the simulated company: needs and what would meet them, people, sources, sentences.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <outweigh/graph/vocabulary.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab::detail {

struct NeedStory {
  std::string_view need;
  std::string_view solution;
  std::string_view pain;  ///< completes "We need this because ..."
  graph::Outcome outcome;
  bool hurts;  ///< something is broken or slow, so that support hears of it
};

using graph::Outcome;

inline constexpr std::array<NeedStory, 40> need_stories{{
    {"See who changed a record and when", "Audit trail", "our auditors ask for it every quarter", Outcome::risk, false},
    {"Sign in with the company account", "Single sign-on", "people forget a third password", Outcome::revenue, false},
    {"Load a month of data without waiting", "Faster import", "the import takes all night", Outcome::efficiency, true},
    {"Find anything in one search", "Global search", "we open five screens to find one invoice", Outcome::efficiency,
     true},
    {"Work on the train without a connection", "Offline mode", "our field staff lose what they typed", Outcome::delight,
     true},
    {"Approve from the phone", "Mobile approvals", "approvals wait until the manager is back", Outcome::efficiency,
     false},
    {"Get data into our warehouse", "Warehouse connector", "an analyst copies files by hand", Outcome::revenue, false},
    {"Trust that numbers agree between screens", "One set of figures", "two reports show two totals",
     Outcome::retention, true},
    {"Undo a mistake made in bulk", "Undo for bulk edits", "one wrong click changed four thousand rows", Outcome::risk,
     true},
    {"Give contractors only what they need to see", "Fine-grained roles", "contractors see all prices", Outcome::risk,
     false},
    {"Start without a consultant", "Guided setup", "it took us three months to go live", Outcome::revenue, false},
    {"Export a report that looks right", "Report layouts", "we rebuild every report in a spreadsheet", Outcome::delight,
     true},
    {"Be told before something breaks", "Alerts", "we learn of failures from our own customers", Outcome::retention,
     true},
    {"Pay in our own currency", "Local currencies", "finance corrects every invoice", Outcome::revenue, false},
    {"Keep data in our country", "Regional hosting", "the regulator does not allow it otherwise", Outcome::revenue,
     false},
    {"Understand what a bill is made of", "Itemised invoices", "we call about every second bill", Outcome::support_cost,
     true},
    {"Reset a user without calling support", "Self-service administration", "each reset is a ticket",
     Outcome::support_cost, true},
    {"Plan work across teams", "Shared planning board", "three teams keep three lists", Outcome::delight, false},
    {"Read it in our language", "Translations", "half of the plant does not read English", Outcome::revenue, false},
    {"Use it with a screen reader", "Accessible screens", "a colleague cannot use it at all", Outcome::risk, true},
    {"Compare this year with last year", "Year-on-year view", "the board asks and we count by hand", Outcome::delight,
     false},
    {"Connect our own tools", "Public interface", "we wrote a robot that clicks for us", Outcome::revenue, false},
    {"Share a view with a customer of ours", "Guest links", "we send screenshots", Outcome::delight, false},
    {"Get the same answer from support twice", "Shared case history", "we explain ourselves to each new agent",
     Outcome::support_cost, true},
    {"Recover a deleted project", "Recycle bin", "a deleted project is gone for good", Outcome::risk, true},
    {"See capacity before we promise dates", "Capacity view", "we promise and then we slip", Outcome::efficiency,
     false},
    {"Keep the page quick with many rows", "Fast tables", "the page freezes above ten thousand rows",
     Outcome::retention, true},
    {"Know which licences are unused", "Licence report", "we pay for people who left", Outcome::retention, false},
    {"Write rules instead of clicking", "Automation rules", "we do the same forty clicks every Monday",
     Outcome::efficiency, false},
    {"Sign documents without leaving", "Electronic signature", "we print, sign and scan", Outcome::revenue, false},
    {"Be reminded of what is overdue", "Reminders", "things slip when someone is on leave", Outcome::delight, false},
    {"Map fields of an old system once", "Migration kit", "we map the same fields every time", Outcome::support_cost,
     true},
    {"Forecast next quarter from our data", "Forecasts", "planning is guesswork", Outcome::revenue, false},
    {"Keep working when a region is down", "Failover", "two hours down cost us a day of orders", Outcome::retention,
     true},
    {"Learn it in an afternoon", "Interactive lessons", "every newcomer costs us a week", Outcome::support_cost, false},
    {"Track parts in a workshop", "Workshop inventory", "we track parts on paper beside the screen", Outcome::revenue,
     false},
    {"Schedule field crews", "Crew scheduling", "crews are planned on a whiteboard", Outcome::revenue, false},
    {"Bill by meter reading", "Metered billing", "we compute meter bills elsewhere", Outcome::revenue, false},
    {"Prove origin for customs", "Origin certificates", "customs wants papers we type by hand", Outcome::risk, false},
    {"Rent out equipment by the day", "Rental calendar", "rentals overlap and nobody notices", Outcome::revenue, false},
}};

/// The last of the list are uses next to the product's target.
inline constexpr std::size_t adjacent_stories = 5;
inline constexpr std::array<std::string_view, adjacent_stories> adjacent_uses{"workshop", "field_crews", "utilities",
                                                                              "customs", "rental"};

struct SegmentStory {
  std::string_view name;
  double share;
  double revenue_log_mean;
  double revenue_log_deviation;
};

inline constexpr std::array<SegmentStory, 5> segment_stories{{
    {"enterprise", 0.04, 11.9, 0.8},
    {"mid_market", 0.23, 10.2, 0.7},
    {"small_business", 0.51, 8.2, 0.7},
    {"startup", 0.16, 8.6, 0.9},
    {"public_sector", 0.06, 10.6, 0.8},
}};

inline constexpr std::array<std::string_view, 4> regions{"north", "south", "east", "west"};
inline constexpr std::array<std::string_view, 6> roles{"executive", "administrator", "analyst",
                                                       "developer", "finance",       "end_user"};
inline constexpr std::array<std::string_view, 4> products{"core", "reports", "mobile", "connect"};
inline constexpr std::array<std::string_view, 4> teams{"platform", "insight", "mobile", "connect"};
inline constexpr std::array<std::string_view, 16> name_beginnings{
    "Alder", "Birch",   "Cedar",    "Dover",  "Ember",    "Falcon", "Granite", "Harbour",
    "Iris",  "Juniper", "Keystone", "Linden", "Meridian", "Norden", "Orchard", "Pioneer"};
inline constexpr std::array<std::string_view, 16> name_endings{
    "Foods",  "Logistics", "Works",   "Energy",  "Health", "Bank",  "Tools",  "Textiles",
    "Motors", "Books",     "Clinics", "Systems", "Marine", "Paper", "Optics", "Farms"};

inline constexpr std::array<std::string_view, 6> quote_beginnings{
    "Honestly, ",
    "The thing is, ",
    "Every week it is the same: ",
    "My team keeps telling me that ",
    "If you fix one thing this year, remember that ",
    "We would stay for another three years if it were not that "};

inline constexpr std::array<std::string_view, 4> foundation_titles{"Event backbone", "New permission model",
                                                                   "Common data layer", "Background job service"};
inline constexpr std::array<std::string_view, 8> bundle_titles{
    "Administrator centre", "Reporting suite", "Integration platform", "Trust and compliance pack",
    "Self-service portal",  "Speed programme", "Mobile workplace",     "Onboarding programme"};

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
