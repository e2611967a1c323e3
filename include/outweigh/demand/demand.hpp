// How many accounts have each need. All headers of the module.
#pragma once

#include <outweigh/demand/detections.hpp>
#include <outweigh/demand/evidence.hpp>
#include <outweigh/demand/fit.hpp>
#include <outweigh/demand/method.hpp>
#include <outweigh/demand/occupancy.hpp>
#include <outweigh/demand/occupancy_fit.hpp>
#include <outweigh/demand/options.hpp>
#include <outweigh/demand/pooled.hpp>
#include <outweigh/demand/prevalence.hpp>
#include <outweigh/demand/raw.hpp>
#include <outweigh/demand/voices.hpp>
#include <outweigh/demand/weighted.hpp>
