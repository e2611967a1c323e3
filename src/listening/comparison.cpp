#include <outweigh/listening/comparison.hpp>
#include <outweigh/listening/comparison-inl.hpp>
