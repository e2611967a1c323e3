#include <outweigh/core/time_zone-inl.hpp>
