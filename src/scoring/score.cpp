#include <outweigh/scoring/score-inl.hpp>
