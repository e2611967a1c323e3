#include <outweigh/journey/touchpoints.hpp>
#include <outweigh/journey/touchpoints-inl.hpp>
