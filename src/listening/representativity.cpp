#include <outweigh/listening/representativity-inl.hpp>
