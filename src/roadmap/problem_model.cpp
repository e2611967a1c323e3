#include <outweigh/roadmap/problem_model.hpp>
#include <outweigh/roadmap/problem_model-inl.hpp>
