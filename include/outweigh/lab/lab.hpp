// Simulated customer bases with known truth, and measures of how near an estimate comes to it.
#pragma once

#include <outweigh/lab/estimation_error.hpp>
#include <outweigh/lab/nrp.hpp>
#include <outweigh/lab/nrp_instances.hpp>
#include <outweigh/lab/rank_agreement.hpp>
#include <outweigh/lab/regret.hpp>
#include <outweigh/lab/simulation.hpp>
#include <outweigh/lab/simulation_options.hpp>
#include <outweigh/lab/truth.hpp>
