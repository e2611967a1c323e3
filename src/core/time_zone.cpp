#include <outweigh/core/time_zone.hpp>
#include <outweigh/core/time_zone-inl.hpp>
