#include <outweigh/roadmap/displacement.hpp>
#include <outweigh/roadmap/displacement-inl.hpp>
