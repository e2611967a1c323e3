#include <outweigh/listening/breadth-inl.hpp>
