#include <outweigh/listening/comparison-inl.hpp>
#include <outweigh/listening/comparison.hpp>
