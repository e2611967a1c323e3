#include <outweigh/scoring/score-inl.hpp>
#include <outweigh/scoring/score.hpp>
