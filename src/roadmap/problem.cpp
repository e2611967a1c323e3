#include <outweigh/roadmap/problem-inl.hpp>
#include <outweigh/roadmap/problem.hpp>
