// All tables of a customer graph.
#pragma once

#include <outweigh/graph/tables/events.hpp>
#include <outweigh/graph/tables/money.hpp>
#include <outweigh/graph/tables/needs.hpp>
#include <outweigh/graph/tables/people.hpp>
#include <outweigh/graph/tables/solutions.hpp>
#include <outweigh/graph/tables/voices.hpp>
