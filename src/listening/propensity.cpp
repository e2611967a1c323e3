#include <outweigh/listening/propensity-inl.hpp>
