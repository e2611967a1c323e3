#include <outweigh/cases/four_groups.hpp>
#include <outweigh/cases/four_groups-inl.hpp>
