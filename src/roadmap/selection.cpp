#include <outweigh/roadmap/selection-inl.hpp>
