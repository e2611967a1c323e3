#include <outweigh/roadmap/problem_tables-inl.hpp>
