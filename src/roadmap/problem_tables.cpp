#include <outweigh/roadmap/problem_tables.hpp>
#include <outweigh/roadmap/problem_tables-inl.hpp>
