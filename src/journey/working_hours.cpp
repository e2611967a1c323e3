#include <outweigh/journey/working_hours.hpp>
#include <outweigh/journey/working_hours-inl.hpp>
