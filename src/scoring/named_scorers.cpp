#include <outweigh/scoring/named_scorers-inl.hpp>
