#include <outweigh/roadmap/uncertainty-inl.hpp>
#include <outweigh/roadmap/uncertainty.hpp>
