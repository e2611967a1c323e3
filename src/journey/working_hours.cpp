#include <outweigh/journey/working_hours-inl.hpp>
#include <outweigh/journey/working_hours.hpp>
