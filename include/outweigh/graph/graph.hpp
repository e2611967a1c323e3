// All of the module, except the Boost adaptors (graph/bgl.hpp).
#pragma once

#include <outweigh/graph/column_rule.hpp>
#include <outweigh/graph/communities.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/discover_segments.hpp>
#include <outweigh/graph/edge_table.hpp>
#include <outweigh/graph/graph_builder.hpp>
#include <outweigh/graph/graph_parts.hpp>
#include <outweigh/graph/implicit_factors.hpp>
#include <outweigh/graph/network.hpp>
#include <outweigh/graph/node_kind.hpp>
#include <outweigh/graph/page_rank.hpp>
#include <outweigh/graph/problem.hpp>
#include <outweigh/graph/relation.hpp>
#include <outweigh/graph/relation_kind.hpp>
#include <outweigh/graph/similarity.hpp>
#include <outweigh/graph/solution_status.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/graph/tables.hpp>
#include <outweigh/graph/vocabulary.hpp>
#include <outweigh/graph/wants.hpp>
#include <outweigh/graph/who_else.hpp>
#include <outweigh/graph/who_else_backtest.hpp>
