#include <outweigh/listening/propensity.hpp>
#include <outweigh/listening/propensity-inl.hpp>
