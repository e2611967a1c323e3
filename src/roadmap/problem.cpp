#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/problem-inl.hpp>
