#include <outweigh/listening/breadth.hpp>
#include <outweigh/listening/breadth-inl.hpp>
