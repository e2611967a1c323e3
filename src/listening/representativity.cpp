#include <outweigh/listening/representativity.hpp>
#include <outweigh/listening/representativity-inl.hpp>
