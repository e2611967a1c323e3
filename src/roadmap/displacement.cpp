#include <outweigh/roadmap/displacement-inl.hpp>
