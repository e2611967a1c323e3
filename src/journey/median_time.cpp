#include <outweigh/journey/median_time.hpp>
#include <outweigh/journey/median_time-inl.hpp>
