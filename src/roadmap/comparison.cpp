#include <outweigh/roadmap/comparison-inl.hpp>
#include <outweigh/roadmap/comparison.hpp>
