// All public headers of the module.
#pragma once

#include <outweigh/listening/account_weights.hpp>
#include <outweigh/listening/audit.hpp>
#include <outweigh/listening/calibrate.hpp>
#include <outweigh/listening/categorical.hpp>
#include <outweigh/listening/dawid_skene.hpp>
#include <outweigh/listening/design.hpp>
#include <outweigh/listening/dimension.hpp>
#include <outweigh/listening/heard.hpp>
#include <outweigh/listening/poststratify.hpp>
#include <outweigh/listening/propensity.hpp>
#include <outweigh/listening/rake.hpp>
#include <outweigh/listening/recency.hpp>
#include <outweigh/listening/replicate_weights.hpp>
#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/listening/trim.hpp>
#include <outweigh/listening/weights.hpp>
#include <outweigh/listening/weighting_check.hpp>
