// All public headers of the module.
#pragma once

#include <outweigh/stats/cox.hpp>
#include <outweigh/stats/credibility.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/exact_sum.hpp>
#include <outweigh/stats/fit_status.hpp>
#include <outweigh/stats/jet.hpp>
#include <outweigh/stats/kaplan_meier.hpp>
#include <outweigh/stats/logistic_regression.hpp>
#include <outweigh/stats/maximise.hpp>
#include <outweigh/stats/moments.hpp>
#include <outweigh/stats/partition_agreement.hpp>
#include <outweigh/stats/proportion.hpp>
#include <outweigh/stats/quadrature.hpp>
#include <outweigh/stats/random.hpp>
#include <outweigh/stats/richness.hpp>
#include <outweigh/stats/small_area.hpp>
#include <outweigh/stats/special.hpp>
#include <outweigh/stats/symmetric.hpp>
#include <outweigh/stats/tally.hpp>
