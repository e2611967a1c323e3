#include <outweigh/scoring/any_scorer-inl.hpp>
#include <outweigh/scoring/any_scorer.hpp>
