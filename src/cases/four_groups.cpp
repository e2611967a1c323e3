#include <outweigh/cases/four_groups-inl.hpp>
