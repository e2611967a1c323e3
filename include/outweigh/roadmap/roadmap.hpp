// Which solutions to build under a capacity, proved best or with its gap.
#pragma once

#include <outweigh/roadmap/best_plans.hpp>
#include <outweigh/roadmap/certificate.hpp>
#include <outweigh/roadmap/comparison.hpp>
#include <outweigh/roadmap/displacement.hpp>
#include <outweigh/roadmap/front.hpp>
#include <outweigh/roadmap/linear_model.hpp>
#include <outweigh/roadmap/plan.hpp>
#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/problem_model.hpp>
#include <outweigh/roadmap/problem_tables.hpp>
#include <outweigh/roadmap/releases.hpp>
#include <outweigh/roadmap/selection.hpp>
#include <outweigh/roadmap/solve.hpp>
#include <outweigh/roadmap/uncertainty.hpp>
