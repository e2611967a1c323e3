#include <outweigh/roadmap/solve-inl.hpp>
#include <outweigh/roadmap/solve.hpp>
