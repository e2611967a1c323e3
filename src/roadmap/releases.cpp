#include <outweigh/roadmap/releases.hpp>
#include <outweigh/roadmap/releases-inl.hpp>
