#include <outweigh/roadmap/uncertainty-inl.hpp>
