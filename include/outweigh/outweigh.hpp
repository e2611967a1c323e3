// The whole library, except the opt-in headers (graph/bgl.hpp).
#pragma once

#include <outweigh/config.hpp>
#include <outweigh/core/errors.hpp>
#if __has_include(<outweigh/core/core.hpp>)
#include <outweigh/core/core.hpp>
#endif
#if __has_include(<outweigh/stats/stats.hpp>)
#include <outweigh/stats/stats.hpp>
#endif
#if __has_include(<outweigh/graph/graph.hpp>)
#include <outweigh/graph/graph.hpp>
#endif
#if __has_include(<outweigh/listening/listening.hpp>)
#include <outweigh/listening/listening.hpp>
#endif
#if __has_include(<outweigh/economics/economics.hpp>)
#include <outweigh/economics/economics.hpp>
#endif
#if __has_include(<outweigh/journey/journey.hpp>)
#include <outweigh/journey/journey.hpp>
#endif
#if __has_include(<outweigh/demand/demand.hpp>)
#include <outweigh/demand/demand.hpp>
#endif
#if __has_include(<outweigh/scoring/scoring.hpp>)
#include <outweigh/scoring/scoring.hpp>
#endif
#if __has_include(<outweigh/roadmap/roadmap.hpp>)
#include <outweigh/roadmap/roadmap.hpp>
#endif
#if __has_include(<outweigh/cases/cases.hpp>)
#include <outweigh/cases/cases.hpp>
#endif
#if __has_include(<outweigh/explain/explain.hpp>)
#include <outweigh/explain/explain.hpp>
#endif
#if __has_include(<outweigh/lab/lab.hpp>)
#include <outweigh/lab/lab.hpp>
#endif
