#include <outweigh/scoring/score.hpp>
#include <outweigh/scoring/score-inl.hpp>
