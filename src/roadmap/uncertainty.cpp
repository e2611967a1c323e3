#include <outweigh/roadmap/uncertainty.hpp>
#include <outweigh/roadmap/uncertainty-inl.hpp>
