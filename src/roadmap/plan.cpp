#include <outweigh/roadmap/plan.hpp>
#include <outweigh/roadmap/plan-inl.hpp>
