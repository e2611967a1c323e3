#include <outweigh/roadmap/detail/scaled_problem-inl.hpp>
#include <outweigh/roadmap/detail/scaled_problem.hpp>
