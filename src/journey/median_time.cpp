#include <outweigh/journey/median_time-inl.hpp>
