#include <outweigh/stats/random-inl.hpp>
