#include <outweigh/listening/propensity-inl.hpp>
#include <outweigh/listening/propensity.hpp>
