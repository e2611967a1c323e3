#include <outweigh/cases/four_groups-inl.hpp>
#include <outweigh/cases/four_groups.hpp>
