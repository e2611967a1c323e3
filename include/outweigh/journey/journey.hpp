// All public headers of the module.
#pragma once

#include <outweigh/journey/churn_risk.hpp>
#include <outweigh/journey/directly_follows.hpp>
#include <outweigh/journey/event_log.hpp>
#include <outweigh/journey/kpis.hpp>
#include <outweigh/journey/median_time.hpp>
#include <outweigh/journey/named_tables.hpp>
#include <outweigh/journey/paths.hpp>
#include <outweigh/journey/stage_matrix.hpp>
#include <outweigh/journey/support.hpp>
#include <outweigh/journey/touchpoints.hpp>
#include <outweigh/journey/working_hours.hpp>
