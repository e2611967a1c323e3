#include <outweigh/scoring/scores.hpp>
#include <outweigh/scoring/scores-inl.hpp>
