#include <outweigh/scoring/any_scorer.hpp>
#include <outweigh/scoring/any_scorer-inl.hpp>
