#include <outweigh/core/time_zone-inl.hpp>
#include <outweigh/core/time_zone.hpp>
