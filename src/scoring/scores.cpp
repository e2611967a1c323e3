#include <outweigh/scoring/scores-inl.hpp>
#include <outweigh/scoring/scores.hpp>
