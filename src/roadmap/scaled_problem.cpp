#include <outweigh/roadmap/detail/scaled_problem-inl.hpp>
