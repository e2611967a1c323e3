#include <outweigh/journey/working_hours-inl.hpp>
