#include <outweigh/roadmap/solve.hpp>
#include <outweigh/roadmap/solve-inl.hpp>
