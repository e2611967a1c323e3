#include <outweigh/roadmap/detail/branch_and_bound.hpp>
#include <outweigh/roadmap/detail/branch_and_bound-inl.hpp>
