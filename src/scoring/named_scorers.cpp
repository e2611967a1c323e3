#include <outweigh/scoring/named_scorers-inl.hpp>
#include <outweigh/scoring/named_scorers.hpp>
