#include <outweigh/listening/representativity-inl.hpp>
#include <outweigh/listening/representativity.hpp>
