#include <outweigh/roadmap/problem_tables-inl.hpp>
#include <outweigh/roadmap/problem_tables.hpp>
