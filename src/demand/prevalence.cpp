#include <outweigh/demand/prevalence-inl.hpp>
#include <outweigh/demand/prevalence.hpp>
