#include <outweigh/demand/prevalence.hpp>
#include <outweigh/demand/prevalence-inl.hpp>
