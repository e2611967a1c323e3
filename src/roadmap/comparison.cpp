#include <outweigh/roadmap/comparison.hpp>
#include <outweigh/roadmap/comparison-inl.hpp>
