#include <outweigh/roadmap/best_plans.hpp>
#include <outweigh/roadmap/best_plans-inl.hpp>
