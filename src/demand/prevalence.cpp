#include <outweigh/demand/prevalence-inl.hpp>
