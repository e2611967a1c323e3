// All public headers of the module.
#pragma once

#include <outweigh/economics/bg_bb.hpp>
#include <outweigh/economics/bg_nbd.hpp>
#include <outweigh/economics/contract.hpp>
#include <outweigh/economics/cost_to_serve.hpp>
#include <outweigh/economics/discounted_purchases.hpp>
#include <outweigh/economics/effects.hpp>
#include <outweigh/economics/gamma_gamma.hpp>
#include <outweigh/economics/model_fit.hpp>
#include <outweigh/economics/pareto_nbd.hpp>
#include <outweigh/economics/profit_curve.hpp>
#include <outweigh/economics/purchase_covariates.hpp>
#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/economics/purchase_interval.hpp>
#include <outweigh/economics/purchase_model.hpp>
#include <outweigh/economics/purchase_segments.hpp>
