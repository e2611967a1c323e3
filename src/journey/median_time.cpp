#include <outweigh/journey/median_time-inl.hpp>
#include <outweigh/journey/median_time.hpp>
