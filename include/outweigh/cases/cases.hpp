// Decisions about customers. All public headers of the module.
#pragma once

#include <outweigh/cases/deal_case.hpp>
#include <outweigh/cases/exit_case.hpp>
#include <outweigh/cases/four_groups.hpp>
