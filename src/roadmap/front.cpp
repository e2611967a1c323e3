#include <outweigh/roadmap/front-inl.hpp>
#include <outweigh/roadmap/front.hpp>
