#include <outweigh/roadmap/plan-inl.hpp>
#include <outweigh/roadmap/plan.hpp>
