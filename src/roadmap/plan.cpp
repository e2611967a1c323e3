#include <outweigh/roadmap/plan-inl.hpp>
