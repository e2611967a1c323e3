#include <outweigh/roadmap/front-inl.hpp>
