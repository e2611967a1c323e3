#include <outweigh/journey/touchpoints-inl.hpp>
#include <outweigh/journey/touchpoints.hpp>
