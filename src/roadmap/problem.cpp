#include <outweigh/roadmap/problem-inl.hpp>
