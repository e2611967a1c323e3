#include <outweigh/listening/weighting_check.hpp>
#include <outweigh/listening/weighting_check-inl.hpp>
