#include <outweigh/roadmap/displacement-inl.hpp>
#include <outweigh/roadmap/displacement.hpp>
