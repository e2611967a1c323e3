// What needs and solutions are worth. All headers of the module.
#pragma once

#include <outweigh/scoring/any_scorer.hpp>
#include <outweigh/scoring/naive.hpp>
#include <outweigh/scoring/named_scorers.hpp>
#include <outweigh/scoring/need_value.hpp>
#include <outweigh/scoring/rice.hpp>
#include <outweigh/scoring/score.hpp>
#include <outweigh/scoring/scorer.hpp>
#include <outweigh/scoring/scores.hpp>
#include <outweigh/scoring/weighted_sum.hpp>
#include <outweigh/scoring/wsjf.hpp>
