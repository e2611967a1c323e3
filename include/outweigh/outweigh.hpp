// The whole library, except the opt-in headers (graph/bgl.hpp).
#pragma once

#include <outweigh/cases/cases.hpp>
#include <outweigh/config.hpp>
#include <outweigh/core/core.hpp>
#include <outweigh/demand/demand.hpp>
#include <outweigh/economics/economics.hpp>
#include <outweigh/explain/explain.hpp>
#include <outweigh/graph/graph.hpp>
#include <outweigh/journey/journey.hpp>
#include <outweigh/lab/lab.hpp>
#include <outweigh/listening/listening.hpp>
#include <outweigh/roadmap/roadmap.hpp>
#include <outweigh/scoring/scoring.hpp>
#include <outweigh/stats/stats.hpp>
