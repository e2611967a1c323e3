#include <outweigh/scoring/scores-inl.hpp>
