#include <outweigh/roadmap/solve-inl.hpp>
