#include <outweigh/listening/weighting_check-inl.hpp>
#include <outweigh/listening/weighting_check.hpp>
