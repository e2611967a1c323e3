#include <outweigh/scoring/named_scorers.hpp>
#include <outweigh/scoring/named_scorers-inl.hpp>
