#include <outweigh/roadmap/front.hpp>
#include <outweigh/roadmap/front-inl.hpp>
