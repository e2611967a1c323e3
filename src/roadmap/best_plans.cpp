#include <outweigh/roadmap/best_plans-inl.hpp>
#include <outweigh/roadmap/best_plans.hpp>
