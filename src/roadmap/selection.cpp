#include <outweigh/roadmap/selection-inl.hpp>
#include <outweigh/roadmap/selection.hpp>
