#include <outweigh/roadmap/selection.hpp>
#include <outweigh/roadmap/selection-inl.hpp>
