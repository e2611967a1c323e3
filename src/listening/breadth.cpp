#include <outweigh/listening/breadth-inl.hpp>
#include <outweigh/listening/breadth.hpp>
