#include <outweigh/roadmap/detail/scaled_problem.hpp>
#include <outweigh/roadmap/detail/scaled_problem-inl.hpp>
